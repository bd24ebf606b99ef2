"""A link on paper: what is on the page, that its QR code says the address, and who may have it."""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import make_document, make_link
from toolkit.actions.links import revoke_share_link
from toolkit.models import ShareLink
from toolkit.rendering.link_paper import link_sheet
from toolkit.rendering.qr import QUIET, qr_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), title="Trip report")


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Grace")


def pages(link) -> str:
    return f"{link.document.get_absolute_url()}links/{link.public_id}/"


def modules(path: str, size: int) -> list[str]:
    """The path of an SVG as rows of dark and light."""
    rows = [["."] * size for _row in range(size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for column in range(int(x), int(x) + int(length)):
            rows[int(y)][column] = "#"
    return ["".join(row) for row in rows]


def test_the_qr_code_has_its_three_eyes_and_white_around():
    code = qr_code("https://twinning.example/f/abc/")
    rows = modules(code.path, code.size)
    eye = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]
    last = code.size - QUIET - 7

    for y, x in ((QUIET, QUIET), (QUIET, last), (last, QUIET)):
        assert [row[x : x + 7] for row in rows[y : y + 7]] == eye
    assert all(set(row[:QUIET] + row[-QUIET:]) == {"."} for row in rows)
    assert set("".join(rows[:QUIET])) == {"."}


def test_another_address_is_another_code(document, link):
    assert link_sheet(link).qr != link_sheet(make_link(document)).qr
    assert link_sheet(link).qr == qr_code(link.url)


def test_printing_gives_a_code_and_a_page(login, alice, link):
    client = login(alice)
    assertNotContains(client.get(f"{pages(link)}print/"), "With a computer")

    response = client.post(f"{pages(link)}code/", follow=True)

    link.refresh_from_db()
    assertContains(response, link.written_code)
    assertContains(response, '<svg class="qr"')
    assertContains(response, "alice@example.org")
    assert "no-store" in response["Cache-Control"]
    assert "style=" not in response.content.decode()
    client.post(f"{pages(link)}code/")
    assert ShareLink.objects.get().code_number == 1
    client.post(f"{pages(link)}code/", {"renew": "1"})
    assert ShareLink.objects.get().code_number == 2


@pytest.mark.parametrize("language", ["", "ar", "ru"])
def test_the_paper_is_one_page_with_all_on_it(login, alice, document, language):
    link = make_link(document, recipient_name="Grace", language=language)
    login(alice).post(f"{pages(link)}code/")
    link.refresh_from_db()

    response = login(alice).get(f"{pages(link)}print.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    (page,) = pypdfium2.PdfDocument(response.content)
    text = page.get_textpage().get_text_bounded()
    assert link.written_code in text.replace(" ", "")
    assert "Trip report" in text
    assert link.signature not in text


def test_a_link_that_is_over_is_not_printed(login, alice, link):
    login(alice).post(f"{pages(link)}code/")
    revoke_share_link(link, by=alice)

    for page in ("print/", "print.pdf"):
        assert login(alice).get(f"{pages(link)}{page}").status_code == 302
    assert login(alice).post(f"{pages(link)}code/", {"renew": "1"}).status_code == 409


def test_an_expired_link_gets_no_code(login, alice, link):
    past = timezone.now() - timedelta(days=9)
    ShareLink.objects.update(created_at=past, expires_at=past + timedelta(days=1))

    assert login(alice).post(f"{pages(link)}code/").status_code == 409
    assert ShareLink.objects.get().code_hash is None


def test_paper_is_for_those_who_steer(login, link, bob, carol, client):
    make_member(link.document.partnership, user=carol)

    for person, status in ((bob, 404), (carol, 403)):
        assert login(person).get(f"{pages(link)}print.pdf").status_code == status
        assert login(person).get(f"{pages(link)}print/").status_code == status
        assert login(person).post(f"{pages(link)}code/").status_code == status
    assert client.get(f"{pages(link)}print.pdf").status_code == 302
    assert ShareLink.objects.get().code_number == 0
