"""Files as answers: judged by content, kept apart, served only as downloads and only to whoever may read the answer."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool, only_response
from tests.toolkit.views.test_shared import address, body
from toolkit.models import Attachment

pytestmark = pytest.mark.django_db
FORM = """
  - {id: f_title, name: title, type: text, label: {en: Title}}
  - {id: f_paper, name: paper, type: file, label: {en: Paper}}
  - {id: f_photo, name: photo, type: image, label: {en: Photo}}
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PDF = b"%PDF-1.7\n%%EOF\n"


def docx(names: tuple[str, ...] = ("[Content_Types].xml", "word/document.xml")) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=FORM))


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Hawa")


def send(client, link, cell: str, name: str, content: bytes, **fields):
    return client.post(address(link), body(**fields) | {cell: SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    ("cell", "name", "content"),
    [
        ("f_paper", "plan.pdf", PDF),
        ("f_paper", "Budget 2027.docx", docx()),
        ("f_paper", "notes.txt", "Ghi chú ሰላም".encode()),
        ("f_photo", "ward.PNG", PNG),
    ],
)
def test_a_file_is_kept_and_comes_back_as_a_download(client, link, document, cell, name, content, settings):
    assert send(client, link, cell, name, content).status_code == 302

    [kept] = only_response(document).answers[cell]
    assert (kept["name"], kept["size"]) == (name, len(content))
    attachment = Attachment.objects.get()
    assert name not in attachment.file.name
    answer = client.get(reverse("toolkit:shared-file", args=[link.token, kept["id"]]))
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("cell", "name", "content"),
    [
        ("f_paper", "page.html", b"<script>alert(1)</script>"),
        ("f_paper", "drawing.svg", b"<svg onload='alert(1)'/>"),
        ("f_paper", "page.pdf", b"<html><script>alert(1)</script></html>"),
        ("f_paper", "letter.docx", docx(("evil.txt",))),
        ("f_paper", "letter.docx", b"PK\x03\x04 cut off"),
        ("f_paper", "notes.txt", b"\xff\xfe\0binary"),
        ("f_paper", "empty.pdf", b""),
        ("f_photo", "plan.pdf", PDF),
        ("f_photo", "ward.png", b"GIF89a"),
        ("f_paper", "program.exe", b"MZ"),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_the_rest_kept(client, link, document, cell, name, content):
    response = send(client, link, cell, name, content, f_title="A visit")

    assert response.status_code == 422
    assert name.encode() in response.content
    assert only_response(document).answers == {"f_title": "A visit"}
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_big_is_refused(client, link, document, settings):
    settings.MAX_UPLOAD_BYTES = 1000

    response = send(client, link, "f_paper", "plan.pdf", PDF + b"x" * 1000)

    assert response.status_code == 422
    assert b"too big" in response.content
    assert only_response(document).answers == {}


def test_a_name_cannot_steer_where_a_file_goes(client, link, document, settings):
    send(client, link, "f_paper", "../../../etc/pass:wd.pdf", PDF)

    attachment = Attachment.objects.get()
    assert attachment.name == "passwd.pdf"
    assert attachment.file.path.startswith(str(settings.MEDIA_ROOT))


def test_a_file_is_added_to_the_others_and_taken_away(client, link, document):
    send(client, link, "f_paper", "one.pdf", PDF)
    first = only_response(document).answers["f_paper"][0]["id"]
    send(client, link, "f_paper", "two.pdf", PDF, seen={"f_paper": 1})
    names = [each["name"] for each in only_response(document).answers["f_paper"]]
    assert names == ["one.pdf", "two.pdf"]

    client.post(address(link), body(seen={"f_paper": 2}) | {"f_paper:drop": first})

    assert [each["name"] for each in only_response(document).answers["f_paper"]] == ["two.pdf"]


def test_a_file_opens_for_nobody_else(client, link, document, alice, bob, login):
    send(client, link, "f_paper", "plan.pdf", PDF)
    public_id = Attachment.objects.get().public_id
    other = make_link(make_document(partnership=make_partnership(coordinator=bob), version=document.version))
    inside = reverse("toolkit:document-file", args=[document.reference, public_id])

    assert client.get(reverse("toolkit:shared-file", args=[other.token, public_id])).status_code == 404
    assert client.get(inside).status_code == 302
    assert login(bob).get(inside).status_code == 404
    assert b"".join(login(alice).get(inside).streaming_content) == PDF
