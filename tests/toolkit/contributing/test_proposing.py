"""Anybody may offer something: what is typed survives every refusal, and what is taken is kept once."""

import io
import re
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_partnership
from tests.factories.contributing import make_proposal, posted
from tests.factories.toolkit import make_tool
from tests.toolkit.contributing.test_deciding import FILE
from toolkit.actions.contributing import _saved
from toolkit.models import Proposal, Tool
from twinning import challenge
from twinning.logs import mask

pytestmark = pytest.mark.django_db
NEW = "/toolkit/proposals/new/"
TYPED = {
    "tool": "",
    "title": "A handover sheet",
    "text": "We use it every night.\r\nIt helps.",
    "licence": "cc-by-4.0",
    "credit": "Hawa Njeri, Nyeri",
    "email": "hawa@example.org",
}
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def empty_counts():
    cache.clear()


def pdf(name: str = "sheet.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client: Client, **fields):
    return client.post(NEW, posted(**TYPED | fields))


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "."), content)
    return made.getvalue()


def test_a_stranger_offers_a_tool_and_is_led_to_the_secret_address(client):
    page = client.get(NEW)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]

    response = send(client, key=page.context["form"]["key"].value(), file=pdf())

    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.tool, proposal.user, proposal.state) == ("tool", None, None, "waiting")
    assert (proposal.title, proposal.text) == ("A handover sheet", "We use it every night.\nIt helps.")
    assert (proposal.licence, proposal.credit, proposal.email) == ("cc-by-4.0", "Hawa Njeri, Nyeri", "hawa@example.org")
    assert proposal.file_name == "sheet.pdf"
    assert "sheet" not in proposal.file.name
    secret = f"/toolkit/proposals/follow/{proposal.public_id}/"
    assertRedirects(response, f"{secret}thanks/")
    assert len(proposal.public_id) == 24
    follow = client.get(secret)
    assertContains(follow, "Waiting for a curator")
    assert follow["X-Robots-Tag"] == "noindex, nofollow"
    assert follow["Cache-Control"].startswith("no-store, private")
    own = client.get(f"{secret}file/")
    assert b"".join(own.streaming_content) == PDF
    assert own["Content-Disposition"] == 'attachment; filename="sheet.pdf"'
    assert own["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in own["Content-Security-Policy"]


def test_a_change_is_of_a_tool_that_one_may_see_and_comes_under_its_licence(client):
    tool = make_tool(slug="visit", title="Ward visit").tool
    Tool.objects.filter(pk=tool.pk).update(licence="cc-by-nc-sa-4.0")
    withdrawn = make_tool(slug="gone").tool
    Tool.objects.filter(pk=withdrawn.pk).update(withdrawn_at="2026-01-01T00:00Z")

    page = client.get(f"{NEW}?tool=visit")
    assertContains(page, '<option value="visit" selected')
    assertNotContains(page, "gone")
    assert "licence" not in page.context["form"].fields
    assert "licence" in client.get(NEW).context["form"].fields
    assertContains(page, "under the licence that the tool has")
    send(client, tool="visit", licence="cc0-1.0")

    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.tool, proposal.licence) == ("change", tool, "cc-by-nc-sa-4.0")
    assert send(client, tool="gone").status_code == 400
    assert send(client, tool="nowhere").status_code == 400
    assert client.get(f"{NEW}?tool=gone").status_code == 302
    assert Proposal.objects.count() == 1


def test_a_change_to_a_copy_is_offered_to_the_tool_it_was_made_from(login, alice, bob):
    base = make_tool(slug="base")
    copy = make_tool(slug="our-copy")
    Tool.objects.filter(pk=copy.tool_id).update(base=base.tool, partnership=make_partnership(coordinator=alice))

    assert login(alice).get(f"{NEW}?tool=our-copy").context["about"].tool == base.tool
    assert login(bob).get(f"{NEW}?tool=our-copy").status_code == 404
    page = login(alice).get(NEW)
    assertNotContains(page, 'value="our-copy"')


def test_people_with_an_account_are_asked_nothing(login, alice):
    client = login(alice)
    page = client.get(NEW)
    assertNotContains(page, "One question before you send")
    assertContains(page, 'value="alice@example.org"')

    assert client.post(NEW, TYPED).status_code == 302
    assert Proposal.objects.get().user == alice


