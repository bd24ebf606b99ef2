import pytest
from pytest_django.asserts import assertContains, assertRedirects

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import make_document, make_link, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import accept_document, return_document, submit_part
from toolkit.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice))


@pytest.fixture
def submitted(document):
    submit(document)
    return document


def submit(document):
    response = only_response(document)
    writer = make_writer("host")
    save_answers(response, {"f_title": "A visit"}, response.revisions, by=writer)
    submit_part(response, by=writer)
    document.refresh_from_db()


def address(document, step):
    return f"{document.get_absolute_url()}{step}/"


def seen(client, document, step):
    return client.get(address(document, step)).context["form"]["seen"].value()


def test_accept_makes_it_final(login, alice, submitted):
    client = login(alice)

    response = client.post(address(submitted, "accept"), {"seen": seen(client, submitted, "accept")})

    assertRedirects(response, submitted.get_absolute_url())
    submitted.refresh_from_db()
    assert submitted.state == "accepted"
    entry = submitted.partnership.entries.first()
    assert (entry.verb, entry.actor, entry.data["reference"]) == ("document.accepted", alice, submitted.reference)


def test_return_opens_it_again_and_says_why(login, alice, submitted):
    client = login(alice)
    data = {"seen": seen(client, submitted, "return"), "reason": "Add the costs."}

    assertRedirects(client.post(address(submitted, "return"), data), submitted.get_absolute_url())

    submitted.refresh_from_db()
    assert (submitted.state, submitted.return_reason) == ("returned", "Add the costs.")
    assert only_response(submitted).submissions.count() == 1


def test_withdraw_ends_its_links(login, alice, document):
    link = make_link(document)
    client = login(alice)
    data = {"seen": seen(client, document, "withdraw"), "reason": "Started by mistake"}

    assertRedirects(client.post(address(document, "withdraw"), data), document.get_absolute_url())

    document.refresh_from_db()
    link.refresh_from_db()
    assert document.state == "withdrawn"
    assert not link.is_live


@pytest.mark.parametrize("step", ["return", "withdraw"])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_step_that_needs_a_reason_asks_for_it(login, alice, submitted, step, reason):
    client = login(alice)
    data = {"seen": seen(client, submitted, step), "reason": reason}

    response = client.post(address(submitted, step), data)

    assert response.status_code == 400
    assertContains(response, 'aria-invalid="true"', status_code=400)
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


@pytest.mark.parametrize("step", ["accept", "return"])
def test_a_document_that_was_not_submitted_takes_no_decision(login, alice, document, step):
    response = login(alice).get(address(document, step))
    assertContains(response, "cannot become")

    response = login(alice).post(address(document, step), {"seen": "assigned.0", "reason": "x"})

    assertContains(response, "cannot become", status_code=409)
    document.refresh_from_db()
    assert document.state == "assigned"


def test_accept_after_somebody_returned_it_is_refused(login, alice, submitted):
    client = login(alice)
    before = seen(client, submitted, "accept")
    return_document(submitted, by=alice, reason="x")

    response = client.post(address(submitted, "accept"), {"seen": before})

    assertContains(response, "cannot become", status_code=409)
    submitted.refresh_from_db()
    assert submitted.state == "returned"


def test_accept_of_what_was_submitted_anew_is_refused(login, alice, submitted):
    client = login(alice)
    before = seen(client, submitted, "accept")
    return_document(submitted, by=alice, reason="x")
    submit(submitted)

    response = client.post(address(submitted, "accept"), {"seen": before})

    assertContains(response, "has changed since you opened the page", status_code=409)
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_a_second_click_on_accept_changes_nothing(login, alice, submitted):
    client = login(alice)
    before = seen(client, submitted, "accept")
    accept_document(submitted, by=alice)
    entries = submitted.partnership.entries.count()

    assert client.post(address(submitted, "accept"), {"seen": before}).status_code == 409
    assert submitted.partnership.entries.count() == entries


def test_a_post_without_what_was_seen_is_refused(login, alice, submitted):
    assert login(alice).post(address(submitted, "accept"), {}).status_code == 400
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


@pytest.mark.parametrize("step", ["accept", "return", "withdraw"])
def test_steps_are_for_those_who_steer(login, submitted, bob, carol, curator, step):
    make_member(submitted.partnership, user=carol)
    data = {"seen": "submitted.1", "reason": "x"}

    for person, status in ((bob, 404), (curator, 404), (carol, 403)):
        assert login(person).post(address(submitted, step), data).status_code == status
    assert Document.objects.get().state == "submitted"


def test_a_coordinator_on_the_team_may_accept(login, submitted, carol):
    make_member(submitted.partnership, user=carol, role="coordinator")
    client = login(carol)

    client.post(address(submitted, "accept"), {"seen": seen(client, submitted, "accept")})

    submitted.refresh_from_db()
    assert submitted.state == "accepted"
