"""What one side answers is in no output of the other before its time; afterwards both stand beside each other."""

from datetime import timedelta

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_member, make_partnership, make_user
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer
from toolkit.actions.agreeing import begin_agreed
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from toolkit.models import Attachment, Document, Response
from toolkit.permissions import writer_for_link, writer_for_user
from toolkit.rendering.comparing import compared_sheet
from toolkit.rendering.html import document_html, sheet_of
from toolkit.states import AGREED

pytestmark = pytest.mark.django_db
SECRET = "Sealed-words-of-the-guests"
UNASKED = SECRET.removeprefix("Sealed-words")  # a search says again what was searched for
FORM = """
  - {id: f_title, name: title, type: text, required: true, label: {en: Title}}
  - {id: f_trust, name: trust, type: rating, label: {en: Trust}}
  - {id: f_ways, name: ways, type: select_multiple ways, label: {en: Ways}}
  - {id: f_alone, name: alone, type: text, label: {en: Asked alone}}
  - {id: f_hidden, name: hidden, type: text, sensitive: true, label: {en: In confidence}}
  - repeat: people
    id: r_people
    label: {en: People}
    items:
      - {id: f_who, name: who, type: text, required: true, label: {en: Name}}
      - {id: f_days, name: days, type: integer, label: {en: Days}}
"""
CHOICES = """
choices:
  ways: [{name: call, label: {en: Calls}}, {name: visit, label: {en: Visits}}, {name: mail, label: {en: Mails}}]
"""
LEFT = {
    "f_title": "Same", "f_trust": "5", "f_ways": ["call", "visit"], "f_hidden": "host secret",
    "r_people/hostrow1/f_who": "Awa", "r_people/hostrow1/f_days": "4", "r_people/hostrow2/f_who": "Only here",
}  # fmt: skip
RIGHT = {
    "f_title": "Same", "f_trust": "2", "f_ways": ["call", "mail"], "f_alone": "Only theirs", "f_hidden": "guest secret",
    "r_people/guestrow/f_who": "awa", "r_people/guestrow/f_days": "7",
}  # fmt: skip


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def document(partnership):
    return make_document(partnership=partnership, version=make_tool(mode="each", form=FORM, extra=CHOICES))


@pytest.fixture
def hana(partnership):
    """A coordinator who is on the host side."""
    user = make_user(name="Hana")
    make_member(partnership, side="host", user=user, role="coordinator")
    return user


def answer(document, side: str, cells, *, submit: bool = True) -> None:
    response = Response.objects.get(document=document, side=side)
    response.document = Document.objects.get(pk=document.pk)
    result = save_answers(response, cells, {}, by=make_writer(side))
    assert result.is_clean, result
    if submit:
        submit_part(response, by=make_writer(side))


def at(name: str, document, *more) -> str:
    return reverse(f"toolkit:{name}", args=[document.reference, *more])


def test_nothing_of_the_other_side_is_in_any_output_before_both_are_in(client, document, hana, alice):
    answer(document, "resource", {"f_title": SECRET})
    link = make_link(document, side="host")
    pages = [at(name, document) for name in ("document-detail", "document-compare", "document-agree", "document-links")]
    pages += [
        "/",
        "/search/?q=Sealed-words",
        "/documents/",
        "/documents/?search=Sealed-words",
        at("document-fill", document),
    ]
    pages += [f"{document.partnership.get_absolute_url()}history/", "/bulk/documents.csv"]
    for user in (hana, alice):
        client.force_login(user)
        for page in pages:
            answered = client.get(page, follow=True)
            body = b"".join(answered.streaming_content) if answered.streaming else answered.content
            assert UNASKED.encode() not in body, (user, page)
        assert client.get(at("document-compare-pdf", document)).status_code == 404
        assert SECRET not in str(
            sheet_of(document, responses=list(document.responses.all()), reader=writer_for_user(user, document))
        ), "what the PDF is made of"
    client.logout()
    for name in ("shared-fill", "shared-done"):
        assert SECRET.encode() not in client.get(reverse(f"toolkit:{name}", args=[link.token])).content
    assert client.get(reverse("toolkit:shared-agree", args=[link.token])).status_code == 404