def test_with_a_closed_toolkit_one_signs_in_first(client, login, alice, settings):
    settings.TOOLKIT_IS_PUBLIC = False

    assertRedirects(client.get(NEW), f"/accounts/login/?next={NEW}", fetch_redirect_response=False)
    assert send(client).status_code == 302
    assert not Proposal.objects.exists()
    assert login(alice).post(NEW, TYPED).status_code == 302
    # The secret address stays open: it is the only way to the answer.
    assert client.get(f"/toolkit/proposals/follow/{Proposal.objects.get().public_id}/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"word": "I do not know"}, "not the answer we expected"),
        ({"word": ""}, "Please answer this question"),
        ({"challenge": "forged:1:2"}, "open for too long"),
        ({"website": "http://spam.example"}, "must stay empty"),
        ({"title": "  "}, "This field is required"),
        ({"title": "x" * 201}, "at most 200"),
        ({"text": "x" * 10_001}, "at most 10000"),
        ({"email": "hawa@example.org\nBcc: all@example.org"}, "valid email"),
        ({"email": "not an address"}, "valid email"),
        ({"licence": "mine"}, "valid choice"),
    ],
)
def test_a_refusal_loses_nothing(client, wrong, said):
    response = send(client, file=pdf(), **wrong)

    assert response.status_code == 400
    assertContains(response, said, status_code=400)
    assert not Proposal.objects.exists()
    form = response.context["form"]
    for name, value in (TYPED | wrong).items():
        if name not in ("word", "challenge"):
            assert form[name].value() == value, name
    # The file waits, so nobody has to look for it again.
    assertContains(response, "sheet.pdf</bdi> is kept", status_code=400)
    again = posted(**TYPED) | {"held": form["held"].value()}
    assert client.post(NEW, again).status_code == 302
    proposal = Proposal.objects.get()
    assert proposal.file_name == "sheet.pdf"
    with proposal.file.open() as file:
        assert file.read() == PDF
    assert default_storage.listdir("held")[1] == []


def test_a_right_answer_stays_answered_and_a_wrong_one_brings_a_new_question(client):
    fields = posted(**TYPED)

    kept = client.post(NEW, fields | {"title": ""}).context["form"]
    assert (kept["challenge"].value(), kept["word"].value()) == (fields["challenge"], fields["word"])
    asked = client.post(NEW, fields | {"word": "no idea"}).context["form"]
    assert asked["challenge"].value() != fields["challenge"]
    assert asked["word"].value() == ""
    assert client.post(NEW, fields).status_code == 302


def test_an_answer_opens_once(client):
    fields = posted(**TYPED)
    assert client.post(NEW, fields).status_code == 302

    response = client.post(NEW, fields | {"title": "Another one"})

    assertContains(response, "answered before", status_code=400)
    assert response.context["form"]["title"].value() == "Another one"
    assert response.context["form"]["challenge"].value() != fields["challenge"]
    assert Proposal.objects.count() == 1


def test_quick_answers_are_asked_again(client):
    fields = posted(age=0, **TYPED)
    response = client.post(NEW, fields)

    assertContains(response, "quicker than people", status_code=400)
    assert not Proposal.objects.exists()
    form = response.context["form"]
    assert (form["challenge"].value(), form["word"].value()) == (fields["challenge"], fields["word"])


def test_what_is_sent_twice_is_kept_once(client, login, alice):
    key = client.get(NEW).context["form"]["key"].value()
    fields = posted(key=key, **TYPED)
    first = client.post(NEW, fields | {"file": pdf()})
    second = client.post(NEW, fields | {"file": pdf()})
    assert first["Location"] == second["Location"]
    assert Proposal.objects.count() == 1

    # The same page with other words is another proposal, at an address of its own.
    third = client.post(NEW, posted(key=key, **TYPED | {"title": "Something else"}))
    assert third["Location"] != first["Location"]
    assert Proposal.objects.count() == 2

    person = login(alice)
    key = person.get(NEW).context["form"]["key"].value()
    for _each in range(2):
        person.post(NEW, TYPED | {"key": key})
    assert Proposal.objects.count() == 3
    # A name that is not of our making names nothing.
    person.post(NEW, TYPED | {"key": "chosen-by-me"})
    assert not Proposal.objects.filter(public_id="chosen-by-me").exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (pdf(content=b"%PDF-" + b"x" * (5 * 1024 * 1024)), "too big"),
        (pdf(content=b"<html><script>alert(1)</script></html>"), "not a PDF file inside"),
        (pdf("page.html", b"<p>hello</p>"), "cannot be attached"),
        (pdf("run.exe", b"MZ"), "cannot be attached"),
        (pdf("drawing.svg", b"<svg onload='alert(1)'/>"), "cannot be attached"),
        (pdf("pack.zip", b"not a zip"), "not a ZIP file inside"),
        (pdf("form.xlsx", archive(evil__txt=b"x")), "not a XLSX file inside"),
        (pdf("letter.odt", archive(mimetype=b"x" * 30_000_000)), "not a ODT file inside"),
        (pdf("tool.yaml", b"\xff\xfe\0binary"), "not a YAML file inside"),
        (pdf("empty.txt", b""), "empty"),
    ],
)
def test_files_are_judged_by_what_they_are(client, file, said):
    response = send(client, file=file)

    assertContains(response, said, status_code=400)
    assert not Proposal.objects.exists()
    assert not default_storage.exists("held")
    assert response.context["form"]["text"].value() == TYPED["text"]


