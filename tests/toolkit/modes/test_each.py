"""Each side answers on its own: sealed until both are in or the time is over, then beside each other, then agreed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories import make_member, make_partnership, make_user
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer
from toolkit.actions.agreeing import begin_agreed, choose_answers, comparison_of, undecided
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import accept_document, finish_document, return_document, submit_part
from toolkit.models import AnswerChange, Document, Response
from toolkit.permissions import can_read_response, writer_for_link, writer_for_user
from toolkit.states import AGREED, DocumentState, Source

pytestmark = pytest.mark.django_db
HOST, GUEST = make_writer("host", name="Hawa"), make_writer("resource", name="Gro")


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(mode="each"))


def side(document, name: str) -> Response:
    response = Response.objects.get(document=document, side=name)
    response.document = Document.objects.get(pk=document.pk)
    return response


def answer(document, writer, *, submit: bool = True, **answers) -> None:
    response = side(document, writer.side)
    save_answers(response, {key.replace("__", "/"): value for key, value in answers.items()}, {}, by=writer)
    if submit:
        submit_part(response, by=writer)


def both(document) -> None:
    costs = "r_costs__hostrow1__f_item", "r_costs__hostrow1__f_amount"
    answer(document, HOST, f_title="Visit", f_days="5", **dict(zip(costs, ("Tickets", "10"), strict=True)))
    costs = "r_costs__guestrow__f_item", "r_costs__guestrow__f_amount"
    answer(
        document, GUEST, f_title="Visit", f_days="8", f_late="no", **dict(zip(costs, ("tickets", "12"), strict=True))
    )


def close(document, **ago) -> Document:
    Document.objects.filter(pk=document.pk).update(closes_at=timezone.now() - timedelta(**(ago or {"minutes": 1})))
    document.refresh_from_db()
    return document


def everybody(document, alice):
    """Who could look: coordinators of neither side, and one who is on the host side; links; team members."""
    partnership = document.partnership
    on_host, on_guest = make_user(name="Hana"), make_user(name="Rolf")
    make_member(partnership, side="host", user=on_host, role="coordinator")
    make_member(partnership, side="resource", user=on_guest)
    return {
        "alice": writer_for_user(alice, document),
        "hana": writer_for_user(on_host, document),
        "rolf": writer_for_user(on_guest, document),
        "host link": writer_for_link(make_link(document, side="host")),
        "reader": writer_for_link(make_link(document, side="host", scope="read")),
    }


def readable(document, writer) -> set[str]:
    responses = list(document.responses.all())
    for each in responses:
        each.document = document
    found = {each.side for each in responses if can_read_response(writer, each, among=responses)}
    assert found == {each.side for each in responses if can_read_response(writer, each)}, "asked one by one"
    return found


def test_nobody_but_the_side_itself_reads_before_both_are_in(document, alice):
    people = everybody(document, alice)
    answer(document, GUEST, f_title="Secret of the guests")

    seen = {name: readable(document, writer) for name, writer in people.items()}

    assert seen == {"alice": set(), "hana": {"host"}, "rolf": {"resource"}, "host link": {"host"}, "reader": set()}


def test_when_the_time_is_over_what_was_submitted_is_shown_and_drafts_stay_sealed(document, alice):
    people = everybody(document, alice)
    answer(document, GUEST, f_title="In time")
    answer(document, HOST, submit=False, f_title="Half a thought")
    document = close(document)

    seen = {name: readable(document, writer) for name, writer in people.items()}

    only, own = {"resource"}, {"host", "resource"}
    assert seen == {"alice": only, "hana": own, "rolf": only, "host link": own, "reader": only}


def test_nothing_is_written_or_submitted_when_the_time_is_over(document):
    answer(document, HOST, submit=False, f_title="Half a thought")
    document = close(document)

    with pytest.raises(ValidationError, match="This closed on"):
        answer(document, HOST, f_title="Too late")
    with pytest.raises(ValidationError, match="This closed on"):
        submit_part(side(document, "host"), by=HOST)
    assert side(document, "host").answers == {"f_title": "Half a thought"}


def test_going_on_when_the_time_is_over_leaves_a_draft_to_its_writer(document, alice):
    answer(document, GUEST, f_title="In time")
    answer(document, HOST, submit=False, f_title="Half a thought")
    document = close(document)

    finish_document(document, by=alice, reason="They never answered")

    assert Document.objects.get().state == DocumentState.SUBMITTED
    assert side(document, "host").submissions.count() == 0
    assert readable(Document.objects.get(), writer_for_user(alice, document)) == {"resource"}


def test_returning_takes_the_closing_time_away(document, alice):
    both(document)
    document = close(document)

    return_document(document, by=alice, reason="Add the days")

    assert Document.objects.get().closes_at is None
    answer(document, HOST, f_days="6")


def test_the_agreed_version_begins_with_what_is_alike(document, alice):
    both(document)

    response = begin_agreed(document, by=alice)

    assert response.answers == {"f_title": "Visit"}
    assert set(AnswerChange.objects.filter(response=response).values_list("source", flat=True)) == {Source.BOTH}
    assert Document.objects.get().state == DocumentState.IN_PROGRESS
    assert document.partnership.entries.first().verb == "document.agreeing"
    left = {each.cell: each.state for each in undecided(comparison_of(document), response.answers)}
    assert left["f_days"] == "differs"
    assert left["f_late"] == "right"
    assert left["r_costs/hostrow1/f_item"] == "differs", "the row is the same one, written another way"
    assert left["r_costs/hostrow1/f_amount"] == "differs"


def test_each_value_says_where_it_came_from(document, alice):
    both(document)
    response = begin_agreed(document, by=alice)
    writer = writer_for_user(alice, document)

    result = choose_answers(response, {"f_days": "host", "f_late": "resource"}, {}, by=writer)
    save_answers(response, {"r_costs/hostrow1/f_amount": "11"}, response.revisions, by=writer)

    assert result.is_clean
    sources = {change.cell: change.source for change in AnswerChange.objects.filter(response=response)}
    assert sources["f_days"] == Source.HOST
    assert sources["f_late"] == Source.RESOURCE
    assert sources["r_costs/hostrow1/f_amount"] == Source.PAGE
    assert (response.answers["f_days"], response.answers["f_late"]) == (5, "no")


def test_choosing_what_somebody_else_has_chosen_meanwhile_is_a_conflict(document, alice):
    both(document)
    response = begin_agreed(document, by=alice)
    choose_answers(response, {"f_days": "host"}, {}, by=writer_for_user(alice, document))

    guest = writer_for_link(make_link(Document.objects.get(), side="resource"))
    result = choose_answers(response, {"f_days": "resource"}, {}, by=guest)

    assert [conflict.cell for conflict in result.conflicts] == ["f_days"]
    assert side(document, AGREED).answers["f_days"] == 5


def test_a_side_cannot_be_chosen_where_it_said_nothing(document, alice):
    both(document)
    response = begin_agreed(document, by=alice)
    writer = writer_for_user(alice, document)

    result = choose_answers(response, {"f_late": "host", "f_none": "host", "f_days": "somebody"}, {}, by=writer)

    assert set(result.refused) == {"f_late", "f_none", "f_days"}
    assert "f_late" not in side(document, AGREED).answers


def test_the_document_is_delivered_by_the_agreed_version(document, alice):
    both(document)
    response = begin_agreed(document, by=alice)
    writer = writer_for_user(alice, document)
    choose_answers(response, {"f_days": "host"}, {}, by=writer)

    assert submit_part(response, by=writer) is True

    document = Document.objects.get()
    assert document.state == DocumentState.SUBMITTED
    assert [each.side for each in document.counting_responses()] == [AGREED]
    return_document(document, by=alice, reason="Say more")
    assert {each.side: each.state for each in document.responses.all()} == {
        "agreed": "draft", "host": "submitted", "resource": "submitted",
    }  # fmt: skip


def test_what_each_side_said_stays_as_it_was(document, alice):
    both(document)
    begin_agreed(document, by=alice)

    with pytest.raises(ValidationError, match="agree on one version"):
        answer(Document.objects.get(), HOST, f_days="6")
    assert side(document, "host").answers["f_days"] == 5


def test_nobody_begins_it_too_early_twice_too_late_or_without_the_right(document, alice, bob):
    answer(document, HOST, f_title="Visit")
    with pytest.raises(ValidationError, match="Both sides must submit first"):
        begin_agreed(document, by=alice)
    answer(document, GUEST, f_title="Visit")
    with pytest.raises(PermissionDenied):
        begin_agreed(document, by=bob)
    begin_agreed(document, by=alice)
    with pytest.raises(ValidationError, match="begun already"):
        begin_agreed(document, by=alice)


def test_an_accepted_document_has_no_agreed_version_any_more(document, alice):
    both(document)
    accept_document(Document.objects.get(), by=alice)

    with pytest.raises(ValidationError, match="stays as it is"):
        begin_agreed(document, by=alice)


def test_after_the_time_is_over_it_begins_from_the_one_side_that_came(document, alice):
    answer(document, GUEST, f_title="In time")
    document = close(document)

    response = begin_agreed(document, by=alice)
    choose_answers(response, {"f_title": "resource"}, {}, by=writer_for_user(alice, document))

    assert submit_part(response, by=writer_for_user(alice, document)) is True
    assert Document.objects.get().state == DocumentState.SUBMITTED


def test_only_those_with_a_part_write_the_agreed_version(document, alice):
    both(document)
    response = begin_agreed(document, by=alice)
    reader = writer_for_link(make_link(document, scope="read"))

    with pytest.raises(ValidationError, match="not yours"):
        save_answers(response, {"f_days": "6"}, {}, by=reader)
    with pytest.raises(ValidationError, match="not yours"):
        choose_answers(response, {"f_days": "host"}, {}, by=reader)
    with pytest.raises(ValidationError, match="not yours"):
        choose_answers(side(document, "host"), {"f_days": "host"}, {}, by=writer_for_user(alice, document))
