"""Lists of follow-ups, what of them waits, and nothing told of what may not be seen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.actions.team import end_team_member
from partnerships.models import FollowUp, Organization
from partnerships.waiting import rows_waiting
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.following import make_follow_up


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def hana(partnership):
    return make_member(partnership, side="host", contact=make_contact(name="Hana", user=make_user(name="Hana"))).contact


@pytest.fixture
def rolf(partnership):
    """On the team, and neither owner nor author of anything."""
    contact = make_contact(name="Rolf", user=make_user(name="Rolf"))
    return make_member(partnership, side="resource", contact=contact).contact


def address(name, partnership, *more):
    return reverse(f"partnerships:{name}", args=[partnership.slug, *more])


def days(n):
    return timezone.localdate() + timedelta(days=n)


def set_state(follow_up, state, *, by):
    if state == "open":
        return
    FollowUp.objects.filter(pk=follow_up.pk).update(
        state=state, closed_at=timezone.now(), closed_by=by, reason="No need" if state == "dropped" else ""
    )


# --- Lists ------------------------------------------------------------------------------------------------------------
def titles(response):
    return [row["follow_up"].title for row in response.context["rows"]]


def test_the_list_of_a_partnership_shows_what_is_open_in_order(login, alice, bob, partnership, hana, rolf):
    make_follow_up(partnership, owner=hana, title="Some day")
    make_follow_up(partnership, owner=rolf, title="Soon", due_on=days(2))
    make_follow_up(partnership, owner=rolf, title="Soon and pressing", due_on=days(2), priority="high")
    make_follow_up(partnership, owner=hana, title="Late", due_on=days(-2))
    set_state(make_follow_up(partnership, owner=hana, title="Finished"), "done", by=alice)
    make_follow_up(make_partnership(coordinator=bob), title="Elsewhere")
    client, url = login(alice), address("partnership-follow-ups", partnership)

    assert titles(client.get(url)) == ["Late", "Soon and pressing", "Soon", "Some day"]
    assert titles(client.get(url, {"state": "done"})) == ["Finished"]
    assert len(titles(client.get(url, {"state": "all"}))) == 5
    assert titles(client.get(url, {"overdue": "on"})) == ["Late"]
    assert titles(client.get(url, {"owner": hana.pk})) == ["Late", "Some day"]
    assert titles(client.get(url, {"priority": "high"})) == ["Soon and pressing"]
    assert titles(client.get(url, {"q": "rolf pressing"})) == ["Soon and pressing"]
    assert titles(login(hana.user).get(url, {"owner": "me"})) == ["Late", "Some day"]
    assert client.get(url, {"state": "odd"}).status_code == 400


def test_my_list_shows_my_own_and_forgets_partnerships_that_i_left(login, alice, partnership, hana):
    make_follow_up(partnership, owner=hana, title="Mine")
    make_follow_up(partnership, title="Another’s")
    client, url = login(hana.user), reverse("partnerships:follow-up-list")

    assert titles(client.get(url)) == ["Mine"]
    assert sorted(titles(client.get(url, {"owner": "all"}))) == ["Another’s", "Mine"]
    partnership.team.update(starts_on="2020-01-01", ends_on="2020-12-31")
    assert titles(client.get(url, {"owner": "all", "state": "all"})) == []
    assertNotContains(client.get(reverse("bulk-export", args=["follow-ups", "csv"]), {"owner": "all"}), "Mine")


def test_what_belongs_to_people_who_left_is_found_and_waits_for_the_coordinator(alice, login, partnership, hana):
    follow_up = make_follow_up(partnership, owner=hana, title="Left behind")
    member = partnership.team.get(contact=hana)
    assert list(rows_waiting(alice)) == []

    end_team_member(member, by=alice)

    assert list(FollowUp.objects.without_owner()) == [follow_up]
    assert [one.kind for one in rows_waiting(alice)] == ["follow-ups-lost"]
    assert titles(login(alice).get(address("partnership-follow-ups", partnership), {"owner": "left"})) == [
        "Left behind"
    ]
    assert list(rows_waiting(hana.user)) == []


def test_the_csv_holds_the_list_and_no_formula(login, alice, partnership, hana):
    make_follow_up(
        partnership, owner=hana, title="=HYPERLINK(1)", details="+1", due_on=days(3), about=partnership.phases.first()
    )
    set_state(make_follow_up(partnership, owner=hana, title="Finished"), "done", by=alice)

    response = login(alice).get(reverse("bulk-export-of", args=["follow-ups", partnership.slug, "csv"]))
    text = b"".join(response.streaming_content).decode()

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert ".csv" in response["Content-Disposition"]
    assert f"'=HYPERLINK(1),'+1,Phase: Phase 1,{hana.name},{days(3).isoformat()},Normal,Open" in text
    assert "Finished" not in text
    whole = login(alice).get(reverse("bulk-export-of", args=["follow-ups", partnership.slug, "csv"]), {"state": "all"})
    assert "Finished" in b"".join(whole.streaming_content).decode()


# --- What may not be seen ---------------------------------------------------------------------------------------------
def test_the_title_of_a_hidden_thing_is_told_to_nobody(login, alice, partnership, hana, monkeypatch):
    secret = partnership.participations.first().organization
    Organization.objects.filter(pk=secret.pk).update(name="The secret clinic")
    follow_up = make_follow_up(partnership, owner=hana, title="Call them", about=secret)
    client = login(hana.user)
    pages = [
        address("partnership-follow-ups", partnership),
        follow_up.get_absolute_url(),
        reverse("partnerships:follow-up-list"),
        reverse("bulk-export-of", args=["follow-ups", partnership.slug, "csv"]),
    ]

    def shown():
        answers = [client.get(page) for page in pages]
        return [(b"".join(each.streaming_content) if each.streaming else each.content).decode() for each in answers]

    assert all("The secret clinic" in text for text in shown())
    monkeypatch.setattr(Organization.objects.all().__class__, "visible_to", lambda self, user: self.none())
    for text in shown():
        assert "The secret clinic" not in text
        assert "Call them" in text
    assert "Organization that you may not see" in shown()[0]
    assert client.get(address("thing-talk", partnership, "organization", secret.pk)).status_code == 404


def test_a_thing_that_is_gone_leaves_its_kind(login, alice, partnership, hana):
    follow_up = make_follow_up(partnership, owner=hana, about=partnership.phases.last())
    partnership.phases.last().delete()

    assertContains(login(alice).get(follow_up.get_absolute_url()), "Phase that you may not see")
    assert login(alice).get(address("follow-up-edit", partnership, follow_up.pk)).status_code == 200


def test_another_partnerships_number_is_not_found_under_this_one(login, alice, bob, partnership):
    theirs = make_follow_up(make_partnership(coordinator=bob))

    for name in ("follow-up-detail", "follow-up-edit"):
        assert login(alice).get(address(name, partnership, theirs.pk)).status_code == 404
        assert login(alice).get(address(name, partnership, 2**70)).status_code == 404
