"""Only what was returned is open; only its people hand in again; an accepted document is reopened, never returned."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.returning import Point, lift_points
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import NotReadyError, accept_document, reopen_document, return_document, submit_part
from toolkit.facts import document_facts
from toolkit.models import Decision, Document, PartSubmission, ReturnedPoint
from toolkit.permissions import writer_for_link, writer_for_user

pytestmark = pytest.mark.django_db
HOST, GUEST = make_writer("host", name="Hawa"), make_writer("resource", name="Gro")
WHOLE = {"f_title": "Visit", "f_days": "3", "f_late": "no", "r_costs/row00001/f_item": "Tickets"}


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def single(partnership):
    response = only_response(make_document(partnership=partnership))
    save_answers(response, WHOLE, {}, by=HOST)
    submit_part(response, by=HOST)
    return only_response(response.document)


@pytest.fixture
def joint(partnership):
    response = only_response(make_document(partnership=partnership, version=make_tool(form=SIDES, mode="joint")))
    save_answers(response, {"f_host": "ours", "f_shared": "agreed"}, {}, by=HOST)
    save_answers(response, {"f_guest": "theirs"}, {}, by=GUEST)
    submit_part(response, by=HOST)
    submit_part(response, by=GUEST)
    return only_response(response.document)


def lead(partnership, side):
    user = make_user(name=f"Lead of {side}")
    make_member(partnership, side=side, role="lead", contact=make_contact(user=user))
    return user


def fresh(response):
    document = Document.objects.get(pk=response.document_id)
    return only_response(document)


def point(place, reason="Please look again", side=""):
    return Point(place=place, reason=reason, side=side)


def test_only_what_was_returned_can_be_written(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("f_days", "Was it not four?")])
    response = fresh(single)

    result = save_answers(response, {"f_days": "4", "f_title": "Other"}, response.revisions, by=HOST)

    assert list(result.saved) == ["f_days"]
    assert list(result.refused) == ["f_title"]
    assert "not returned" in result.refused["f_title"]
    assert (fresh(single).answers["f_days"], fresh(single).answers["f_title"]) == (4, "Visit")


def test_sending_back_what_stands_is_not_refused(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("f_days")])
    response = fresh(single)

    assert save_answers(response, WHOLE | {"f_days": "4"}, response.revisions, by=HOST).is_clean


def test_a_table_that_was_not_returned_keeps_its_rows(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("f_days")])
    response = fresh(single)
    changes = {"r_costs/row00001": None, "r_costs/row00002/f_item": "Hotel", "r_costs/row00001/f_amount": "5"}

    result = save_answers(response, changes, response.revisions, by=HOST)

    assert (set(result.refused), result.saved) == (set(changes), {})
    return_again = fresh(single)
    assert [row["f_item"] for row in return_again.answers["r_costs"]] == ["Tickets"]


def test_a_returned_table_takes_rows_and_loses_them(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("r_costs")])
    response = fresh(single)

    changes = {"r_costs/row00001": None, "r_costs/row00002/f_item": "Hotel"}
    assert save_answers(response, changes, response.revisions, by=HOST).is_clean


def test_what_depends_on_a_returned_question_is_open_too(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("f_late")])
    response = fresh(single)

    assert save_answers(response, {"f_late": "yes", "f_why": "Fog"}, response.revisions, by=HOST).is_clean
    assert submit_part(response, by=HOST) is True


def test_a_returned_section_is_open_whole_and_nothing_else(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("g_visit")])
    response = fresh(single)

    result = save_answers(response, {"f_title": "B", "r_costs/row00001/f_item": "Hotel"}, response.revisions, by=HOST)

    assert (list(result.saved), list(result.refused)) == (["f_title"], ["r_costs/row00001/f_item"])


def test_only_the_part_concerned_is_handed_in_again(joint, alice):
    return_document(joint.document, by=alice, reason="", points=[point("f_host")])

    assert list(PartSubmission.objects.values_list("part", flat=True)) == ["resource"]
    response = fresh(joint)
    with pytest.raises(ValidationError, match="has been submitted"):
        save_answers(response, {"f_guest": "other"}, response.revisions, by=GUEST)
    assert "f_shared" in save_answers(response, {"f_shared": "x"}, response.revisions, by=HOST).refused
    assert save_answers(response, {"f_host": "better"}, response.revisions, by=HOST).is_clean
    assert submit_part(response, by=HOST) is True
    assert (fresh(joint).document.state, joint.submissions.count()) == ("submitted", 2)
    assert not ReturnedPoint.objects.open().exists()


def test_what_belongs_to_both_sides_is_handed_in_by_both(joint, alice):
    return_document(joint.document, by=alice, reason="", points=[point("f_shared")])

    assert not PartSubmission.objects.exists()


def test_without_points_all_is_open(joint, alice):
    return_document(joint.document, by=alice, reason="All of it")

    assert not PartSubmission.objects.exists()
    response = fresh(joint)
    assert save_answers(response, {"f_host": "b", "f_shared": "c"}, response.revisions, by=HOST).is_clean


def test_one_side_of_two_that_answer_alone_is_returned(partnership, alice):
    document = make_document(partnership=partnership, version=make_tool(mode="each"))
    for response, writer in zip(document.responses.order_by("side"), (HOST, GUEST), strict=True):
        response.document = document
        save_answers(response, {"f_title": "Ours"}, {}, by=writer)
        submit_part(response, by=writer)

    return_document(document, by=alice, reason="", points=[point("all", side="host")])

    assert dict(document.responses.values_list("side", "state")) == {"host": "draft", "resource": "submitted"}
    host = document.responses.get(side="host")
    host.document = Document.objects.get(pk=document.pk)
    assert save_answers(host, {"f_title": "Better"}, host.revisions, by=HOST).is_clean


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([point("f_days", " ")], "say what should change"),
        ([point("f_none")], "no such question"),
        ([point("c_total")], "no such question"),
        ([point("f_item")], "no such question"),
        ([point("all")], "no such question"),
        ([point("f_days", side="host")], "no such question"),
        ([point("f_days"), point("f_days")], "Say once"),
        ([point("f_days", "x" * 2001)], "2000 characters"),
        ([], "say what should change"),
    ],
)
def test_points_that_say_nothing_are_refused(single, alice, points, words):
    with pytest.raises(ValidationError, match=words):
        return_document(single.document, by=alice, reason=" ", points=points)

    assert fresh(single).document.state == "submitted"
    assert PartSubmission.objects.count() == 1
    assert not Decision.objects.exists()


def test_a_second_return_of_the_same_comes_too_late(single, alice):
    other = Document.objects.get(pk=single.document_id)
    return_document(single.document, by=alice, reason="", points=[point("f_days")])

    with pytest.raises(ValidationError, match="cannot become"):
        return_document(other, by=alice, reason="Everything")
    with pytest.raises(ValidationError, match="cannot become"):
        accept_document(other, by=alice)

    assert [each.place for each in ReturnedPoint.objects.all()] == ["f_days"]


def test_the_lead_of_the_other_side_returns_what_that_side_wrote(joint, partnership):
    guest_lead = lead(partnership, "resource")

    for points in ([], [point("f_guest")], [point("resource")], [point("f_host"), point("f_guest")]):
        with pytest.raises(PermissionDenied):
            return_document(joint.document, by=guest_lead, reason="x", points=points)
    return_document(joint.document, by=guest_lead, reason="", points=[point("f_host")])

    assert Decision.objects.get().user == guest_lead


def test_what_one_side_filled_in_alone_the_lead_of_the_other_accepts(partnership):
    document = make_document(partnership=partnership)
    response, writer = only_response(document), writer_for_link(make_link(document, side="host"))
    save_answers(response, WHOLE, {}, by=writer)
    submit_part(response, by=writer)
    own, other = lead(partnership, "host"), lead(partnership, "resource")

    for act in (accept_document, lambda each, by: return_document(each, by=by, reason="x")):
        with pytest.raises(PermissionDenied):
            act(Document.objects.get(pk=document.pk), by=own)
    accept_document(Document.objects.get(pk=document.pk), by=other)

    assert fresh(response).document.state == "accepted"


def test_what_both_sides_wrote_only_a_coordinator_accepts(joint, partnership):
    for person in (lead(partnership, "host"), lead(partnership, "resource"), make_user(name="Nobody")):
        with pytest.raises(PermissionDenied):
            accept_document(joint.document, by=person)


def test_reopening_keeps_what_was_accepted_and_the_facts_fall_back(single, partnership, alice):
    slug = single.document.version.tool.slug
    accept_document(single.document, by=alice)
    assert f"document:{slug}:accepted" in document_facts(partnership)

    reopen_document(single.document, by=alice, reason="The dates were wrong", points=[point("f_days")])

    assert fresh(single).document.state == "returned"
    assert f"document:{slug}:accepted" not in document_facts(partnership)
    assert single.submissions.get(number=1).answers["f_days"] == 3
    response = fresh(single)
    save_answers(response, {"f_days": "5"}, response.revisions, by=HOST)
    submit_part(response, by=HOST)
    accept_document(Document.objects.get(pk=single.document_id), by=alice)
    assert f"document:{slug}:accepted" in document_facts(partnership)
    assert [each.answers["f_days"] for each in single.submissions.all()] == [3, 5]
    assert list(Decision.objects.values_list("kind", flat=True)) == ["accepted", "reopened", "accepted"]
    verbs = list(partnership.entries.filter(verb="document.reopened").values_list("actor_name", "data__reason"))
    assert verbs == [("Alice", "The dates were wrong")]


def test_reopening_is_for_coordinators_with_a_reason_and_only_what_was_accepted(single, partnership, alice):
    with pytest.raises(ValidationError, match="was accepted"):
        reopen_document(single.document, by=alice, reason="x")
    accept_document(single.document, by=alice)

    with pytest.raises(ValidationError, match="say why"):
        reopen_document(single.document, by=alice, reason=" ", points=[point("f_days")])
    with pytest.raises(PermissionDenied):
        reopen_document(single.document, by=lead(partnership, "resource"), reason="x")
    with pytest.raises(ValidationError, match="cannot become"):
        return_document(single.document, by=alice, reason="x")

    assert fresh(single).document.state == "accepted"


def test_a_problem_elsewhere_keeps_nobody_from_handing_in_what_was_returned(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("f_days"), point("f_late")])
    response = fresh(single)
    response.answers.pop("f_title")  # as if a rule had come to ask for more since
    response.save()
    save_answers(response, {"f_late": "yes"}, response.revisions, by=HOST)

    with pytest.raises(NotReadyError) as refused:
        submit_part(response, by=HOST)

    assert [problem.cell for problem in refused.value.problems] == ["f_why"]


def test_those_concerned_are_told_what_to_look_at(joint, alice, mailoutbox, django_capture_on_commit_callbacks):
    for side in ("host", "resource"):
        make_link(joint.document, side=side, recipient_name=side, recipient_email=f"{side}@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        return_document(joint.document, by=alice, reason="", points=[point("f_host", "Too\nshort")])

    assert [mail.to for mail in mailoutbox] == [["host@example.org"]]
    assert "The host's word: Too\nshort" in mailoutbox[0].body
    assert "Only these are open" in mailoutbox[0].body


def test_whoever_handed_it_in_with_an_account_is_told_in_their_language(
    partnership, alice, mailoutbox, django_capture_on_commit_callbacks
):
    hana = make_user(name="Hana", email="hana@example.org", language="en")
    make_member(partnership, side="host", contact=make_contact(user=hana))
    response = only_response(make_document(partnership=partnership))
    writer = writer_for_user(hana, response.document)
    save_answers(response, WHOLE, {}, by=writer)
    submit_part(response, by=writer)
    with django_capture_on_commit_callbacks(execute=True):
        return_document(response.document, by=alice, reason="Look again")

    assert [mail.to for mail in mailoutbox] == [["hana@example.org"]]
    assert "Look again" in mailoutbox[0].body


def test_when_the_form_has_become_another_one_all_of_it_is_open(single, alice):
    return_document(single.document, by=alice, reason="", points=[point("f_days")])
    lift_points(fresh(single))
    response = fresh(single)

    assert save_answers(response, {"f_title": "Other"}, response.revisions, by=HOST).is_clean
