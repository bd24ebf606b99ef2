"""An agreement on paper, and one whose text comes from a document."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from tests.factories import make_partnership
from tests.factories.agreements import make_agreement
from toolkit.rendering.agreement import agreement_paper
from toolkit.rendering.body import body_markdown, render_body

pytestmark = pytest.mark.django_db


def test_the_paper_says_who_signed_and_leaves_room_for_the_others(alice):
    agreement = make_agreement(make_partnership(coordinator=alice), state="partly_signed", body="We **train**.")

    html = agreement_paper(agreement)

    assert "<strong>train</strong>" in html
    assert "Dr Signatory" in html
    assert html.count("doc-signature--open") == 1
    assert agreement.content_hash[:12] in html


def test_the_paper_is_for_those_who_may_read_the_agreement(alice, bob, client, login):
    agreement = make_agreement(make_partnership(coordinator=alice))
    address = reverse("toolkit:agreement-pdf", args=[agreement.reference])

    assert client.get(address).status_code == 302
    assert login(bob).get(address).status_code == 404


def test_without_a_document_the_page_says_what_to_do(alice, login):
    partnership = make_partnership(coordinator=alice)
    address = reverse("toolkit:agreement-from-document", args=[partnership.slug])

    assertContains(login(alice).get(address), "No text has been handed in")
    assert login(alice).post(address, {"document": "none"}).status_code == 404


def test_what_was_typed_into_a_text_stays_plain():
    text = body_markdown("## Purpose\n\n{{ word }}", {"word": "each other's *stars* <b>\n# and more"})

    assert "each other's \\*stars\\*" in text
    assert "<em>" not in render_body(text.replace("{", ""), {}).html
