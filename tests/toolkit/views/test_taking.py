"""“Take it with you”, by account and by link: the file goes out, comes back, and is decided on."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import make_member, make_partnership, make_user
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.toolkit.actions.test_handing_in import FORM, typed
from toolkit.actions.links import revoke_share_link
from toolkit.models import HandedFile, Response
from toolkit.states import HandedState, LinkScope

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=FORM, mode="joint"))


def page(name, document, *more, link=None):
    return reverse(f"toolkit:{name}", args=[link.token if link else document.reference, *more])


def sent(client, url, content, **more):
    return client.post(url, {"file": SimpleUploadedFile("mine.xlsx", content), **more})


def answers(document):
    return Response.objects.get(document=document).answers


def test_a_coordinator_takes_it_along_brings_it_back_and_agrees(document, alice, login):
    client = login(alice)
    out = client.get(page("document-workbook", document))
    assert (
        out["Content-Disposition"] == f'attachment; filename="{document.reference}-{document.version.tool.slug}.xlsx"'
    )
    assert out["X-Content-Type-Options"] == "nosniff"

    back = sent(client, page("document-take", document), typed(out.content, f_title="By air", f_n=3))
    screen = client.get(back.url)
    assert screen.status_code == 200
    assert answers(document) == {}
    for words in ("By air", "no answer", "2 answers are different", "What this file would change"):
        assert words in screen.content.decode()

    done = client.post(back.url, {"_seen": "{}", "cell:f_title": "theirs", "cell:f_n": "now"}, follow=True)
    assert "1 answer was taken over." in done.content.decode()
    assert answers(document) == {"f_title": "By air"}
    again = client.post(back.url, {"_seen": "{}", "cell:f_title": "theirs"})
    assert again.status_code == 409
    assert "decided on this file already" in again.content.decode()


def test_somebody_with_a_link_does_the_same_without_an_account(document, client):
    link = make_link(document, recipient_name="")
    out = client.get(page("shared-workbook", document, link=link))
    take = page("shared-take", document, link=link)
    content = typed(out.content, f_title="From afar")

    nameless = sent(client, take, content)
    assert nameless.status_code == 400
    assert not HandedFile.objects.exists()
    back = sent(client, take, content, name="Hana", post="Nurse")
    assert "From afar" in client.get(back.url).content.decode()
    client.post(back.url, {"_seen": "{}", "cell:f_title": "theirs"})
    handed = HandedFile.objects.get()
    assert (handed.by_name, handed.side, handed.state) == ("Hana", "host", HandedState.APPLIED)
    assert answers(document) == {"f_title": "From afar"}


def test_what_a_link_brought_waits_for_the_coordinator_and_its_own_side(document, client, alice, login):
    link, other = make_link(document, recipient_name="Hana"), make_link(document, side="resource", recipient_name="R")
    out = client.get(page("shared-workbook", document, link=link)).content
    back = sent(client, page("shared-take", document, link=link), typed(out, f_title="Waits"))
    handed = HandedFile.objects.get()

    assert "Waiting for a decision" in login(alice).get(page("document-take", document)).content.decode()
    assert login(alice).get(page("handed-detail", document, handed.public_id)).status_code == 200
    assert client.get(back.url).status_code == 200
    for name in ("shared-handed", "shared-handed-file"):
        assert client.get(page(name, document, handed.public_id, link=other)).status_code == 404
    assert "mine.xlsx" not in client.get(page("shared-take", document, link=other)).content.decode()


def test_a_link_that_only_reads_or_is_over_takes_nothing(document, alice):
    client = Client()
    reading = make_link(document, scope=LinkScope.READ)
    for name in ("shared-take", "shared-workbook", "shared-paper"):
        assert client.get(page(name, document, link=reading)).status_code == 403
    over = make_link(document)
    revoke_share_link(over, by=alice)
    for name in ("shared-take", "shared-workbook", "shared-paper"):
        assert client.get(page(name, document, link=over)).status_code == 410
    assert client.post(page("shared-take", document, link=over)).status_code == 410


def test_strangers_see_nothing(document, bob, login):
    handed_args = ("none",)
    for name, more in (("document-take", ()), ("document-workbook", ()), ("handed-detail", handed_args)):
        assert login(bob).get(page(name, document, *more)).status_code == 404
        assert Client().get(page(name, document, *more)).status_code == 302


def test_a_conflict_is_shown_and_nothing_is_preselected(document, alice, login):
    client = login(alice)
    out = client.get(page("document-workbook", document)).content
    back = sent(client, page("document-take", document), typed(out, f_title="File"))
    client.post(
        page("document-fill", document),
        {"_key": "k1", "_end": "1", "_seen": "{}", "f_title": "Typed", "_action": "save"},
    )
    screen = client.get(back.url).content.decode()

    assert "needs your decision" in screen
    assert " checked" not in screen
    refused = client.post(back.url, {"_seen": '{"f_title":1}'})
    assert refused.status_code == 422
    assert "Choose which answer shall stand." in refused.content.decode()
    stale = client.post(back.url, {"_seen": "{}", "cell:f_title": "theirs"})
    assert stale.status_code == 409
    assert answers(document) == {"f_title": "Typed"}


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", b"%PDF-1.7", b"<html>", b"\x00" * 500],
)
def test_what_is_no_workbook_is_told_and_not_kept(document, alice, login, content):
    answer = sent(login(alice), page("document-take", document), content)

    assert answer.status_code == 400
    assert not HandedFile.objects.exists()


def test_a_closed_document_says_so(document, alice, login):
    client = login(alice)
    out = client.get(page("document-workbook", document)).content
    document.state = "accepted"
    document.save()

    assert "can no longer be changed" in client.get(page("document-take", document)).content.decode()
    assert client.get(page("document-workbook", document)).status_code == 302
    assert sent(client, page("document-take", document), out).status_code == 409


def test_too_many_uploads_wait_a_minute(document, alice, login, settings):
    client, url = login(alice), page("document-take", document)
    for _each in range(20):
        sent(client, url, b"PK\x03\x04")

    assert sent(client, url, b"PK\x03\x04").status_code == 429


def test_a_paper_is_typed_in_beside_its_scan(document, alice, login):
    client = login(alice)
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7\n")
    given = {"side": "host", "writer_name": "Hana", "writer_post": "Nurse", "written_on": "2026-01-05", "scan": scan}
    started = client.post(page("paper-start", document), given)
    form = client.get(started.url).content.decode()
    assert "You are typing in the paper of Hana, Nurse" in form

    client.post(started.url, {"_key": "k2", "_end": "1", "_seen": "{}", "f_title": "By hand", "_action": "save"})
    assert answers(document) == {"f_title": "By hand"}
    change = Response.objects.get(document=document).changes.get()
    assert (change.name, change.source) == ("Alice, from the paper of Hana", "paper")
    file = client.get(page("handed-file", document, HandedFile.objects.get().public_id))
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    file.close()
    assert "Paper of Hana" in client.get(page("document-take", document)).content.decode()


def test_people_of_a_side_without_a_part_cannot_type(document, carol, login):
    make_member(document.partnership, side="host", user=carol)
    assert login(carol).get(page("paper-start", document)).status_code == 200
    assert login(make_user(name="Nobody")).get(page("paper-start", document)).status_code == 404
