"""Short addresses typed from paper: easy for who holds the paper, closed to who guesses, and telling nothing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link
from toolkit.actions.links import give_code, revoke_share_link
from toolkit.models import Document, ShareLink
from toolkit.models.share_link import ALPHABET
from twinning.logs import mask

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice))


@pytest.fixture
def link(document):
    return make_link(document)


@pytest.mark.parametrize("shape", ["{0}", "{0}-{1}", "{0} {1}", "  {0}–{1} ", "{0}.{1}"])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_a_code_opens_its_link_however_it_is_typed(client, link, shape, case):
    code = give_code(link)
    typed = case(shape.format(code[:4], code[4:]) if "{1}" in shape else code)

    response = client.post("/l/", {"code": typed})

    assert response.status_code == 302
    assert response["Location"] == f"/f/{link.token}/"
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]


def test_the_address_on_paper_opens_it_too(client, link):
    give_code(link)

    assert re.fullmatch(r"[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}", link.written_code)
    assert client.get(f"/l/{link.written_code}/")["Location"] == f"/f/{link.token}/"


def test_a_code_is_made_once_and_not_kept(link, settings):
    code = give_code(link)

    assert give_code(link) == code
    kept = str(ShareLink.objects.values_list().get())
    assert code not in kept
    assert link.signature not in kept
    settings.SECRET_KEY = "another secret key that nobody knows either"
    assert ShareLink.objects.get().code != code


def test_another_code_ends_the_first(client, link):
    old = give_code(link)

    new = give_code(link, renew=True)

    assert new != old
    assert client.get(f"/l/{old}/").status_code == 404
    assert client.get(f"/l/{new}/").status_code == 302


def _expire(link, alice):
    past = timezone.now() - timedelta(days=9)
    ShareLink.objects.filter(pk=link.pk).update(created_at=past, expires_at=past + timedelta(days=1))


def _revoke(link, alice):
    revoke_share_link(link, by=alice)


def _withdraw(link, alice):
    Document.objects.update(state="withdrawn")


def _renew(link, alice):
    give_code(link, renew=True)


def answer(code: str) -> tuple[int, str, int]:
    """Status, page without what differs at each visit, and the number of queries."""
    client = Client()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(f"/l/{code}/")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    page = page.replace(code, "CODE")
    return response.status_code, re.sub(r"[0-9a-f]{8}-?[0-9a-f-]{27,}|\w{32}", "", page), len(queries)


@pytest.mark.parametrize("end", [_expire, _revoke, _withdraw, _renew])
def test_what_opened_once_is_answered_like_what_never_did(link, alice, end):
    code = give_code(link)
    never = answer("aaaabbbb")
    assert never[0] == 404

    end(link, alice)

    assert answer(code) == never


@pytest.mark.parametrize("code", ["a", "aaaa-bbbb", "x" * 500, "%00", "ÄÖÜ", "…", "' OR 1=1 --", "1l0o-IIII", "𝔄" * 8])
def test_what_is_no_code_opens_nothing(client, link, code):
    give_code(link)

    assert client.post("/l/", {"code": code}).status_code == 404
    assertContains(client.post("/l/", {}), "This code opens nothing", status_code=404)


def test_guessing_shuts_the_door_also_for_right_codes_but_not_for_the_qr_code(client, link, settings):
    settings.SHORT_MISSES_PER_MINUTE = 3
    code = give_code(link)
    for n in range(3):
        assert client.get(f"/l/wrong{n}/").status_code == 404

    shut = client.get(f"/l/{code}/")

    assertContains(shut, "scan the QR code", status_code=429)
    assert 0 < int(shut["Retry-After"]) <= 60
    assert client.get(f"/f/{link.token}/").status_code == 200
    assert client.get(f"/l/{code}/", REMOTE_ADDR="203.0.113.9").status_code == 302


def test_patient_guessing_is_counted_by_the_hour(client, link, settings):
    settings.SHORT_MISSES_PER_MINUTE, settings.SHORT_MISSES_PER_HOUR = 1000, 3
    for n in range(3):
        client.post("/l/", {"code": f"wrong{n}"})

    assert client.get(f"/l/{give_code(link)}/").status_code == 429


def test_right_codes_are_not_counted(client, link, settings):
    settings.SHORT_MISSES_PER_MINUTE = 2
    code = give_code(link)

    assert {client.get(f"/l/{code}/").status_code for _time in range(5)} == {302}


def test_a_link_without_a_code_is_not_found_by_an_empty_one(client, link):
    assert client.post("/l/", {"code": "-"}).status_code == 404


def test_codes_are_too_many_to_be_tried():
    """Networks of a large botnet, each as fast as it may be for a month, against a thousand codes."""
    tries = 1000 * 60 * 24 * 30

    assert tries * 1000 / len(ALPHABET) ** 8 < 0.1


def test_no_code_stands_in_a_log():
    assert mask("GET /l/ABCD-EFGH/ 302") == "GET /l/***/ 302"


def test_unknown_and_wrongly_signed_tokens_cost_the_same(link):
    found = []
    for token in (f"{link.public_id}-{'a' * 32}", f"aaaaaaaaaa-{'a' * 32}", "nonsense"):
        with CaptureQueriesContext(connection) as queries:
            response = Client().get(f"/f/{token}/")
        found.append((response.status_code, len(queries)))

    assert found == [(404, 0)] * 3
