import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_member, make_partnership


def address(partnership):
    return reverse("partnerships:partnership-status", args=[partnership.slug])


def test_page_offers_every_next_step_with_what_is_missing(login, alice):
    response = login(alice).get(address(make_partnership(coordinator=alice)))

    assert [item["move"].to for item in response.context["moves"]] == ["forming", "declined"]
    assertContains(response, "a lead or coordinator named on each side")
    assertContains(response, "Change to “Forming”")


def test_page_keeps_a_step_closed_that_cannot_be_set_aside(login, alice):
    partnership = make_partnership(coordinator=alice)
    partnership.participations.filter(side="host").delete()

    response = login(alice).get(address(partnership))

    assertContains(response, "Cannot be set aside")
    assertNotContains(response, "Change to “Forming”")


def test_page_of_an_end_says_so(login, alice):
    assertContains(
        login(alice).get(address(make_partnership(coordinator=alice, status="closed"))), "This is where it ends"
    )


def test_step_is_taken_with_a_reason(login, alice):
    partnership = make_partnership(coordinator=alice)

    response = login(alice).post(address(partnership), {"to": "forming", "reason": "Named next week"})

    assertRedirects(response, partnership.get_absolute_url())
    partnership.refresh_from_db()
    assert partnership.status == "forming"
    assert partnership.entries.first().data["reason"] == "Named next week"


@pytest.mark.parametrize(
    ("posted", "status", "message"),
    [
        ({"to": "forming"}, 400, "Please say why"),
        ({"to": "forming", "reason": "   "}, 400, "Please say why"),
        ({"to": "forming", "reason": "x" * 2001}, 400, "at most 2000 characters"),
        ({"to": "graduated", "reason": "Now"}, 409, "cannot become graduated"),
        ({"to": "proposed", "reason": "Now"}, 409, "cannot become proposed"),
        ({"to": "on the moon", "reason": "Now"}, 409, "cannot become on the moon"),
        ({"to": ""}, 400, "required"),
        ({}, 400, "required"),
    ],
)
def test_step_is_refused_with_a_sentence(login, alice, posted, status, message):
    partnership = make_partnership(coordinator=alice)

    response = login(alice).post(address(partnership), posted)

    assertContains(response, message, status_code=status)
    assertContains(response, "This was not done", status_code=status)
    partnership.refresh_from_db()
    assert (partnership.status, partnership.version) == ("proposed", 1)
    assert partnership.entries.count() == 1


def test_refused_step_keeps_what_was_typed(login, alice):
    partnership = make_partnership(coordinator=alice)
    partnership.participations.filter(side="host").delete()

    response = login(alice).post(address(partnership), {"to": "declined", "reason": "x" * 2001})

    assertContains(response, "x" * 2001, status_code=400)


def test_step_that_somebody_else_took_first_is_refused(login, alice, admin):
    partnership = make_partnership(coordinator=alice)
    login(admin).post(address(partnership), {"to": "declined", "reason": "No funds"})

    response = login(alice).post(address(partnership), {"to": "declined", "reason": "No funds"})

    assert response.status_code == 409
    assert partnership.entries.filter(verb="partnership.status_changed").count() == 1


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("curator", 404), ("carol", 403)])
def test_step_is_not_for_everybody(login, request, carol, who, status):
    partnership = make_partnership()
    make_member(partnership, user=carol)

    response = login(request.getfixturevalue(who)).post(address(partnership), {"to": "forming", "reason": "Mine"})

    assert response.status_code == status
    partnership.refresh_from_db()
    assert partnership.status == "proposed"
