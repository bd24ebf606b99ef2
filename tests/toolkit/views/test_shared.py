"""Filling a form through a link: what works without an account, and every way it can go wrong."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_partnership
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, only_response
from toolkit.actions.submitting import return_document
from toolkit.models import AnswerChange, Document, PartSubmission, ShareLink, Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice, name="Bergen – Mombasa"))


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Hawa")


@pytest.fixture
def joint(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=SIDES, mode="joint"))


def address(link: ShareLink, page: str = "fill") -> str:
    return reverse(f"toolkit:shared-{page}", args=[link.token])


def body(seen: dict | None = None, key: str = "", action: str = "save", **fields) -> dict:
    """What the page sends; ``fields`` with ``__`` for the slash of a table's cell."""
    sent = {name.replace("__", "/"): value for name, value in fields.items()}
    return {"_key": key, "_seen": json.dumps(seen or {}), "_name": "Hawa", "_action": action, "_end": "1", **sent}


def test_the_page_opens_without_an_account_and_is_private(client, link):
    response = client.get(address(link))

    assert response.status_code == 200
    assert b'name="f_title"' in response.content
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    link.refresh_from_db()
    assert link.n_opened == 1
    assert link.opened_at is not None


def test_a_draft_is_saved_and_comes_back(client, link, document):
    response = client.post(address(link), body(f_title="A visit", f_days="3"))

    assert response.status_code == 302
    assert only_response(document).answers == {"f_title": "A visit", "f_days": 3}
    change = AnswerChange.objects.get(cell="f_title")
    assert (change.link, change.name, change.side, change.user) == (link, "Hawa", "host", None)
    page = client.get(address(link)).content.decode()
    assert 'value="A visit"' in page
    assert "Saved at" in page


def test_submitting_freezes_and_thanks(client, link, document):
    response = client.post(address(link), body(action="submit", f_title="A visit", f_late="no"), follow=True)

    assert response.redirect_chain == [(address(link, "done"), 302)]
    assert b"Thank you" in response.content
    assert Document.objects.get().state == "submitted"
    assert Submission.objects.get().answers == {"f_title": "A visit", "f_late": "no"}


def test_a_failed_check_keeps_what_was_typed(client, link, document):
    response = client.post(address(link), body(f_title="A visit", f_days="many", f_why="Because"))

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="many"' in page
    assert "Everything else has been saved" in page
    assert only_response(document).answers == {"f_title": "A visit", "f_why": "Because"}


def test_an_unready_form_says_what_is_missing(client, link, document):
    response = client.post(address(link), body(action="submit", f_late="yes"))

    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#f_title"' in page
    assert 'href="#f_why"' in page
    assert Document.objects.get().state == "in_progress"


def test_whoever_submits_gives_a_name(client, document):
    link = make_link(document)
    sent = body(action="submit", f_title="A visit") | {"_name": " "}

    response = client.post(address(link), sent)

    assert response.status_code == 422
    assert b"Please write your name" in response.content
    assert only_response(document).answers == {"f_title": "A visit"}
    assert Submission.objects.count() == 0


def test_the_name_is_remembered_and_signs_the_changes(client, document):
    link = make_link(document)

    client.post(address(link), body(f_title="A visit") | {"_name": "Ngọc Ánh", "_post": "Head nurse"})

    link.refresh_from_db()
    assert (link.respondent_name, link.respondent_post) == ("Ngọc Ánh", "Head nurse")
    assert AnswerChange.objects.get().name == "Ngọc Ánh"


def test_the_same_post_twice_counts_once(client, link):
    sent = body(key="k1", f_title="A visit")

    assert client.post(address(link), sent).status_code == 302
    assert client.post(address(link), sent).status_code == 302

    assert AnswerChange.objects.count() == 1


def test_the_same_submission_twice_counts_once(client, link):
    sent = body(key="k1", action="submit", f_title="A visit")
    client.post(address(link), sent)

    again = client.post(address(link), sent)

    assert again.status_code == 302
    assert again["Location"] == address(link, "done")
    assert (Submission.objects.count(), PartSubmission.objects.count()) == (1, 1)


@pytest.mark.parametrize("action", ["save", "submit"])
def test_a_refused_post_sent_again_is_refused_again(client, link, document, action):
    client.post(address(link), body(f_title="A visit", f_days="8"))
    sent = body(seen={"f_title": 1, "f_days": 1}, key="k9", action=action, f_title="A visit", f_days="abc")

    for _time in range(2):
        response = client.post(address(link), sent)
        assert response.status_code == 422
        assert b'value="abc"' in response.content
    assert Document.objects.get().state == "in_progress"


def test_a_conflict_sent_again_is_a_conflict_again(client, link, document):
    client.post(address(link), body(f_title="AAA"))
    sent = body(key="k9", f_title="BBB")

    for _time in range(2):
        response = client.post(address(link), sent)
        assert response.status_code == 409
        assert b"BBB" in response.content
    assert only_response(document).answers == {"f_title": "AAA"}


def test_a_deep_list_of_revisions_is_no_list(client, link, document):
    response = client.post(address(link), body(f_title="A visit") | {"_seen": "[" * 100_000})

    assert response.status_code == 302
    assert only_response(document).answers == {"f_title": "A visit"}


