"""Many people answer by one link: each their own, once, in time, as long as there is room; with or without names."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make_member, make_partnership, make_user
from tests.factories.toolkit import make_answers, make_document, make_link, make_tool, make_writer
from toolkit.actions.collecting import begin_answers, close_collection, n_answers, new_key, respondent_of
from toolkit.actions.links import create_share_link
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import return_document, submit_part
from toolkit.actions.terms import Terms, change_terms, stamp_of, terms_of
from toolkit.models import AnswerChange, Document, PostReceipt, Response, Submission
from toolkit.permissions import can_read_response, writer_for_link, writer_for_respondent, writer_for_user
from toolkit.states import DocumentState

pytestmark = pytest.mark.django_db
SOON = timedelta(days=1)


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(mode="open"))


def with_terms(document, **terms) -> Document:
    Document.objects.filter(pk=document.pk).update(**terms)
    document.refresh_from_db()
    return document


def test_nobody_has_answered_when_it_starts(document):
    assert document.responses.count() == 0
    assert (n_answers(document).n_sent, n_answers(document).n_begun) == (0, 0)


def test_each_person_has_a_response_of_their_own(document):
    ann, ben = (make_answers(document, name=name, submit=True, f_title=name) for name in ("Ann", "Ben"))

    assert ann.respondent != ben.respondent
    assert {row.answers["f_title"] for row in document.responses.all()} == {"Ann", "Ben"}
    assert set(Submission.objects.values_list("name", flat=True)) == {"Ann", "Ben"}
    document.refresh_from_db()
    assert document.state == DocumentState.IN_PROGRESS, "others may still answer"


def test_a_beginning_sent_twice_is_one_response(document):
    link = make_link(document)
    key = new_key(link)

    first, second = begin_answers(link, key, name="Ann"), begin_answers(link, key, name="Somebody else")

    assert first.pk == second.pk
    assert Response.objects.get().respondent_name == "Ann"


def test_the_database_keeps_one_response_for_each(document):
    response = make_answers(document)
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(document=document, respondent=response.respondent)


@pytest.mark.parametrize("key", ["", "x", "abc-def", "a" * 20, "a" * 20 + "-" + "0" * 20])
def test_only_keys_that_we_gave_out_open_anything(document, key):
    assert respondent_of(document, key) == ""
    with pytest.raises(ValidationError, match="too old"):
        begin_answers(make_link(document), key)


def test_a_key_of_another_document_opens_nothing(document, alice):
    other = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(mode="open"))

    assert respondent_of(other, new_key(make_link(document))) == ""


def test_nobody_reads_or_writes_the_answers_of_another(document, alice):
    link = make_link(document)
    ann, ben = make_answers(document, name="Ann", f_title="Ann"), make_answers(document, name="Ben", f_title="Ben")
    ann.document = ben.document = document
    make_member(document.partnership, side="host", user=(hana := make_user(name="Hana")))
    others = [
        writer_for_respondent(ben, link), writer_for_user(alice, document), writer_for_user(hana, document),
        writer_for_link(link), make_writer("host"), make_writer("host", "resource", "coordinator"),
    ]  # fmt: skip

    for writer in others:
        assert not can_read_response(writer, ann)
        with pytest.raises(ValidationError, match="not yours"):
            save_answers(ann, {"f_title": "Forged"}, ann.revisions, by=writer)
        with pytest.raises(ValidationError, match="not yours"):
            submit_part(ann, by=writer)
    assert can_read_response(writer_for_respondent(ann, link), ann)


def test_the_last_place_goes_to_one(document):
    document = with_terms(document, capacity=2)
    late = make_answers(document, name="Late", f_title="Mine")
    for name in ("Ann", "Ben"):
        make_answers(document, name=name, submit=True, f_title=name)

    late.document = document
    with pytest.raises(ValidationError, match=r"All places \(2\) have been taken"):
        submit_part(late, by=writer_for_respondent(late, document.links.first()))
    with pytest.raises(ValidationError, match=r"All places \(2\)"):
        make_answers(document, name="Later still")
    assert Submission.objects.count() == 2


@pytest.mark.parametrize(
    ("terms", "said"),
    [({"opens_at": SOON}, "This opens on"), ({"closes_at": -SOON}, "This closed on")],
)
def test_nobody_answers_too_early_or_too_late(document, terms, said):
    ready = make_answers(document, f_title="In time")
    document = with_terms(document, **{name: timezone.now() + delta for name, delta in terms.items()})
    ready.document = document
    writer = writer_for_respondent(ready, document.links.first())

    with pytest.raises(ValidationError, match=said):
        make_answers(document)
    with pytest.raises(ValidationError, match=said):
        save_answers(ready, {"f_title": "Changed"}, ready.revisions, by=writer)
    with pytest.raises(ValidationError, match=said):
        submit_part(ready, by=writer)
    assert Response.objects.get().answers["f_title"] == "In time"


def test_what_was_sent_is_not_changed_or_sent_again(document):
    ann = make_answers(document, submit=True, f_title="Ann")
    ann.document = document
    writer = writer_for_respondent(ann, document.links.first())

    with pytest.raises(ValidationError, match="sent already"):
        save_answers(ann, {"f_title": "Changed"}, ann.revisions, by=writer)
    with pytest.raises(ValidationError, match="sent already"):
        submit_part(ann, by=writer)
    assert Submission.objects.count() == 1


def test_closing_by_hand_delivers_and_returning_opens_again(document, alice, bob):
    with pytest.raises(ValidationError, match="Nobody has answered"):
        close_collection(document, by=alice)
    make_answers(document, submit=True, f_title="Ann")

    close_collection(document, by=alice)

    assert Document.objects.get().state == DocumentState.SUBMITTED
    assert document.partnership.entries.first().verb == "document.collected"
    with pytest.raises(ValidationError, match="submitted"):
        make_answers(Document.objects.get(), name="Late")
    return_document(document, by=alice, reason="More should answer")
    assert Response.objects.get().state == "submitted", "what was sent stays sent"
    make_answers(Document.objects.get(), name="Ben", submit=True, f_title="Ben")


def test_without_names_nothing_leads_to_a_person(document, alice):
    document = with_terms(document, is_anonymous=True)
    link = make_link(document, recipient_name="Recipient")

    make_answers(document, name="Ann Secret", submit=True, f_title="Fine", r_costs__row00001__f_item="Bus")

    link.refresh_from_db()
    assert (link.respondent_name, link.opened_at) == ("", None)
    response = Response.objects.get()
    assert (response.respondent_name, response.respondent_post) == ("", "")
    changes = list(AnswerChange.objects.all())
    assert changes
    assert {(change.user_id, change.link_id, change.name, change.side) for change in changes} == {(None, None, "", "")}
    assert Submission.objects.get().name == ""
    moments = [*(change.at for change in changes), response.changed_at, response.submitted_at]
    moments += [Submission.objects.get().at, *PostReceipt.objects.values_list("at", flat=True)]
    assert {(moment.hour, moment.minute, moment.second, moment.microsecond) for moment in moments} == {(0, 0, 0, 0)}
    assert "Secret" not in str([change.__dict__ for change in changes])
    assert not document.partnership.entries.filter(verb__contains="submitted").exists()


def test_terms_are_changed_with_history_and_not_over_each_other(document, alice, bob):
    seen = stamp_of(document)
    change_terms(document, Terms(capacity=5, time_zone="Africa/Nairobi"), seen=seen, by=alice)

    assert terms_of(Document.objects.get()) == Terms(capacity=5, time_zone="Africa/Nairobi")
    assert document.partnership.entries.first().verb == "document.terms_changed"
    with pytest.raises(ValidationError, match="Somebody else"):
        change_terms(document, Terms(capacity=6), seen=seen, by=alice)
    with pytest.raises(PermissionDenied):
        change_terms(document, Terms(capacity=6), seen=stamp_of(document), by=bob)
    assert Document.objects.get().capacity == 5


def test_terms_that_come_too_late_are_refused(document, alice):
    make_answers(document, submit=True, f_title="Ann")
    make_answers(document, submit=True, f_title="Ben")
    now = timezone.now()

    for terms, said in (
        (Terms(is_anonymous=True), "begun to answer already"),
        (Terms(capacity=1), "2 people have answered already"),
        (Terms(closes_at=now - SOON), "still to come"),
        (Terms(opens_at=now + 2 * SOON, closes_at=now + SOON), "close after it opens"),
    ):
        with pytest.raises(ValidationError, match=said):
            change_terms(document, terms, seen=stamp_of(document), by=alice)
    assert terms_of(Document.objects.get()) == Terms()


@pytest.mark.parametrize("mode", ["single", "joint"])
def test_what_is_filled_in_together_has_no_such_terms(alice, mode):
    document = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(mode=mode))

    with pytest.raises(ValidationError, match="no such settings"):
        change_terms(document, Terms(closes_at=timezone.now() + SOON), seen=stamp_of(document), by=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(is_anonymous=True)


def test_a_link_that_only_reads_is_not_made(document, alice):
    with pytest.raises(ValidationError, match="nothing in it to read"):
        create_share_link(document, side="host", days=3, by=alice, scope="read")


def test_rows_that_were_filled_in_from_the_records_are_each_persons_own(alice):
    version = make_tool(mode="open", form=SEEDED)
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)

    ann, ben = make_answers(document, f_name="Ann"), make_answers(document, f_name="Ben")

    assert ann.answers["r_topics"] == ben.answers["r_topics"]
    assert AnswerChange.objects.filter(user__isnull=False).count() == 0


SEEDED = """
  - {id: f_name, name: who, type: text, label: {en: Name}}
  - repeat: topics
    id: r_topics
    label: {en: Topics}
    rows: [{_row: row00001, topic: One}, {_row: row00002, topic: Two}]
    items:
      - {id: f_topic, name: topic, type: text, label: {en: Topic}}
"""
