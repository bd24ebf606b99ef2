"""Logos on a certificate: on the page for those who may read it, inside the PDF, and on no other document."""

import io

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_writer
from tests.toolkit.rendering.test_papers import CERTIFICATE, LONG
from toolkit.actions.library import load_library
from toolkit.models import Attachment, Tool
from toolkit.rendering.html import document_html, document_pdf

pytestmark = pytest.mark.django_db
COORDINATOR = make_writer("coordinator")


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 120), colour).save(made, "PNG")
    return made.getvalue()


def add(response, content: bytes, *, name: str = "logo.png", size: int | None = None) -> dict:
    kept = Attachment.objects.create(
        response=response,
        cell="f_logos",
        file=ContentFile(content, name=name),
        name=name,
        content_type="image/png",
        size=size or len(content),
        sha256="0" * 64,
        added_by="Ann",
    )
    return {"id": kept.public_id, "name": name, "size": kept.size}


@pytest.fixture
def certificate(alice):
    load_library()
    version = Tool.objects.get(slug="certificate-of-completion").versions.get()
    return make_document(partnership=make_partnership(coordinator=alice), version=version)


def fill(document, answers: dict):
    response = document.responses.get()
    response.answers = answers
    response.save(update_fields=["answers"])
    return response


def shades(pdf: bytes) -> list[set[str]]:
    """Which of two colours stand on each page."""
    wanted = {(200, 20, 40): "red", (20, 60, 200): "blue"}
    pages = [page.render(scale=1).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]
    return [{wanted[colour] for _n, colour in page.getcolors(1_000_000) if colour in wanted} for page in pages]


@pytest.mark.parametrize("answers", [CERTIFICATE, LONG], ids=["short", "full"])
def test_logos_stand_at_the_head_of_a_certificate_and_make_it_no_longer(certificate, answers):
    fill(certificate, answers)
    bare, _name = document_pdf(certificate, writer=COORDINATOR)
    response = certificate.responses.get()
    logos = [add(response, picture("#c81428")), add(response, picture("#143cc8"))]
    fill(certificate, {**answers, "f_logos": logos})

    pdf, _name = document_pdf(certificate, writer=COORDINATOR)
    html = str(document_html(certificate, writer=COORDINATOR, file_url=lambda key: f"/files/{key}"))

    assert shades(pdf)[0] == {"red", "blue"}
    assert len(shades(pdf)) == len(shades(bare))
    assert [f'<img src="/files/{logo["id"]}" alt="Logo"' in html for logo in logos] == [True, True]
    assert "<img" not in str(document_html(certificate, writer=COORDINATOR))


def test_what_is_no_logo_is_left_out(certificate):
    response = certificate.responses.get()
    broken = add(response, b"<svg onload=alert(1)>")
    huge = add(response, picture("#143cc8"), size=30_000_000)
    stranger = {"id": "0" * 32, "name": "x.png", "size": 1}
    fill(certificate, {**CERTIFICATE, "f_logos": [broken, huge, stranger, add(response, picture("#c81428"))]})

    pdf, _name = document_pdf(certificate, writer=COORDINATOR)

    assert shades(pdf) == [{"red"}]


def test_a_page_loads_a_logo_as_the_download_that_it_is(certificate, login, alice):
    response = certificate.responses.get()
    logo = add(response, picture("#c81428"))
    fill(certificate, {**CERTIFICATE, "f_logos": [logo]})
    client = login(alice)

    page = client.get(reverse("toolkit:document-detail", args=[certificate.reference])).content.decode()

    address = reverse("toolkit:document-file", args=[certificate.reference, logo["id"]])
    assert f'<img src="{address}"' in page
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == picture("#c81428")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