@pytest.mark.parametrize(
    "file",
    [
        pdf("Übersicht\u202ecod.pdf"),
        pdf("tool.yaml", FILE.encode()),
        pdf("pack.zip", archive(pack__json=b"{}")),
        pdf("notes.txt", "Ghi chú ሰላም".encode()),
    ],
)
def test_files_of_the_allowed_kinds_are_kept(client, file):
    assert send(client, file=file).status_code == 302

    assert Proposal.objects.get().file_name == file.name.replace("\u202e", "")


def test_a_kept_file_may_be_left_behind_or_replaced(client):
    held = send(client, word="wrong", file=pdf()).context["form"]["held"].value()

    send(client, held=held, drop="on")
    assert not Proposal.objects.get().file
    held = send(client, word="wrong", file=pdf()).context["form"]["held"].value()
    send(client, held=held, file=pdf("newer.pdf"), title="With a newer file")
    assert Proposal.objects.get(title="With a newer file").file_name == "newer.pdf"
    send(client, held="forged", title="With a forged one")
    assert not Proposal.objects.get(title="With a forged one").file


def test_there_is_never_much_of_what_is_kept(client):
    for _each in range(41):
        response = send(client, word="wrong", file=pdf())

    assert len(default_storage.listdir("held")[1]) == 40
    assertContains(response, "choose the file again", status_code=400)


def test_limits_hold_for_a_network_and_for_each_person(client, login, alice, bob):
    for number in range(5):
        assert send(client, title=f"Number {number}").status_code == 302

    response = send(client, title="Number 5")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3600
    assert response.context["form"]["title"].value() == "Number 5"
    assert Proposal.objects.count() == 5
    # Somebody else's network, and people with an account, are counted for themselves.
    assert Client(REMOTE_ADDR="192.0.2.7").post(NEW, posted(**TYPED)).status_code == 302
    for number in range(5):
        assert login(alice).post(NEW, TYPED | {"title": f"Hers {number}"}).status_code == 302
    assert login(alice).post(NEW, TYPED | {"title": "Hers 5"}).status_code == 429
    assert login(bob).post(NEW, TYPED).status_code == 302


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x07b\u202ec\u2066d", "abcd"),
        ("two\r\nlines", "two lines"),
        ("Cafe\u0301", "Café"),
        ("שלום عليكم", "שלום عليكم"),
        ("Name\r\nBcc: all@example.org", "Name Bcc: all@example.org"),
    ],
)
def test_words_are_words(client, login, curator, typed, kept):
    send(client, title=typed, credit=typed, text=typed)

    proposal = Proposal.objects.get()
    assert (proposal.title, proposal.credit) == (kept, kept)
    for page in (
        client.get(f"/toolkit/proposals/follow/{proposal.public_id}/"),
        login(curator).get("/toolkit/proposals/"),
        login(curator).get(proposal.get_absolute_url()),
    ):
        assertNotContains(page, "<script>alert")
        assertContains(page, kept.replace("<", "&lt;").replace(">", "&gt;"))


def test_ten_thousand_characters_count_as_people_count(client):
    lines = "\r\n".join(["x" * 99] * 100)  # 9,999 characters and line ends, which a browser sends as two

    assert send(client, text=lines).status_code == 302
    assert len(Proposal.objects.get().text) == 9_999


def test_wrong_addresses_say_nothing_and_are_slowed_down(client, settings):
    settings.SHARE_MISSES_PER_MINUTE = 3
    proposal = make_proposal(title="Secret words")
    secret = f"/toolkit/proposals/follow/{proposal.public_id}/"

    answers = [client.get(f"/toolkit/proposals/follow/wrong-{number}/") for number in range(5)]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assertNotContains(answers[0], "Secret", status_code=404)
    assert client.get(f"{secret}file/").status_code == 404  # it has none
    assert client.get(secret).status_code == 200
    assert client.post(secret).status_code == 405
    assert proposal.public_id not in mask(f"Not Found: {secret}file/")


def test_the_quicker_of_two_simultaneous_posts_wins():
    """The slower one has looked before the quicker one wrote: the database holds the line, and no file is left over."""
    first = make_proposal(file=("a.pdf", PDF))
    slower = Proposal(public_id=first.public_id, kind="tool", title="A better form", text="x", file_name="a.pdf")

    assert _saved(slower, pdf()) is False
    assert Proposal.objects.count() == 1
    assert len(default_storage.listdir(f"proposals/{first.public_id[:2]}")[1]) == 1


def test_the_question_shown_after_a_refusal_is_the_one_that_is_asked(client):
    page = send(client, word="no such word")

    for _try in range(3):
        html = page.content.decode()
        token = re.search(r'name="challenge" value="([^"]+)"', html)[1]
        assert escape(challenge.same_challenge(token).question) in html
        page = send(client, challenge=token, word="no such word")