def test_a_used_key_with_other_content_is_not_taken_for_a_repetition(client, link, document):
    client.post(address(link), body(key="k1", f_title="First"))

    response = client.post(address(link), body(key="k1", f_title="Second", f_days="2"))

    assert response.status_code == 409
    assert only_response(document).answers == {"f_title": "First", "f_days": 2}
    assert b"Second" in response.content


def test_a_stale_revision_shows_both_values(client, link, document):
    client.post(address(link), body(f_title="Ours"))
    other = make_link(document, side="resource", recipient_name="Gro")

    response = client.post(address(other), body(f_title="Theirs") | {"_name": "Gro"})

    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="Theirs"' in page
    assert "Ours" in page
    assert "Hawa changed this" in page
    assert only_response(document).answers == {"f_title": "Ours"}


def test_after_a_conflict_saving_again_decides_it_and_nothing_else(client, link, document):
    other = make_link(document, side="resource", recipient_name="Gro")
    client.post(address(link), body(f_title="Ours", f_days="1"))
    page = client.post(address(other), body(f_title="Theirs", f_why="w") | {"_name": "Gro"}).context["page"]

    # The page now shows the host's days, though Gro's page had them empty.
    client.post(address(other), body(seen=page.seen, f_title="Theirs", f_why="w", f_days="1") | {"_name": "Gro"})

    assert only_response(document).answers == {"f_title": "Theirs", "f_why": "w", "f_days": 1}


@pytest.mark.parametrize("end", [None, "0"])
def test_a_body_without_its_end_saves_nothing(client, link, document, end):
    sent = body(f_title="Half a ti")
    del sent["_end"]
    response = client.post(address(link), sent | ({"_end": end} if end else {}))

    assert response.status_code == 400
    assert b"arrived incomplete" in response.content
    assert b'value="Half a ti"' in response.content
    assert only_response(document).answers == {}


def test_an_unknown_field_is_refused_whole(client, link, document):
    response = client.post(address(link), body(f_title="My words", is_admin="1"))

    assert b'value="My words"' in response.content

    assert response.status_code == 400
    assert b"fields that this form does not have (is_admin)" in response.content
    assert only_response(document).answers == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("f_title", "x" * 501),
        ("f_days", "1,5"),
        ("f_days", "31.02.2026"),
        ("f_late", "maybe"),
    ],
)
def test_bad_values_get_a_message_and_a_right_code(client, link, field, value):
    response = client.post(address(link), body(**{field: value}))

    assert response.status_code == 422
    assert b"need your attention" in response.content


def test_a_table_takes_its_rows_and_no_more(client, link, document):
    rows = {f"r_costs/row{n:05}/f_item": f"Item {n}" for n in range(200)}
    sent = body() | rows | {"r_costs:row": [f"row{n:05}" for n in range(200)]}

    response = client.post(address(link), sent)

    assert response.status_code == 422
    assert b"This table is full (3)" in response.content
    assert len(only_response(document).answers["r_costs"]) == 3


def test_ten_thousand_rows_are_refused_with_a_message(client, link, document):
    sent = body() | {"r_costs:row": [f"r{n:07}" for n in range(10_000)]}

    response = client.post(address(link), sent)

    assert response.status_code == 413
    assert b"nothing was saved" in response.content
    assert only_response(document).answers == {}


def test_control_characters_are_left_out(client, link, document):
    client.post(address(link), body(f_title="a\x07b\u202e"))

    assert only_response(document).answers["f_title"].startswith("ab")
    assert "\x07" not in only_response(document).answers["f_title"]


def test_rows_are_added_and_removed_without_scripts(client, link, document):
    first = client.post(address(link), body(action="add:r_costs", f_title="x"))
    assert first["Location"].endswith("?add=r_costs#r_costs")
    client.post(address(link), body(r_costs__row00001__f_item="Visa") | {"r_costs:row": ["row00001"]})

    page = client.get(first["Location"]).content.decode()
    assert page.count('name="r_costs:row"') == 3  # kept, added, and the blank one for scripts
    revisions = only_response(document).revisions
    client.post(address(link), body(seen=revisions) | {"r_costs:row": ["row00001"], "r_costs/row00001:remove": "1"})
    assert "r_costs" not in only_response(document).answers


def test_a_post_after_the_document_was_closed_shows_what_was_typed(client, link, document):
    Document.objects.filter(pk=document.pk).update(state="accepted")

    response = client.post(address(link), body(f_title="My late words"))

    assert response.status_code == 409
    assert b"can no longer be changed" in response.content
    assert b"My late words" in response.content
    assert only_response(document).answers == {}


def test_a_returned_document_opens_again_with_the_reason(client, link, document, alice):
    client.post(address(link), body(action="submit", f_title="A visit"))
    return_document(Document.objects.get(), by=alice, reason="Please add the costs")

    page = client.get(address(link)).content.decode()

    assert "Please add the costs" in page
    assert 'value="A visit"' in page


def test_a_link_for_reading_fills_nothing(client, document):
    link = make_link(document, scope="read")

    assert client.get(address(link))["Location"] == address(link, "done")
    assert client.post(address(link), body(f_title="x"))["Location"] == address(link, "done")
    assert only_response(document).answers == {}


def test_forgery_protection_holds_without_an_account(link, document):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(address(link), body(f_title="x"))

    assert response.status_code == 403
    assert only_response(document).answers == {}
