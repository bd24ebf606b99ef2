"""What the address of an open form answers: what was saved, what was not and why, what others did."""

import json
import secrets

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_member, make_partnership, make_user
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from toolkit.models import AnswerChange, PostReceipt, Presence
from toolkit.views.filling import owner_mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice))


@pytest.fixture
def link(document):
    return make_link(document)


def fields(cells: dict, *, seen: dict | None = None, key: str = "", known: int = 0, **more) -> dict:
    key = key or secrets.token_urlsafe(8)
    return {**cells, "_key": key, "_seen": json.dumps(seen or {}), "_known": known, "_end": "1", **more}


def send(link, cells: dict, *, client: Client | None = None, **options):
    client = client or Client()
    return client.post(f"/f/{link.token}/save/", fields(cells, **options), headers={"Accept": "application/json"})


def look(link, *, client: Client | None = None, **asked):
    return (client or Client()).get(f"/f/{link.token}/save/", asked, headers={"Accept": "application/json"})


# What cannot be taken


def test_a_body_without_its_end_saves_nothing(document, link):
    sent = fields({"f_title": "Half"})
    del sent["_end"]

    answer = Client().post(f"/f/{link.token}/save/", sent)

    assert answer.status_code == 400
    assert answer.json()["error"] == "cut_off"
    assert only_response(document).answers == {}


@pytest.mark.parametrize(
    "seen", ["", "{", "[]", '{"f_title": "1"}', '{"f_title": true}', '{"f_title": null}', "[" * 5000]
)
def test_revisions_that_are_none_count_as_unseen(document, link, seen):
    send(link, {"f_title": "First"})

    answer = Client().post(f"/f/{link.token}/save/", {**fields({"f_title": "Second"}), "_seen": seen})

    assert [each["cell"] for each in answer.json()["conflicts"]] == ["f_title"]
    assert only_response(document).answers == {"f_title": "First"}


def test_a_revision_from_the_future_is_a_conflict_and_everything_is_told_anew(document, link):
    send(link, {"f_title": "Kept"})

    answer = send(link, {"f_title": "From tomorrow"}, seen={"f_title": 99}, known=99).json()

    assert answer["conflicts"][0]["words"] == "Kept"
    assert answer["changed"] == [["f_title", 1, "Kept", None, "Somebody with the link"]]
    assert answer["known"] == 1


def test_a_cell_that_is_not_there_is_refused_by_name_and_the_others_are_saved(document, link):
    answer = send(link, {"f_nobody": "x", "f_title": "Good", "f_days": "many"}).json()

    assert set(answer["refused"]) == {"f_nobody", "f_days"}
    assert answer["saved"] == {"f_title": 1}
    assert only_response(document).answers == {"f_title": "Good"}


def test_unknown_link_is_told_in_a_word(link):
    answer = Client().post("/f/nothing/save/", fields({}), headers={"Accept": "application/json"})

    assert answer.status_code == 404
    assert answer.json()["error"] == "unknown"


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_link_that_is_over_saves_nothing(document, link, change):
    link.created_at = timezone.now() - timezone.timedelta(days=3)
    for name, value in change.items():
        setattr(link, name, value)
    link.save()

    for answer in (send(link, {"f_title": "Late"}), look(link)):
        assert answer.status_code == 410
        assert answer.json()["error"] == "over"
    assert only_response(document).answers == {}


def test_a_link_that_may_only_read_saves_nothing(document):
    answer = send(make_link(document, scope="read"), {"f_title": "x"})

    assert answer.status_code == 403
    assert only_response(document).answers == {}


def test_a_closed_document_takes_nothing_and_says_so(document, link):
    response = only_response(document)
    save_answers(response, {"f_title": "Done"}, {}, by=make_writer("host"))
    submit_part(response, by=make_writer("host"))

    for answer in (send(link, {"f_title": "Late"}, seen={"f_title": 1}), look(link)):
        assert answer.status_code == 409
        assert answer.json()["error"] == "closed"
        assert "submitted" in answer.json()["message"]
    assert only_response(document).answers == {"f_title": "Done"}


def test_other_sides_and_records_own_fields_are_refused(alice):
    document = make_document(
        partnership=make_partnership(coordinator=alice), version=make_tool(form=SIDES, mode="joint")
    )

    answer = send(make_link(document), {"f_guest": "Not mine", "f_host": "Mine"}).json()

    assert answer["saved"] == {"f_host": 1}
    assert set(answer["refused"]) == {"f_guest"}
    assert only_response(document).answers == {"f_host": "Mine"}


def test_signed_out_people_are_told_and_not_led_away(document, alice):
    address = f"/documents/{document.reference}/save/"

    for answer in (Client().post(address, fields({"f_title": "x"})), Client().get(address)):
        assert answer.status_code == 401
        assert answer.json()["error"] == "signed_out"
    assert only_response(document).answers == {}


