"""The PDF with fields: who may have it, what it costs, and the way out and back."""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.toolkit.actions.test_handing_in import FORM
from tests.toolkit.exchange.pdf_forms import by_name, saved, write
from toolkit.actions.links import revoke_share_link
from toolkit.models import Response
from toolkit.rendering import pdf as door
from toolkit.rendering.pool import JobFailed
from toolkit.states import DocumentState, LinkScope

pytestmark = pytest.mark.django_db
MOST = 14


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=FORM, mode="joint"))


def own(document):
    return reverse("toolkit:document-fillable", args=[document.reference])


def shared(link):
    return reverse("toolkit:shared-fillable", args=[link.token])


def test_it_goes_out_and_comes_back(document, alice, login):
    client = login(alice)
    with CaptureQueriesContext(connection) as found:
        out = client.get(own(document))
    assert len(found) <= MOST
    assert out.status_code == 200
    assert out["Content-Disposition"].startswith(f'attachment; filename="{document.reference}-')
    assert (out["Content-Type"], out["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "no-store" in out["Cache-Control"]
    assert int(out["Content-Length"]) == len(out.content) < 200_000
    with pikepdf.open(io.BytesIO(out.content)) as pdf:
        write(by_name(pdf)["f_title"], "По воздуху")
        content = saved(pdf)

    take = reverse("toolkit:document-take", args=[document.reference])
    back = client.post(take, {"file": SimpleUploadedFile("mine.pdf", content)})
    assert "По воздуху" in client.get(back.url).content.decode()
    assert Response.objects.get(document=document).answers == {}
    client.post(back.url, {"_seen": "{}", "cell:f_title": "theirs"})
    assert Response.objects.get(document=document).answers == {"f_title": "По воздуху"}


def test_a_link_that_may_fill_in_has_it_and_others_do_not(document, client):
    link, reading = make_link(document), make_link(document, scope=LinkScope.READ)
    with CaptureQueriesContext(connection) as found:
        assert client.get(shared(link)).content.startswith(b"%PDF-")
    assert len(found) <= MOST
    assert client.get(shared(reading)).status_code == 403
    revoke_share_link(link, by=document.started_by)
    assert client.get(shared(link)).status_code == 410
    assert client.get(reverse("toolkit:shared-fillable", args=["unknown-token"])).status_code == 404


def test_who_may_have_it(document, login, client, bob, carol):
    assert client.get(own(document)).status_code == 302
    assert login(bob).get(own(document)).status_code == 404
    make_member(document.partnership, user=carol)
    assert login(carol).get(own(document)).status_code in (200, 403)
    assert login(carol).post(own(document)).status_code == 405


def test_nothing_is_taken_along_of_a_document_that_is_closed(document, alice, login):
    document.state = DocumentState.WITHDRAWN
    document.save(update_fields=["state"])

    answer = login(alice).get(own(document))

    assert answer.status_code == 409
    assert "%PDF" not in answer.content.decode()


def test_a_busy_server_says_when_to_come_back(document, alice, login, monkeypatch):
    class Full:
        def run(self, job, *, patience):
            raise JobFailed("busy")

    monkeypatch.setattr(door, "_pool", Full)

    answer = login(alice).get(own(document))

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert document.get_absolute_url() in answer.content.decode()
