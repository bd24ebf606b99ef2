"""Files of tools that are offered and cannot be read."""

import io
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.asserts import assertContains

from tests.factories.contributing import posted
from tests.factories.toolkit import make_tool
from toolkit.exchange.yaml_out import to_yaml
from toolkit.models import Proposal

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


def test_a_faulty_tool_is_refused_with_its_places_and_not_stored(client):
    sound = to_yaml(make_tool(slug="handover").form.written)
    for name, text, told in [
        ("sheet.yaml", "tool: [x", "sheet.yaml, line 2"),
        ("sheet.yml", "tool: x\nzebra: 1", "“zebra” is not a key"),
        ("sheet.yaml", sound.replace("id: f_days", "id: f_title"), "f_title"),
    ]:
        response = send(client, file=pdf(name, text.encode()))
        assertContains(response, told, status_code=400)
        assertContains(response, "A handover sheet", status_code=400)
        assert not Proposal.objects.exists(), name
        assert not default_storage.exists("held") or not default_storage.listdir("held")[1], name

    # Held back with a page that had another fault, the file is looked at once that is put right, and not kept longer.
    held = send(client, title="", file=pdf("sheet.yaml", b"tool: [x")).context["form"]["held"].value()
    again = send(client, held=held)
    assertContains(again, "sheet.yaml, line 2", status_code=400)
    assert again.context["form"]["held"].value() == ""
    assert not default_storage.listdir("held")[1]

    assert send(client, file=pdf("sheet.yaml", sound.encode())).status_code == 302


def test_who_sends_faulty_tools_without_end_waits(client, monkeypatch):
    monkeypatch.setattr("toolkit.views.contribute.FAULTY_FILES_PER_HOUR", 2)
    statuses = [send(client, file=pdf("sheet.yaml", b"tool: [x")).status_code for _each in range(3)]
    assert statuses == [400, 400, 429]
