"""Submitting, part by part; returning, accepting, withdrawing; and every move that is refused."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_partnership
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import (
    NotReadyError,
    accept_document,
    finish_document,
    return_document,
    submit_part,
    withdraw_document,
)
from toolkit.models import Document, PartSubmission, Submission
from toolkit.permissions import can_read_response
from toolkit.states import DocumentState

pytestmark = pytest.mark.django_db
HOST, GUEST = make_writer("host", name="Hawa"), make_writer("resource", name="Gro")


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def single(partnership):
    return only_response(make_document(partnership=partnership))


@pytest.fixture
def joint(partnership):
    return only_response(make_document(partnership=partnership, version=make_tool(form=SIDES, mode="joint")))


@pytest.fixture
def each(partnership):
    document = make_document(partnership=partnership, version=make_tool(mode="each"))
    responses = {response.side: response for response in document.responses.all()}
    for response in responses.values():
        response.document = document
    return responses


def state(response) -> str:
    return Document.objects.get(pk=response.document_id).state


def test_submitting_freezes_what_applied(single):
    answers = {"f_title": "Visit", "f_late": "no", "f_why": "kept as a draft", "r_costs/row00001/f_item": "Tickets"}
    save_answers(single, answers | {"r_costs/row00001/f_amount": "12.5"}, {}, by=HOST)

    assert submit_part(single, by=HOST) is True

    submission = Submission.objects.get()
    assert "f_why" not in submission.answers
    assert submission.answers["f_title"] == "Visit"
    assert submission.calculated == {"c_total": 12.5}
    assert (submission.number, submission.name, len(submission.content_hash)) == (1, "Hawa", 64)
    assert only_response(single.document).answers["f_why"] == "kept as a draft"
    assert state(single) == DocumentState.SUBMITTED


def test_what_is_missing_is_said_question_by_question(single):
    save_answers(single, {"f_late": "yes", "r_costs/row00001/f_amount": "1"}, {}, by=HOST)

    with pytest.raises(NotReadyError) as refused:
        submit_part(single, by=HOST)

    assert {problem.cell for problem in refused.value.problems} == {"f_title", "f_why", "r_costs/row00001/f_item"}
    assert (state(single), Submission.objects.count()) == (DocumentState.IN_PROGRESS, 0)


def test_a_joint_document_waits_for_both_sides(joint, mailoutbox, django_capture_on_commit_callbacks):
    save_answers(joint, {"f_host": "ours"}, {}, by=HOST)
    with django_capture_on_commit_callbacks(execute=True):
        assert submit_part(joint, by=HOST) is False
    assert state(joint) == DocumentState.IN_PROGRESS
    save_answers(joint, {"f_guest": "theirs"}, {}, by=GUEST)

    with django_capture_on_commit_callbacks(execute=True):
        assert submit_part(joint, by=GUEST) is True

    assert state(joint) == DocumentState.SUBMITTED
    assert [mail.to for mail in mailoutbox] == [["alice@example.org"]] * 2
    verbs = list(joint.document.partnership.entries.values_list("verb", "actor_name").order_by("pk"))[-2:]
    assert verbs == [("document.part_submitted", "Hawa"), ("document.submitted", "Gro")]


def test_a_side_that_submitted_writes_no_more_but_the_other_does(joint):
    save_answers(joint, {"f_host": "ours"}, {}, by=HOST)
    submit_part(joint, by=HOST)

    with pytest.raises(ValidationError, match="has been submitted"):
        save_answers(joint, {"f_host": "changed"}, {"f_host": 1}, by=HOST)
    with pytest.raises(ValidationError, match="has been submitted"):
        submit_part(joint, by=HOST)
    assert save_answers(joint, {"f_guest": "theirs"}, {}, by=GUEST).is_clean


def test_a_side_answers_only_for_its_own_part(joint):
    save_answers(joint, {"f_host": "ours"}, {}, by=HOST)

    submit_part(joint, by=HOST)  # the resource side's empty field is not the host's concern

    assert list(PartSubmission.objects.values_list("part", flat=True)) == ["host"]


def test_the_coordinator_may_go_on_without_a_side_and_says_why(joint, alice):
    document = joint.document
    save_answers(joint, {"f_host": "ours"}, {}, by=HOST)
    with pytest.raises(ValidationError, match="No side has submitted"):
        finish_document(document, by=alice, reason="They are away")
    submit_part(joint, by=HOST)

    for reason, words in ((" ", "say why"), ("x" * 501, "at most 500")):
        with pytest.raises(ValidationError, match=words):
            finish_document(document, by=alice, reason=reason)
    finish_document(document, by=alice, reason="They are away")

    assert dict(PartSubmission.objects.values_list("part", "reason")) == {"host": "", "resource": "They are away"}
    assert state(joint) == DocumentState.SUBMITTED
    assert Submission.objects.get().answers == {"f_host": "ours"}


def test_going_on_unseals_what_each_side_answered(each, alice):
    save_answers(each["host"], {"f_title": "Ours"}, {}, by=HOST)
    submit_part(each["host"], by=HOST)
    assert not can_read_response(GUEST, each["host"])

    finish_document(each["host"].document, by=alice, reason="No answer in three months")

    assert state(each["host"]) == DocumentState.SUBMITTED
    assert can_read_response(GUEST, each["host"])
    assert Submission.objects.count() == 2


def test_changing_what_both_share_undoes_the_other_sides_word(joint, mailoutbox, django_capture_on_commit_callbacks):
    make_link(joint.document, side="host", recipient_name="Hawa", recipient_email="hawa@example.org")
    save_answers(joint, {"f_host": "ours", "f_shared": "agreed"}, {}, by=HOST)
    submit_part(joint, by=HOST)
    save_answers(joint, {"f_guest": "theirs"}, {}, by=GUEST)
    assert PartSubmission.objects.count() == 1  # the guests' own part is no concern of the hosts' word

    with django_capture_on_commit_callbacks(execute=True):
        save_answers(joint, {"f_shared": "changed"}, {"f_shared": 1}, by=GUEST)

    assert PartSubmission.objects.count() == 0
    assert joint.document.partnership.entries.first().verb == "document.part_reopened"
    assert [mail.to for mail in mailoutbox] == [["hawa@example.org"]]
    assert submit_part(joint, by=GUEST) is False
    assert submit_part(joint, by=HOST) is True


def test_each_side_submits_its_own_response(each):
    save_answers(each["host"], {"f_title": "Ours"}, {}, by=HOST)
    assert submit_part(each["host"], by=HOST) is False
    save_answers(each["resource"], {"f_title": "Theirs"}, {}, by=GUEST)

    assert submit_part(each["resource"], by=GUEST) is True

    assert state(each["host"]) == DocumentState.SUBMITTED
    assert Submission.objects.count() == 2


def test_one_side_cannot_touch_the_others_response(each):
    with pytest.raises(ValidationError, match="not yours"):
        save_answers(each["resource"], {"f_title": "Forged"}, {}, by=HOST)
    with pytest.raises(ValidationError, match="not yours"):
        submit_part(each["resource"], by=HOST)


@pytest.fixture
def submitted(single):
    save_answers(single, {"f_title": "Visit"}, {}, by=HOST)
    submit_part(single, by=HOST)
    return Document.objects.get(pk=single.document_id)


def test_returning_reopens_and_keeps_what_was_submitted(submitted, alice):
    with pytest.raises(ValidationError, match="what should change"):
        return_document(submitted, by=alice, reason="")

    return_document(submitted, by=alice, reason="Add the costs")

    submitted.refresh_from_db()
    assert (submitted.state, submitted.return_reason) == (DocumentState.RETURNED, "Add the costs")
    response = only_response(submitted)
    save_answers(response, {"f_title": "Better"}, {"f_title": 1}, by=HOST)
    submit_part(response, by=HOST)
    assert list(Submission.objects.values_list("number", "answers__f_title")) == [(1, "Visit"), (2, "Better")]


def test_accepting_ends_it(submitted, alice):
    accept_document(submitted, by=alice)

    submitted.refresh_from_db()
    assert submitted.state == DocumentState.ACCEPTED
    assert submitted.partnership.entries.first().verb == "document.accepted"


def test_withdrawing_ends_the_links(submitted, alice):
    link = make_link(submitted)

    withdraw_document(submitted, by=alice, reason="Started by mistake")

    link.refresh_from_db()
    assert (link.is_live, Document.objects.get().state) == (False, DocumentState.WITHDRAWN)


# Written out: a test that read DOCUMENT_TRANSITIONS would only agree with itself.
ALLOWED = {
    ("submitted", "accepted"),
    ("submitted", "returned"),
    ("submitted", "withdrawn"),
    ("assigned", "withdrawn"),
    ("in_progress", "withdrawn"),
    ("returned", "withdrawn"),
}
ACTS = {
    "accepted": lambda document, by: accept_document(document, by=by),
    "returned": lambda document, by: return_document(document, by=by, reason="Why"),
    "withdrawn": lambda document, by: withdraw_document(document, by=by, reason="Why"),
}


@pytest.mark.parametrize("old", DocumentState.values)
@pytest.mark.parametrize("new", ACTS)
def test_every_move_of_a_document(single, alice, old, new):
    Document.objects.filter(pk=single.document_id).update(state=old)
    document = Document.objects.get(pk=single.document_id)
    before = document.partnership.entries.count()

    if (old, new) in ALLOWED:
        ACTS[new](document, alice)
        assert state(single) == new
    else:
        with pytest.raises(ValidationError, match="cannot become"):
            ACTS[new](document, alice)
        assert (state(single), document.partnership.entries.count()) == (old, before)


def test_a_submission_never_changes(submitted):
    with pytest.raises(TypeError, match="never changes"):
        Submission.objects.get().save()
