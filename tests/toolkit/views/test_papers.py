"""PDF as an answer. Most tests give ``pdf_response`` a maker of their own; one goes all the way to paper."""

import sys

import pytest
from django.test import RequestFactory
from pytest_django.asserts import assertContains

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool
from toolkit.rendering.pdf import PdfUnavailable, RenderFailed, close_pool
from toolkit.views.papers import pdf_response

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 paper"


@pytest.fixture
def ask(carol):
    """Answer a request with a maker of PDF files."""

    def _ask(make, **headers):
        request = RequestFactory().get("/documents/TP-1/pdf", headers=headers)
        request.user, request.resolver_match = carol, None
        return pdf_response(request, make)

    return _ask


def refuse(problem):
    def make():
        raise problem

    return make


def test_pdf_is_shown_under_its_name_and_kept_by_nobody(ask):
    response = ask(lambda: (PDF, "TP-1-trip-report.pdf"))

    assert (response.status_code, response.content) == (200, PDF)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="TP-1-trip-report.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Звіт.pdf", "inline; filename*=utf-8''%D0%97%D0%B2%D1%96%D1%82.pdf"),
        ('a"b.pdf', 'inline; filename="a\\"b.pdf"'),
        ("a\r\nX-Evil: 1.pdf", "inline; filename*=utf-8''a%0D%0AX-Evil%3A%201.pdf"),
    ],
)
def test_odd_names_stay_inside_their_header(ask, name, header):
    response = ask(lambda: (PDF, name))

    assert response["Content-Disposition"] == header
    assert "X-Evil" not in response


def test_pdf_the_browser_has_is_not_sent_again(ask):
    etag = ask(lambda: (PDF, "a.pdf"))["ETag"]

    again = ask(lambda: (PDF, "a.pdf"), if_none_match=etag)
    changed = ask(lambda: (PDF + b"!", "a.pdf"), if_none_match=etag)

    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed["ETag"] == etag) == (200, False)


def test_a_server_without_pdf_says_so(ask):
    response = ask(refuse(PdfUnavailable("library")))

    assertContains(response, "a system library (Pango) is missing", status_code=503)
    assert "Retry-After" not in response


@pytest.mark.parametrize("reason", ["time", "memory", "pages", "size", "content"])
def test_a_document_that_has_no_pdf_says_why(ask, reason):
    response = ask(refuse(RenderFailed(reason, "Split it in two.", "secret detail")))

    assertContains(response, "Split it in two.", status_code=422)
    assert b"secret detail" not in response.content


def test_a_busy_server_says_when_to_come_back(ask):
    response = ask(refuse(RenderFailed("busy", "Try again in a minute.")))

    assertContains(response, "Try again in a minute.", status_code=503)
    assert int(response["Retry-After"]) > 0


@pytest.fixture
def no_pdf(monkeypatch):
    """A machine on which no PDF worker starts."""
    close_pool()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    yield
    close_pool()


def test_the_browser_can_print_instead(login, alice, client, no_pdf):
    document = make_document(partnership=make_partnership(coordinator=alice))
    link = make_link(document)

    tool = document.version.tool.get_absolute_url()
    for visitor, address, page in (
        (login(alice), f"{document.get_absolute_url()}pdf", document.get_absolute_url()),
        (login(alice), f"{tool}blank.pdf", f"{tool}blank/"),
        (client, f"/f/{link.token}/pdf", f"/f/{link.token}/done/"),
    ):
        assertContains(visitor.get(address), f'href="{page}"', status_code=503)


def test_who_may_have_which_paper(login, client, alice, bob, carol, curator, admin, no_pdf):
    """503 is the answer of those who were let in: here no PDF can be made."""
    document = make_document(partnership=make_partnership(coordinator=alice))
    make_member(document.partnership, user=carol)
    own, blank = f"{document.get_absolute_url()}pdf", f"/toolkit/{document.version.tool.slug}/blank.pdf"

    assert [login(person).get(own).status_code for person in (alice, carol, admin, bob, curator)] == [
        503, 503, 503, 404, 404,
    ]  # fmt: skip
    assert [login(person).get(blank).status_code for person in (alice, bob, carol, curator, admin)] == [503] * 5
    assert client.get(own)["Location"] == f"/accounts/login/?next={own}"
    assert client.get(blank).status_code == 503
    assert client.get(f"/f/{make_link(document).token}/pdf").status_code == 503
    assert client.get("/f/nonsense/pdf").status_code == 404


def test_paper_of_a_blank_form_all_the_way(login, carol):
    version = make_tool()
    client = login(carol)

    response = client.get(f"/toolkit/{version.tool.slug}/blank.pdf")

    assert response.status_code == 200
    assert response.content.startswith(b"%PDF-")
    assert response["Cache-Control"] == "private, no-cache"
    again = client.get(f"/toolkit/{version.tool.slug}/blank.pdf", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