def test_a_file_of_the_other_side_is_not_found_before_its_time(client, document, hana):
    response = document.responses.get(side="resource")
    file = Attachment.objects.create(
        response=response, cell="f_title", file="x", name="a.txt", content_type="text/plain", size=1, sha256="x"
    )
    client.force_login(hana)

    assert client.get(at("document-file", document, file.public_id)).status_code == 404


def test_no_mail_tells_what_a_side_answered(document, mailoutbox, django_capture_on_commit_callbacks):
    make_link(document, side="host", recipient_email="h@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        answer(document, "resource", {"f_title": SECRET})

    assert mailoutbox
    assert SECRET not in "".join(mail.body + mail.subject for mail in mailoutbox)


def both(document) -> None:
    answer(document, "host", LEFT)
    answer(document, "resource", RIGHT)


def marked(document, user, *, only: bool = False) -> dict[str, tuple[str, str, bool]]:
    document = Document.objects.get(pk=document.pk)
    sheet, _summary = compared_sheet(document, reader=writer_for_user(user, document), only=only)
    return {
        f"{block.title if block.is_titled else ''}{pair.label}": (pair.state, pair.mark, pair.is_far)
        for section in sheet.sections for block in section.blocks for pair in block.pairs
    }  # fmt: skip


def test_differences_and_gaps_are_marked(document, alice):
    both(document)

    found = marked(document, alice)

    assert found["Title"] == ("same", "the same", False)
    assert found["Trust"] == ("differs", "3 apart", True)
    assert found["Ways"] == ("differs", "only Host side: Visits; only Resource side: Mails", False)
    assert found["Asked alone"] == ("right", "only the Resource side answered", False)
    assert found["People, row 1: AwaDays"] == ("differs", "3 apart", False), "rows of one name beside each other"
    assert found["People, row 2: Only hereName"] == ("left", "only the Host side answered", False)
    assert "Title" not in marked(document, alice, only=True)
    assert marked(document, alice, only=True)["Trust"] == found["Trust"]


def test_whoever_may_not_see_an_answer_is_not_told_whether_it_is_the_same(document, hana, alice):
    both(document)
    rolf = make_user(name="Rolf")
    make_member(document.partnership, side="resource", user=rolf)

    assert marked(document, rolf)["In confidence"] == ("hidden", "", False)
    sheet, _summary = compared_sheet(document, reader=writer_for_user(rolf, document))
    assert "guest secret" in str(sheet)
    assert "host secret" not in str(sheet)


def test_the_page_shows_counts_a_filter_and_the_way_to_agree(client, document, alice):
    both(document)
    client.force_login(alice)

    page = client.get(at("document-compare", document))

    summary = page.context["summary"]
    assert (summary.same, summary.differs, summary.alone) == (1, 5, 2)
    assert "Begin an agreed version" in page.content.decode()
    only = client.get(at("document-compare", document) + "?only=differences").content.decode()
    assert "Show all questions" in only
    assert "Same" not in only


@pytest.mark.parametrize("n", [1, 40])
def test_comparing_many_rows_asks_no_more_of_the_database(client, document, alice, n, django_assert_max_num_queries):
    rows = {f"r_people/row{k:05d}/f_who": f"Person {k}" for k in range(n)}
    answer(document, "host", {"f_title": "A", **rows})
    answer(document, "resource", {"f_title": "A", **rows})
    client.force_login(alice)
    client.get(at("document-compare", document))

    with django_assert_max_num_queries(16):
        client.get(at("document-compare", document))


def test_when_the_time_is_over_it_says_from_whom_nothing_came(client, document, alice):
    answer(document, "resource", {"f_title": SECRET})
    answer(document, "host", {"f_title": "Half a thought"}, submit=False)
    Document.objects.filter(pk=document.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    client.force_login(alice)

    for name in ("document-detail", "document-compare"):
        text = client.get(at(name, document)).content.decode()
        assert SECRET in text, name
        assert "Half a thought" not in text, name
        assert "nothing came" in text.lower(), name


def test_choosing_on_the_page(client, document, alice):
    both(document)
    client.force_login(alice)
    assert client.post(at("document-agree", document), {"_action": "begin"}).status_code == 302
    page = client.get(at("document-agree", document))
    assert page.context["choosing"].n_open == 7

    seen = page.context["choosing"].seen_json
    posted = {"_seen": seen, "take:f_trust": "resource", "take:r_people/hostrow2": "host"}
    assert client.post(at("document-agree", document), posted).status_code == 302
    agreed = Response.objects.get(side=AGREED)
    assert (agreed.answers["f_title"], agreed.answers["f_trust"]) == ("Same", 2)
    assert [row["f_who"] for row in agreed.answers["r_people"]] == ["Only here"]

    late = client.post(at("document-agree", document), {"_seen": seen, "take:f_trust": "host"})
    assert late.status_code == 409, "somebody has chosen meanwhile"
    assert "has changed this meanwhile" in late.content.decode()
    rest = client.get(at("document-agree", document)).context["choosing"].seen_json
    assert client.post(at("document-agree", document), {"_seen": rest, "_rest": "host"}).status_code == 302
    agreed.refresh_from_db()
    assert (agreed.answers["f_trust"], agreed.answers["f_ways"]) == (2, ["call", "visit"])
    assert "f_alone" not in agreed.answers, "the host side said nothing there"


@pytest.mark.parametrize("seen", ["", "{", "[1]", '{"f_trust": "x"}', '{"f_trust": 99}'])
def test_choosing_with_a_broken_page_is_no_error(client, document, alice, seen):
    both(document)
    begin_agreed(document, by=alice)
    client.force_login(alice)

    answered = client.post(at("document-agree", document), {"_seen": seen, "take:f_trust": "nobody", "take:x": "host"})

    assert answered.status_code in (302, 409, 422)


def test_only_coordinators_begin(client, document, bob):
    both(document)
    rolf = make_user(name="Rolf")
    make_member(document.partnership, side="resource", user=rolf)
    for user, status in ((rolf, 403), (bob, 404)):
        client.force_login(user)
        assert client.post(at("document-agree", document), {"_action": "begin"}).status_code == status
    assert not Response.objects.filter(side=AGREED).exists()


def test_a_link_fills_in_the_agreed_version_and_it_is_what_the_document_says(client, document, alice):
    both(document)
    begin_agreed(document, by=alice)
    link = make_link(Document.objects.get(), side="host")

    page = client.get(reverse("toolkit:shared-agree", args=[link.token]))
    assert page.status_code == 200
    posted = {"_seen": page.context["choosing"].seen_json, "take:f_alone": "resource"}
    assert client.post(reverse("toolkit:shared-agree", args=[link.token]), posted).status_code == 302

    document = Document.objects.get()
    html = document_html(document, writer=writer_for_link(link))
    assert "Only theirs" in html
    assert "wide gap" not in html, "the agreed version alone stands for the document"
    reader = make_link(document, side="host", scope="read")
    assert client.get(reverse("toolkit:shared-agree", args=[reader.token])).status_code == 302


def test_both_sides_stand_beside_each_other_on_paper(client, document, alice, bob):
    both(document)
    client.force_login(alice)

    paper = client.get(at("document-compare-pdf", document) + "?only=differences")

    assert paper.status_code == 200
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper.content))
    assert "3 apart" in text
    assert "wide gap" in text
    assert "the same" not in text
    client.force_login(bob)
    assert client.get(at("document-compare-pdf", document)).status_code == 404