def test_nothing_is_sent_in_the_name_of_whoever_signed_in_meanwhile(document, alice, admin, login):
    address = f"/documents/{document.reference}/save/?for={owner_mark(alice.pk)}"

    answer = login(admin).post(address, fields({"f_title": "Alice’s words"}))

    assert answer.status_code == 409
    assert answer.json()["error"] == "other_person"
    assert login(alice).post(address, fields({"f_title": "Alice’s words"})).json()["saved"] == {"f_title": 1}
    assert only_response(document).changes.get().user == alice


def test_people_of_other_partnerships_and_without_a_part_save_nothing(document, bob, carol, login):
    address = f"/documents/{document.reference}/save/"
    member = make_member(document.partnership, side="host", user=carol)

    assert login(bob).post(address, fields({"f_title": "x"})).status_code == 404
    assert login(carol).post(address, fields({"f_title": "x"})).status_code == 200
    member.delete()
    assert login(carol).post(address, fields({"f_title": "y"})).status_code == 404
    assert login(make_user(is_curator=True)).post(address, fields({"f_title": "y"})).status_code == 404


def test_the_forgery_check_stays_on(document, link):
    strict = Client(enforce_csrf_checks=True)

    answer = send(link, {"f_title": "x"}, client=strict)
    assert answer.status_code == 403
    assert answer.json()["error"] == "forgery_check"
    token = look(link, client=strict, token=1).json()["token"]
    assert send(link, {"f_title": "x", "csrfmiddlewaretoken": token}, client=strict).json()["saved"] == {"f_title": 1}


def test_a_page_of_another_version_is_asked_to_reload(document, link):
    answer = send(link, {"f_title": "x"}, _version="0")

    assert answer.status_code == 409
    assert answer.json()["error"] == "moved"
    assert send(link, {"f_title": "x"}, _version=str(document.version_id)).status_code == 200


# What is taken


def test_a_changed_cell_is_saved_with_its_writer_and_source(document, link):
    answer = send(link, {"f_title": "Visit", "_name": "Hawa", "_post": "Nurse"}, _known=0).json()

    change = AnswerChange.objects.get()
    assert (change.name, change.source, change.link) == ("Hawa", "autosave", link)
    assert answer["saved"] == {"f_title": 1}
    assert answer["known"] == 1
    assert answer["changed"] == []
    link.refresh_from_db()
    assert link.respondent_name == "Hawa"


def test_the_same_post_is_taken_once_and_answered_alike(document, link):
    first = send(link, {"f_title": "One"}, key="k1").json()
    send(link, {"f_title": "Two"}, seen={"f_title": 1})
    again = send(link, {"f_title": "One"}, key="k1", known=1).json()

    assert again["saved"] == first["saved"] == {"f_title": 1}
    assert again["changed"][0][:3] == ["f_title", 2, "Two"]
    assert only_response(document).answers == {"f_title": "Two"}
    assert AnswerChange.objects.count() == 2


def test_the_same_key_with_other_content_is_another_post(document, link):
    send(link, {"f_title": "One"}, key="k1")

    answer = send(link, {"f_title": "Two"}, key="k1", seen={"f_title": 1}).json()

    assert answer["saved"] == {"f_title": 2}
    assert send(link, {"f_title": "Two"}, key="k1", seen={"f_title": 1}).json()["saved"] == {"f_title": 2}
    assert only_response(document).answers == {"f_title": "Two"}
    assert PostReceipt.objects.count() == 2


def test_a_post_that_was_taken_is_answered_although_the_document_is_closed_by_now(document, link):
    send(link, {"f_title": "Done"}, key="k1")
    submit_part(only_response(document), by=make_writer("host"))

    assert send(link, {"f_title": "Done"}, key="k1").json()["saved"] == {"f_title": 1}


def test_the_same_cell_changed_twice_shows_both_with_who_and_when(document, link):
    send(link, {"f_title": "Gro’s", "_name": "Gro"})

    answer = send(link, {"f_title": "Mine"}).json()

    conflict = answer["conflicts"][0]
    assert (conflict["cell"], conflict["theirs"], conflict["words"]) == ("f_title", "Gro’s", "Gro’s")
    assert conflict["name"] == "Gro"
    assert conflict["at"].startswith(timezone.now().date().isoformat())
    assert send(link, {"f_title": "Mine"}, seen=conflict["seen"]).json()["saved"] == {"f_title": 2}


def test_what_others_changed_comes_with_the_answer_and_once(document, link):
    send(link, {"f_title": "A"})
    answer = send(link, {"f_days": "3"}).json()

    assert answer["changed"] == [["f_title", 1, "A", None, "Somebody with the link"]]
    assert answer["known"] == 2
    assert look(link, known=2).json()["changed"] == []


# Rows


