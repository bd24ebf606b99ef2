"""Certificates and sign-in sheets on paper, and who may have them."""

import pytest
from django.urls import reverse

from partnerships.actions.results import revoke_certificate
from tests.factories import make_member, make_partnership
from tests.factories.workshops import make_running, make_workshop
from tests.partnerships.test_workshop_results import certified
from toolkit.rendering.store import pdf_for
from toolkit.rendering.workshop import certificates_paper, sign_in_paper

from .pdfs import text_of
from .shipped import page_shapes

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(alice):
    partnership = make_partnership(coordinator=alice, status="active")
    return make_running(partnership, people=("Akinyi Otieno", "Baraka Mwangi", "Chege Kamau"))


def test_each_certificate_is_a_page_with_its_number_and_the_address_to_check_it(workshop):
    certificates = certified(workshop)
    pdf = pdf_for(certificates_paper(workshop, certificates))
    text = text_of(pdf)

    assert len(page_shapes(pdf)) == 3
    for certificate in certificates:
        assert certificate.name in text
        assert certificate.number in text
        assert f"/verify/{certificate.code}/" in "".join(text.split())
    assert "Safe birth" in text
    assert "Hours of teaching: 3" in text
    assert "Page 1" not in text


def test_a_revoked_certificate_says_so_on_paper(workshop):
    certificate = certified(workshop)[0]
    certificate = revoke_certificate(certificate, "Wrong", by=workshop.created_by)

    assert "was revoked" in text_of(pdf_for(certificates_paper(workshop, [certificate])))


def test_the_sheet_to_sign_has_a_page_a_day_and_a_line_a_person(workshop):
    pdf = pdf_for(sign_in_paper(workshop))
    text = text_of(pdf)

    assert len(page_shapes(pdf)) == 2
    assert text.count("Akinyi Otieno") == 2
    assert "09:00–11:00" in text


def test_papers_are_for_those_who_may_see_the_workshop(login, client, alice, bob, carol, workshop):
    certificate = certified(workshop)[0]
    make_member(workshop.partnership, user=carol)
    both = {
        reverse("toolkit:certificates-pdf", args=[workshop.reference]): (302, 200, 404, 200),
        reverse("toolkit:certificate-pdf", args=[workshop.reference, certificate.pk]): (302, 200, 404, 200),
        reverse("toolkit:sign-in-sheet-pdf", args=[workshop.reference]): (302, 200, 404, 403),
    }

    for address, expected in both.items():
        people = (client, login(alice), login(bob), login(carol))
        assert tuple(each.get(address).status_code for each in people) == expected, address


def test_without_certificates_there_is_no_paper(login, alice, workshop):
    other = make_workshop(workshop.partnership)

    assert login(alice).get(reverse("toolkit:certificates-pdf", args=[other.reference])).status_code == 404
