"""The bundle of papers: what is in it, and that passports are only in the hands of the named."""

import io
import zipfile

import pypdfium2
import pytest
from django.urls import reverse

from partnerships.actions.travel_data import name_reader
from partnerships.models import TravelDataLog
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.exchanges import approve, fill_travel_data, fresh, make_crew, make_exchange, make_traveller, submit
from toolkit.rendering.exchange_bundle import checklist_paper
from toolkit.rendering.html import drawn
from toolkit.report_links import report_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def traveller(partnership):
    traveller = make_crew(partnership)
    fill_travel_data(traveller)
    approve(traveller.exchange)
    return fresh(traveller.exchange).travellers.get()


def bundle(client, exchange):
    return client.get(reverse("toolkit:exchange-bundle", args=[exchange.reference]))


def texts_of(response) -> dict[str, str]:
    """The words of every PDF in the ZIP, by its name without folder."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        for name in packed.namelist():
            pdf = pypdfium2.PdfDocument(packed.read(name))
            text = " ".join(page.get_textpage().get_text_range() for page in pdf)
            found[name.rpartition("/")[2]] = " ".join(text.split())
    return found


def test_the_bundle_holds_every_paper_of_the_journey(login, alice, traveller):
    response = bundle(login(alice), traveller.exchange)

    assert response["Content-Type"] == "application/zip"
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    papers = texts_of(response)
    assert sorted(papers) == [
        "agenda.pdf",
        "checklist-01-tabitha-wanjiru.pdf",
        "checklist-hosts.pdf",
        "emergency-card-01-tabitha-wanjiru.pdf",
        "letter-01-tabitha-wanjiru.pdf",
    ]
    assert "invites Tabitha Wanjiru" in papers["letter-01-tabitha-wanjiru.pdf"]
    checklist = papers["checklist-01-tabitha-wanjiru.pdf"].replace(" ", "")
    assert report_url(traveller).rpartition("/trip-report/")[2][:12] in checklist
    for secret in ("AK0123456", "penicillin", "Sister Ruth"):
        assert secret not in str(papers), "Alice is not named"
    assert not TravelDataLog.objects.filter(event="printed").exists()


def test_a_named_reader_prints_passport_and_health_and_it_is_written_down(login, alice, traveller, settings):
    name_reader(traveller, alice, by=traveller.contact.user)

    papers = texts_of(bundle(login(alice), traveller.exchange))

    assert "AK0123456" in papers["letter-01-tabitha-wanjiru.pdf"]
    card = papers["emergency-card-01-tabitha-wanjiru.pdf"]
    assert "penicillin" in card
    assert "Sister Ruth" in card
    row = TravelDataLog.objects.get(event="printed")
    assert (row.by, row.traveller) == (alice, traveller)
    kept = settings.CACHES["files"]["LOCATION"]
    assert not list(kept.rglob("*.djcache")), "papers with passports are kept nowhere"


def test_before_both_sides_approved_there_is_none(login, alice, partnership):
    exchange = make_exchange(partnership)
    make_traveller(exchange, contact=make_contact(name="Yaw"))
    submit(exchange)

    response = bundle(login(alice), exchange)

    assert response.status_code == 302


def test_who_may_ask_for_it(client, login, bob, traveller):
    member = make_user()
    make_member(traveller.exchange.partnership, side="host", user=member)

    assert bundle(client, traveller.exchange).status_code == 302
    assert bundle(login(bob), traveller.exchange).status_code == 404
    assert bundle(login(member), traveller.exchange).status_code == 403


def test_the_checklist_leaves_room_for_notes(traveller):
    paper = checklist_paper(traveller.exchange, traveller)

    assert '<col class="doc-w2"><col class="doc-w11"><col class="doc-w7">' in drawn(
        "exchange_paper", paper, is_paper=True
    )
