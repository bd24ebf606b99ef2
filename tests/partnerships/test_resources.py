"""Shared resources: the state table pair by pair, every guard both ways, files and their downloads, the pages."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.resource import change_resource, move_resource
from partnerships.models import ResourceFile, SharedResource
from partnerships.resource_guards import missing_for_resource
from partnerships.resource_states import RESOURCE_TRANSITIONS, ResourceState, resource_can_become
from partnerships.waiting import rows_waiting
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import day
from tests.factories.sharing import make_file, make_resource, make_review, passed, pdf
from twinning.locking import StaleError

pytestmark = pytest.mark.django_db
STATES = ResourceState.values
ALLOWED = {
    ("submitted", "reviewed"),
    ("submitted", "archived"),
    ("reviewed", "published"),
    ("reviewed", "submitted"),
    ("reviewed", "archived"),
    ("published", "review_due"),
    ("published", "submitted"),
    ("published", "archived"),
    ("review_due", "published"),
    ("review_due", "submitted"),
    ("review_due", "archived"),
}


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def rolf(partnership):
    """On the team of the side that shares."""
    return make_member(partnership, side="resource", user=make_user(name="Rolf")).contact.user


@pytest.fixture
def hana(partnership):
    """On the team of the other side."""
    return make_member(partnership, side="host", user=make_user(name="Hana")).contact.user


def address(name, partnership, *more):
    return reverse(f"partnerships:{name}", args=[partnership.slug, *more])


def typed(partnership, **fields):
    return {
        "title": "Bleeding after birth",
        "kind": "protocol",
        "description": "For the labour ward",
        "languages": ["en", "sw"],
        "owner": partnership.participations.get(side="resource").pk,
        "authors": "Dr. Berg, Fjord",
        "licence": "cc_by",
        "has_no_patient_data": "on",
        **fields,
    }


def act(resource, new, *, by):
    """The act that leads to ``new``, if any does from here."""
    if new == "submitted":
        return make_file(resource, by=by)
    if (resource.current_state, new) in {("submitted", "reviewed"), ("review_due", "published")}:
        return make_review(resource, by=by)
    if new == "review_due":
        raise ValidationError("nobody makes it cannot become so")
    return move_resource(resource, new, reason="Out of date", by=by)


def test_the_table_says_what_may_become_what():
    assert {(old, new) for old in STATES for new in STATES if resource_can_become(old, new)} == ALLOWED
    assert set(RESOURCE_TRANSITIONS) == set(STATES)


def test_each_pair_of_states(partnership, alice):
    for old in STATES:
        for new in STATES:
            if new == "review_due" or (old, new) == ("submitted", "submitted"):
                continue  # a day does that, and another file is added without a step
            resource = make_resource(partnership, state=old)
            is_allowed = (old, new) in ALLOWED
            try:
                act(resource, new, by=alice)
                done = True
            except ValidationError:
                done = False
            found = SharedResource.objects.get(pk=resource.pk).current_state
            assert (done, found) == (is_allowed, new if is_allowed else old), (old, new)


def test_no_button_renews_what_is_due(partnership, alice):
    resource = make_resource(partnership, state="review_due")

    with pytest.raises(ValidationError, match="cannot become"):
        move_resource(resource, "published", by=alice)
    with pytest.raises(ValidationError, match="cannot become"):
        move_resource(make_resource(partnership, state="published"), "review_due", by=alice)


def test_the_day_makes_it_due_and_a_review_renews_it(partnership, alice):
    resource = make_resource(partnership, state="published")
    assert resource.current_state == "published"
    passed(resource)
    assert resource.current_state == "review_due"
    assert list(SharedResource.objects.in_state("review_due")) == [resource]
    assert not SharedResource.objects.in_state("published").exists()

    make_review(resource, by=alice, days=90)

    resource.refresh_from_db()
    assert (resource.current_state, resource.review_on) == ("published", day(90))
    assert partnership.entries.first().verb == "resource.renewed"


# --- Guards -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"licence": "unknown"}, "its licence"),
        ({"licence": "link_only"}, "only the link"),
        ({"licence": "permission"}, "who gave the permission"),
        ({"has_no_patient_data": False}, "no patient"),
    ],
)
def test_what_is_missing_before_a_review(partnership, alice, fields, words):
    resource = make_resource(partnership, **fields)

    assert [text for text in missing_for_resource(resource, "reviewed") if words in text]
    with pytest.raises(ValidationError, match=words):
        make_review(resource, by=alice)
    assert missing_for_resource(make_resource(partnership), "reviewed") == []


def test_there_is_a_file_or_a_link(partnership, alice):
    resource = make_resource(partnership, link="https://example.org/p")
    ResourceFile.objects.filter(resource=resource).delete()
    assert missing_for_resource(resource, "reviewed") == []
    resource.link = ""
    assert missing_for_resource(resource, "reviewed") == ["a file or a link"]


def test_it_is_not_published_when_its_review_has_passed(partnership, alice):
    resource = make_resource(partnership, state="reviewed")
    assert missing_for_resource(resource, "published") == []
    passed(resource)
    with pytest.raises(ValidationError, match="still to come"):
        move_resource(resource, "published", by=alice)


def test_nobody_reviews_their_own(partnership, alice):
    resource = make_resource(partnership)

    with pytest.raises(ValidationError, match="four eyes"):
        make_review(resource, by=alice, reviewer=make_contact(user=alice))
    with pytest.raises(ValidationError, match="still to come"):
        make_review(resource, by=alice, days=0)


def test_archiving_asks_why(partnership, alice):
    with pytest.raises(ValidationError, match="say why"):
        move_resource(make_resource(partnership), "archived", by=alice)


def test_other_rights_ask_for_a_new_review_and_other_words_do_not(partnership, alice):
    resource = make_resource(partnership, state="published")
    resource.title = "Another title"
    resource = change_resource(resource, seen_version=resource.version, by=alice)
    assert resource.state == "published"
    resource.licence = "cc_by_nc"
    change_resource(resource, seen_version=resource.version, by=alice)

    resource.refresh_from_db()
    assert (resource.state, resource.reviewer, resource.published_on) == ("submitted", None, None)
    with pytest.raises(StaleError):
        change_resource(resource, seen_version=1, by=alice)


def test_the_database_holds_the_rules_too(partnership):
    resource = make_resource(partnership, state="published")
    for wrong in ({"licence": "unknown"}, {"review_on": None}, {"state": "review_due"}, {"published_on": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SharedResource.objects.filter(pk=resource.pk).update(**wrong)


# --- Files ------------------------------------------------------------------------------------------------------------
def test_a_newer_file_keeps_the_old_one(partnership, alice, login):
    resource = make_resource(partnership, state="published", upload=pdf(content=b"%PDF-1.7 old"))
    make_file(resource, by=alice, content=b"%PDF-1.7 new")

    resource.refresh_from_db()
    assert resource.state == "submitted"
    newest, oldest = resource.files.all()
    assert [newest.number, oldest.number] == [2, 1]
    client = login(alice)
    for file, body in ((newest, b"%PDF-1.7 new"), (oldest, b"%PDF-1.7 old")):
        answer = client.get(address("resource-file", partnership, resource.number, file.public_id))
        assert b"".join(answer) == body
        assert answer["Content-Disposition"].startswith("attachment")
    with pytest.raises(ValidationError, match="one of its versions"):
        make_file(resource, by=alice, content=b"%PDF-1.7 old")


def test_a_download_is_counted_once_and_a_look_is_not(partnership, alice, login):
    file = make_resource(partnership).files.get()
    place = address("resource-file", partnership, 1, file.public_id)
    client = login(alice)

    b"".join(client.head(place))
    b"".join(client.get(place, headers={"Range": "bytes=0-3"}))
    file.refresh_from_db()
    assert file.n_downloads == 0
    for _each in range(2):
        b"".join(client.get(place))
    file.refresh_from_db()
    assert file.n_downloads == 2
    assertContains(client.get(address("resource-list", partnership)), "2 downloads")


def test_a_file_is_served_to_those_who_see_the_partnership_alone(partnership, alice, bob, hana, login, client):
    file = make_resource(partnership).files.get()
    other = make_resource(partnership)
    place = address("resource-file", partnership, 1, file.public_id)

    assert b"".join(login(hana).get(place)).startswith(b"%PDF")
    assert login(bob).get(place).status_code == 404
    assert client.get(place).status_code == 302
    assert login(alice).get(address("resource-file", partnership, other.number, file.public_id)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "cannot be attached"),
        ("x.pdf", b"<html>", "not a PDF file"),
        ("empty.pdf", b"", "is empty"),
    ],
)
def test_a_bad_file_is_refused_at_its_field_and_loses_nothing(partnership, alice, login, name, content, words):
    data = typed(partnership, file=SimpleUploadedFile(name, content))

    response = login(alice).post(address("resource-create", partnership), data)

    assertContains(response, words, status_code=400)
    assertContains(response, "Bleeding after birth", status_code=400)
    assert not SharedResource.objects.exists()
    assert not ResourceFile.objects.exists()


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_from_a_form_to_published(partnership, alice, rolf, login):
    response = login(rolf).post(address("resource-create", partnership), typed(partnership, file=pdf()))
    resource = SharedResource.objects.get()
    assertRedirects(response, resource.get_absolute_url())
    assert (resource.code, resource.languages, resource.state) == ("R1", " en sw ", "submitted")
    assertContains(login(rolf).get(resource.get_absolute_url()), "A coordinator has it read")

    client, reader = login(alice), make_member(partnership).contact
    data = {"reviewer": reader.pk, "review_on": day(400).isoformat(), "note": "Doses checked"}
    assertRedirects(client.post(address("resource-review", partnership, 1), data), resource.get_absolute_url())
    assertRedirects(client.post(address("resource-publish", partnership, 1)), resource.get_absolute_url())
    page = client.get(resource.get_absolute_url())
    assertContains(page, "Published")
    assertContains(page, "Doses checked")
    assertContains(page, "English, Swahili")
    told = [entry.verb for entry in partnership.entries.all()[:4]]
    assert told == ["resource.published", "resource.reviewed", "resource.file_added", "resource.submitted"]


def test_the_team_of_the_other_side_reads_and_does_not_write(partnership, hana, login):
    resource = make_resource(partnership)
    client = login(hana)

    assertNotContains(client.get(resource.get_absolute_url()), "resource-edit")
    for page in ("edit", "review", "publish", "archive", "file-add"):
        assert client.post(address(f"resource-{page}", partnership, 1)).status_code == 403, page
    data = typed(partnership)
    assertContains(client.post(address("resource-create", partnership), data), "Select a valid choice", status_code=400)


def test_an_edit_overtaken_shows_both_sides(partnership, alice, login):
    resource = make_resource(partnership)
    data = typed(partnership, version=resource.version)
    other = SharedResource.objects.get(pk=resource.pk)
    other.title = "Written by somebody else"
    change_resource(other, seen_version=other.version, by=alice)

    response = login(alice).post(address("resource-edit", partnership, 1), data)

    assertContains(response, "Written by somebody else", status_code=409)
    assertContains(response, "Bleeding after birth", status_code=409)


def test_nothing_is_changed_in_what_is_archived_or_over(partnership, alice, login):
    make_resource(partnership, state="archived")
    client = login(alice)
    assert client.get(address("resource-edit", partnership, 1)).status_code == 409
    assert client.post(address("resource-file-add", partnership, 1), {"file": pdf()}).status_code == 409
    type(partnership).objects.filter(pk=partnership.pk).update(status="closed")
    assert client.post(address("resource-create", partnership), typed(partnership)).status_code == 403


def test_the_list_is_searched_and_narrowed_down_and_taken_along(partnership, alice, login):
    first = make_resource(partnership, title="=Bleeding", languages=" sw ", state="published")
    make_resource(partnership, title="Sepsis", kind="slides", side="host")
    make_resource(partnership, title="Old", state="archived")
    client, place = login(alice), address("resource-list", partnership)

    def titles(query):
        return [row.title for row in client.get(f"{place}?{query}").context["page"]]

    assert titles("") == ["=Bleeding", "Sepsis"]
    assert titles("q=bleed") == titles("language=sw") == titles("side=resource") == ["=Bleeding"]
    assert titles("kind=slides") == titles("state=submitted") == ["Sepsis"]
    assert titles("state=archived") == ["Old"]
    assert client.get(f"{place}?state=no").status_code == 400
    passed(first)
    assert titles("state=review_due") == ["=Bleeding"]
    csv = client.get(reverse("toolkit:resource-export", args=[partnership.slug, "csv"]) + "?language=sw")
    text = b"".join(csv).decode()
    assert "'=Bleeding" in text
    assert "Sepsis" not in text
    book = client.get(reverse("toolkit:resource-export", args=[partnership.slug, "xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet.max_row == 3
    assert sheet["B2"].data_type == "s"
    assert client.get(reverse("toolkit:resource-export", args=[partnership.slug, "doc"])).status_code == 404


def test_what_waits_for_whom(partnership, alice, hana):
    make_resource(partnership, title="New")
    make_resource(partnership, title="Read", state="reviewed")
    make_resource(partnership, title="Fine", state="published")
    late = make_resource(partnership, title="Old", state="review_due")

    found = {one.title: one for one in rows_waiting(alice)}

    assert {title: one.kind for title, one in found.items()} == {
        "New": "resource-review",
        "Read": "resource-publish",
        "Old": "resource-renew",
    }
    assert found["Old"].is_late
    assert found["Old"].url == late.get_absolute_url()
    assert list(rows_waiting(hana)) == []
