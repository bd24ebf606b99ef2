"""Documents go over to newer versions: what comes along, what does not, who is told."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_member, make_partnership, make_user
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from tests.toolkit.versions.making import publish_next, shorter, with_question, worded
from toolkit.actions.moving import move_document, what_moving_changes
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import accept_document, return_document, submit_part
from toolkit.models import Document, Response
from toolkit.schema.editing import set_properties

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    document = make_document(partnership=make_partnership(coordinator=alice))
    answer(
        document,
        {"f_title": "A visit", "f_days": "4", "f_late": "yes", "f_why": "Rain", "r_costs/aaaaaa/f_item": "Taxi"},
    )
    return document


def answer(document, changes, *parts):
    response = only_response(document)
    result = save_answers(response, changes, response.revisions, by=make_writer(*(parts or ("host",))))
    assert result.is_clean


def newer(document, change):
    return publish_next(document.version.tool, change)


def move(document, version, *, by):
    move_document(document, version, seen=what_moving_changes(document, version).stamp, by=by)


def changed(raw):
    """Without the reason, days as text, and something new that must be answered."""
    raw = set_properties(shorter(raw), "f_days", {"type": "text", "min": None, "max": None})
    raw = set_properties(raw, "f_late", {"type": "date", "relevant": None})
    return with_question(raw, "Who paid?", required=True)


def test_answers_are_carried_by_their_ids(document, alice):
    version = newer(document, changed)
    before = only_response(document)

    plan = what_moving_changes(document, version)
    assert {loss.cell: loss.why for loss in plan.moved[0].carried.lost} == {"f_why": "gone", "f_late": "unfit"}
    assert [item.label["en"] for item in plan.required] == ["Who paid?"]
    assert plan.moved[0].n_kept == 3
    assert only_response(document).answers == before.answers

    move(document, version, by=alice)

    response = only_response(document)
    assert Document.objects.get().version == version
    assert response.answers == {
        "f_title": "A visit", "f_days": "4", "r_costs": [{"_row": "aaaaaa", "f_item": "Taxi"}],
    }  # fmt: skip
    kept = response.changes.filter(cell="f_why").last()
    assert (kept.before, kept.after, kept.revision, kept.user) == ("Rain", None, 2, alice)
    assert response.revisions == {**before.revisions, "f_why": 2, "f_late": 2, "f_days": 2}
    assert response.changes.filter(cell="f_days").last().after == "4"
    entry = document.partnership.entries.first()
    assert (entry.verb, entry.data["before"], entry.data["after"]) == ("document.moved", 1, 2)
    answer(document, {"f_days": "a week"})  # the answers go on where they were


def test_new_questions_begin_with_what_a_new_document_would_hold(document, alice):
    version = newer(document, lambda raw: with_question(raw, "Name", bind="partnership.name"))
    move(document, version, by=alice)
    assert document.partnership.name in only_response(document).answers.values()


def test_what_was_submitted_stays_as_it_is(document, alice):
    submit_part(only_response(document), by=make_writer("host"))
    document.refresh_from_db()
    return_document(document, by=alice, reason="More")
    frozen = list(only_response(document).submissions.values())
    move(document, newer(document, changed), by=alice)
    assert list(only_response(document).submissions.values()) == frozen


def test_parts_that_were_handed_in_are_handed_in_again(alice, django_capture_on_commit_callbacks):
    partnership = make_partnership(coordinator=alice)
    document = make_document(partnership=partnership, version=make_tool(form=SIDES, mode="joint"))
    make_link(document, side="host", recipient_email="hawa@example.org")
    answer(document, {"f_host": "Ours"})
    submit_part(only_response(document), by=make_writer("host"))
    version = newer(document, lambda raw: worded(raw, "f_shared", "Together"))
    plan = what_moving_changes(document, version)
    assert plan.reopened == ("host",)

    with django_capture_on_commit_callbacks(execute=True):
        move_document(document, version, seen=plan.stamp, by=alice)

    assert not only_response(document).part_submissions.exists()
    assert [(letter.to, "newer version" in letter.body) for letter in mail.outbox] == [(["hawa@example.org"], True)]
    answer(document, {"f_host": "Ours again"})


def test_sealed_answers_stay_sealed(login, alice):
    document = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(mode="each"))
    response = Response.objects.get(side="host")
    response.document = document
    save_answers(response, {"f_title": "x", "f_late": "yes", "f_why": "Secret rain"}, {}, by=make_writer("host"))
    submit_part(response, by=make_writer("host"))
    version = newer(document, shorter)

    page = login(alice).get(f"{document.get_absolute_url()}move/")

    assertContains(page, "Why late?")
    assertNotContains(page, "Secret rain")
    move(document, version, by=alice)
    response.refresh_from_db()
    assert (response.state, response.submitted_at, response.submissions.count()) == ("draft", None, 1)


def test_what_cannot_be_moved(document, alice, bob):
    elsewhere = make_tool()
    with pytest.raises(ValidationError, match="own tool"):
        move(document, elsewhere, by=alice)
    with pytest.raises(ValidationError, match="newest version already"):
        move(document, document.version, by=alice)
    version = newer(document, changed)
    hana = make_user()
    make_member(document.partnership, user=hana)
    for person in (bob, hana):
        with pytest.raises(PermissionDenied):
            move(document, version, by=person)
    sealed = newer(document, lambda raw: set_properties(raw, "tool", {"mode": "each"}))
    with pytest.raises(ValidationError, match="shared in another way"):
        move(document, sealed, by=alice)
    back = newer(document, lambda raw: set_properties(raw, "tool", {"mode": "joint"}))
    with pytest.raises(ValidationError, match="own tool"):
        move(document, version, by=alice)  # superseded by now
    move(document, back, by=alice)
    assert Document.objects.get().mode == "joint"


@pytest.mark.parametrize("state", ["submitted", "accepted", "withdrawn"])
def test_what_is_no_longer_filled_in_stays_where_it_is(document, alice, state):
    version = newer(document, changed)
    if state == "withdrawn":
        Document.objects.update(state=state)
    else:
        submit_part(only_response(document), by=make_writer("host"))
        if state == "accepted":
            accept_document(Document.objects.get(), by=alice)
    with pytest.raises(ValidationError, match="no longer be changed"):
        move(Document.objects.get(), version, by=alice)
    assert Document.objects.get().version.number == 1


def test_nobody_moves_what_has_changed_since_they_looked(document, alice):
    version = newer(document, changed)
    plan = what_moving_changes(document, version)
    answer(document, {"f_why": "Snow"})
    with pytest.raises(ValidationError, match="Look again"):
        move_document(document, version, seen=plan.stamp, by=alice)
    assert Document.objects.get().version.number == 1


def test_the_page_says_what_moving_does_and_does_it(login, alice, document, django_assert_max_num_queries):
    client, here = login(alice), f"{document.get_absolute_url()}move/"
    assertContains(client.get(here), "newest version already")
    assertNotContains(client.get(document.get_absolute_url()), "newer version of this tool")
    newer(document, changed)
    assertContains(client.get(document.get_absolute_url()), here)

    with django_assert_max_num_queries(12):
        page = client.get(here)

    for words in (
        "3 answers are carried over",
        "2 answers do not come along",
        "Rain",
        "Who paid?",
        "must be answered now",
    ):
        assertContains(page, words)
    seen = page.context["form"]["seen"].value()
    answer(document, {"f_why": "Snow"})
    late = client.post(here, {"seen": seen})
    assertContains(late, "Look again", status_code=409)
    assertContains(late, "Snow", status_code=409)
    assertRedirects(client.post(here, {"seen": late.context["form"]["seen"].value()}), document.get_absolute_url())
    assert Document.objects.get().version.number == 2
    assert client.post(here, {"seen": seen}).status_code == 409


def test_the_page_is_for_those_who_steer(login, client, alice, bob, document):
    here = f"{document.get_absolute_url()}move/"
    newer(document, changed)
    hana = make_user()
    make_member(document.partnership, user=hana)
    assert client.get(here).status_code == 302
    for person, status in [(bob, 404), (hana, 403)]:
        assert login(person).get(here).status_code == status
        assert login(person).post(here, {"seen": "x"}).status_code == status
    assertNotContains(login(hana).get(document.get_absolute_url()), "newer version of this tool")
    assert Document.objects.get().version.number == 1