def test_rows_added_on_both_sides_both_stay(document, link):
    send(link, {"r_costs:row": "aaaaaaaa", "r_costs/aaaaaaaa/f_item": "Mine"})
    answer = send(link, {"r_costs:row": "bbbbbbbb", "r_costs/bbbbbbbb/f_item": "Yours"}).json()

    assert answer["saved"] == {"r_costs/bbbbbbbb/f_item": 1}
    assert [row["f_item"] for row in only_response(document).answers["r_costs"]] == ["Mine", "Yours"]


def test_removing_a_row_that_somebody_changed_asks(document, link):
    row = "r_costs/aaaaaaaa"
    send(link, {"r_costs:row": "aaaaaaaa", f"{row}/f_item": "Bed"})
    send(link, {"r_costs:row": "aaaaaaaa", f"{row}/f_amount": "5"}, seen={f"{row}/f_item": 1})

    removal = {"r_costs:row": "aaaaaaaa", f"{row}:remove": "1"}
    conflict = send(link, removal, seen={f"{row}/f_item": 1}).json()["conflicts"][0]

    assert conflict["cell"] == row
    assert conflict["words"] == "Item: Bed\nAmount: 5"
    assert send(link, removal, seen=conflict["seen"]).json()["saved"] == {row: 1}
    assert only_response(document).answers == {}


def test_a_word_into_a_row_that_somebody_removed_asks(document, link):
    row = "r_costs/aaaaaaaa"
    send(link, {"r_costs:row": "aaaaaaaa", f"{row}/f_item": "Bed"})
    seen = {f"{row}/f_item": 1}
    send(link, {"r_costs:row": "aaaaaaaa", f"{row}:remove": "1"}, seen=seen)

    answer = send(link, {"r_costs:row": "aaaaaaaa", f"{row}/f_amount": "5"}, seen=seen).json()
    same = send(link, {"r_costs:row": "aaaaaaaa", f"{row}/f_item": "Bed"}, seen=seen).json()

    assert [each["cell"] for each in answer["conflicts"]] == [f"{row}/f_amount"]
    assert answer["conflicts"][0]["theirs"] is None
    assert same["conflicts"] == []
    assert only_response(document).answers == {}
    decided = send(link, {"r_costs:row": "aaaaaaaa", f"{row}/f_amount": "5"}, seen=answer["conflicts"][0]["seen"])
    assert decided.json()["saved"] == {f"{row}/f_amount": 1}


# Who else is here


def test_presence_names_others_with_their_section_and_nothing_grows(document, link):
    other = make_link(document, side="resource", recipient_name="Gro")
    look(other, page="p2", here="g_visit")

    answer = look(link, page="p1", here="../nowhere").json()
    assert [(each["name"], each["group"]) for each in answer["who"]] == [("Gro", "g_visit")]
    Presence.objects.update(at=timezone.now() - timezone.timedelta(minutes=2))
    assert look(link, page="p3", here="g_visit").json()["who"] == []
    assert Presence.objects.count() == 1


def test_a_side_that_answers_alone_sees_nobody_of_the_other(alice):
    document = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(mode="each"))
    host, resource = make_link(document), make_link(document, side="resource", recipient_name="Gro")
    send(resource, {"f_title": "Sealed words"})
    look(resource, page="p2", here="g_visit")

    answer = look(host, page="p1")

    assert answer.json()["who"] == []
    assert answer.json()["changed"] == []
    assert b"Sealed" not in send(host, {"f_title": "Own"}).content


def test_sensitive_answers_of_others_are_not_told(alice):
    secret = SIDES.replace("type: text, required: true, label: {en: \"The host's word\"}", "type: text, sensitive: true, label: {en: H}")  # fmt: skip  # noqa: E501
    document = make_document(
        partnership=make_partnership(coordinator=alice), version=make_tool(form=secret, mode="joint")
    )
    send(make_link(document), {"f_host": "CANARY"})

    answer = look(make_link(document, side="resource"))

    assert b"CANARY" not in answer.content
    assert answer.json()["changed"][0][:4] == ["f_host", 1, None, "Restricted"]


def test_answers_are_kept_by_nobody(document, link, alice, login):
    for answer in (look(link), send(link, {}), login(alice).get(f"/documents/{document.reference}/save/")):
        assert "no-store" in answer["Cache-Control"]


# What it costs


def queries_of(act) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert act().status_code == 200
    return [each["sql"] for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]


def test_saving_one_cell_takes_eight_queries(document, link, alice, login):
    client = login(alice)
    address = f"/documents/{document.reference}/save/?for={owner_mark(alice.pk)}"
    send(link, {"f_days": "1"})  # the first change moves the document on

    by_link = queries_of(lambda: send(link, {"f_title": "A"}, known=1))
    by_account = queries_of(lambda: client.post(address, fields({"f_title": "B"}, seen={"f_title": 1}, known=2)))

    assert len(by_link) <= 8, "\n".join(by_link)
    assert len(by_account) <= 8, "\n".join(by_account)
