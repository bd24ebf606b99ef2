"""The papers of a journey: letters of invitation, agenda, checklists and emergency cards, as PDF files in one ZIP.

Made anew each time and kept nowhere, for they may hold passports and health.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_countries import countries

from partnerships.exchange_reading import own_items
from partnerships.exchange_states import ItemState
from partnerships.models import AgendaItem, ChecklistItem, Contact, Exchange, Organization, Traveller
from partnerships.travel_lists import UNDERTAKINGS
from toolkit.rendering.display import Drawn
from toolkit.rendering.pdf import html_to_pdf
from toolkit.rendering.plain import direction_of, locale_of
from toolkit.rendering.sheet import Fact, Sheet
from toolkit.report_links import opens_on, report_url
from twinning.slugs import latin_slug

# What a traveller told and this reader may know, by the key of the traveller. Who is missing gets lines to write on.
Known = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Block(Drawn):
    """A part of a paper: paragraphs, facts (without a value: a line to write on), a table, or lines to sign on."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    # How much of the width each column has, in twentieths; as their texts ask where nothing is said
    shares: tuple[int, ...] = ()
    is_signed: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper(Sheet):
    blocks: tuple[Block, ...]
    # A card is half a sheet: folded once it fits a passport.
    is_card: bool = False


CARDS = {"A4": "A5", "Letter": "5.5in 8.5in"}


def exchange_bundle(exchange: Exchange, known: Known) -> tuple[bytes, str]:
    """The ZIP file and its name. Reads an exchange from whole(). See pdf.py for what it raises."""
    papers = [("agenda", agenda_paper(exchange)), ("checklist-hosts", checklist_paper(exchange, None))]
    for number, traveller in enumerate(exchange.going, start=1):
        name = f"{number:02d}-{latin_slug(str(traveller.contact)) or 'traveller'}"[:60]
        data = known.get(traveller.pk)
        papers += [
            (f"letter-{name}", letter_paper(traveller, data)),
            (f"checklist-{name}", checklist_paper(exchange, traveller)),
            (f"emergency-card-{name}", emergency_paper(traveller, data)),
        ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, paper in papers:
            file.writestr(f"{exchange.reference}/{name}.pdf", html_to_pdf(paper_html(paper)))
    return packed.getvalue(), f"{exchange.reference}.zip"


def paper_html(paper: Paper) -> str:
    """A whole page for the PDF door."""
    context = {
        "sheet": paper,
        "article": "toolkit/read/exchange_paper.html",
        "paper_size": CARDS.get(settings.PAPER, "A5") if paper.is_card else settings.PAPER,
    }
    return render_to_string("layouts/print.html", context)


def letter_paper(traveller: Traveller, data: Mapping[str, Any] | None) -> Paper:
    """A letter that invites one traveller, for the consulate; the head of the receiving organization signs it."""
    exchange, data = traveller.exchange, data or {}
    host, home = exchange.receiving.organization, exchange.sending.organization
    name = " ".join(filter(None, (data.get("passport_given_names"), data.get("passport_family_name"))))
    words = {
        "name": name or str(traveller.contact),
        "home": home,
        "host": host,
        "place": exchange.place,
        "partnership": exchange.partnership.name,
        "first": date_format(exchange.starts_on),
        "last": date_format(exchange.ends_on),
    }
    sender = (*_address(host), date_format(timezone.localdate()))
    invites = _("%(host)s invites %(name)s of %(home)s to %(place)s from %(first)s to %(last)s.") % words
    return _paper(
        exchange,
        title=_("Letter of invitation"),
        blocks=(
            Block(paragraphs=tuple(filter(None, sender))),
            Block(paragraphs=(_("To whom it may concern"), invites)),
            Block(heading=_("The visitor"), facts=_visitor(traveller, name, data)),
            Block(heading=_("Purpose of the visit"), paragraphs=tuple(_lines(exchange.purpose))),
            Block(paragraphs=tuple(_assurances(exchange, words))),
            Block(is_signed=True),
        ),
    )


def _visitor(traveller: Traveller, name: str, data: Mapping[str, Any]) -> tuple[Fact, ...]:
    person = [
        (_("Name as in the passport"), name),
        (_("Date of birth"), _day(data.get("birth_date", ""))),
        (_("Nationality"), countries.name(data.get("nationality", ""))),
        (_("Passport number"), data.get("passport_number", "")),
        (_("Passport valid until"), _day(data.get("passport_expires_on", ""))),
        (_("Post"), traveller.contact.post),
        (_("Employer"), str(traveller.contact.organization or traveller.exchange.sending.organization)),
    ]
    return _facts(person, is_to_fill=True)


def _day(value: str) -> str:
    """A day as travel data keep it, written like every other day of the paper."""
    return date_format(date.fromisoformat(value)) if value else ""


def _address(organization: Organization) -> tuple[str, ...]:
    """Name, address and city; many addresses end with the city."""
    city = "" if organization.city.casefold() in organization.address.casefold() else organization.city
    return tuple(filter(None, (organization.name, organization.address, city)))


def _assurances(exchange: Exchange, words: Mapping[str, Any]) -> list[str]:
    contact = exchange.host_contact
    said = [
        _(
            "The visit is part of the partnership “%(partnership)s” between %(home)s and %(host)s, and both have "
            "approved it."
        )
        % words,
        _("The visitor will do no paid work, and will leave the country at the end of the visit."),
    ]
    if contact:
        asked = {"name": contact, "how": _reach(contact)}
        said.append(_("Please ask %(name)s about this letter: %(how)s") % asked)
    return said


def agenda_paper(exchange: Exchange) -> Paper:
    items = list(exchange.agenda.all())
    for item in items:
        item.exchange = exchange
    words = {"zone": exchange.zone, "home": exchange.home_zone}
    head = (_("Day"), _("There"), _("At home"), _("What"), _("Where and with whom"))
    table = Block(head=head, rows=tuple(_agenda_row(item) for item in items))
    none = Block(paragraphs=(_("Nothing is on the agenda yet."),))
    note = _("Times of the destination (%(zone)s), and of home (%(home)s).") % words
    return _paper(
        exchange, title=_("Agenda"), blocks=(Block(paragraphs=(note,)), table if items else none), facts=_trip(exchange)
    )


def _agenda_row(item: AgendaItem) -> tuple[str, ...]:
    there = f"{item.starts_at:%H:%M}" + (f"–{item.ends_at:%H:%M}" if item.ends_at else "")
    apart = {1: " " + _("(the day after)"), -1: " " + _("(the day before)")}.get(item.days_apart, "")
    where = " · ".join(filter(None, (item.place, item.host_person)))
    what = "\n".join(filter(None, (item.title, item.notes)))
    return (date_format(item.on), there, item.home_times + apart, what, where)


def checklist_paper(exchange: Exchange, traveller: Traveller | None) -> Paper:
    """The checklist as it stands, to tick by hand; a traveller's ends with undertakings and the way to the report."""
    items = own_items(exchange, traveller)
    head = (_("Done"), _("What"), _("Note"))
    rows = tuple((_tick(item), item.text, item.note) for item in items)
    blocks = [Block(head=head, rows=rows, shares=(2, 11, 7))]  # room for a note by hand
    if traveller is None:
        return _paper(exchange, title=_("Checklist of the receiving side"), blocks=tuple(blocks), facts=_trip(exchange))
    words = {"day": date_format(opens_on(traveller)), "url": report_url(traveller)}
    signed = date_format(traveller.undertaken_on) if traveller.undertaken_on else ""
    undertakings = [f"• {text}" for text in UNDERTAKINGS]
    if signed:
        undertakings.append(_("Signed on %(day)s.") % {"day": signed})
    blocks += [
        Block(heading=_("Undertakings"), paragraphs=tuple(undertakings), is_signed=not signed),
        Block(
            heading=_("When you are back"),
            paragraphs=(
                _("Please write your trip report. This link opens on %(day)s, and needs no account:") % words,
                words["url"],
            ),
        ),
    ]
    title = _("Before %(name)s leaves") % {"name": traveller.contact}
    return _paper(exchange, title=title, blocks=tuple(blocks), facts=_trip(exchange))


def _tick(item: ChecklistItem) -> str:
    return {ItemState.DONE: "☑", ItemState.NOT_NEEDED: _("not needed")}.get(item.state, "☐")


def emergency_paper(traveller: Traveller, data: Mapping[str, Any] | None) -> Paper:
    """A card to carry: whom to call there and at home, and health where the reader is named; else lines to fill."""
    exchange, data = traveller.exchange, data or {}
    host, contact = exchange.receiving.organization, exchange.host_contact
    coordinator = exchange.partnership.coordinator
    emergency = " ".join(filter(None, (data.get("emergency_name"), data.get("emergency_relation"))))
    there = [
        (_("Host"), ", ".join(_address(host))),
        (_("Contact there"), f"{contact}, {_reach(contact)}" if contact else ""),
        (_("Lodging"), ""),
        (_("Local emergency number"), ""),
    ]
    home = [
        (_("Coordinator"), f"{coordinator}, {coordinator.email}"),
        (
            _("Telephone of the coordinator"),
            Contact.objects.filter(user=coordinator).values_list("phone", flat=True).first(),
        ),
        (_("Emergency contact"), emergency),
        (_("Telephone"), data.get("emergency_phone", "")),
        (_("Insurance"), data.get("insurance", "")),
        (_("Passport number"), data.get("passport_number", "")),
    ]
    health = [
        (_("To know in an emergency"), data.get("health", "")),
        (_("Medicines"), data.get("medicines", "")),
        (_("Diet and access needs"), data.get("diet", "")),
    ]
    return _paper(
        exchange,
        title=_("Emergency card: %(name)s") % {"name": traveller.contact},
        blocks=(
            Block(heading=_("There"), facts=_facts(there, is_to_fill=True)),
            Block(heading=_("At home"), facts=_facts(home, is_to_fill=True)),
            Block(heading=_("Health"), facts=_facts(health, is_to_fill=True)),
        ),
        is_card=True,
    )


def _paper(
    exchange: Exchange, *, title: str, blocks: tuple[Block, ...], facts: tuple[Fact, ...] = (), is_card: bool = False
) -> Paper:
    lang = translation.get_language() or "en"
    programme = exchange.partnership.programme.name if exchange.partnership.programme else ""
    return Paper(
        title=title,
        kicker=f"{exchange.get_kind_display()} · {exchange.reference}",
        lang=lang,
        direction=locale_of(lang).text_direction,
        running=" · ".join(filter(None, (programme, exchange.partnership.name))),
        footing=exchange.reference,
        facts=facts,
        notices=(),
        sections=(),
        blocks=blocks,
        is_card=is_card,
    )


def _trip(exchange: Exchange) -> tuple[Fact, ...]:
    days = f"{date_format(exchange.from_on)} – {date_format(exchange.until_on)}"
    return _facts(
        [
            (_("Exchange"), exchange.title),
            (_("To"), f"{exchange.place}, {exchange.country.name}"),
            (_("Days"), days),
            (_("From"), str(exchange.sending.organization)),
            (_("Receiving organization"), str(exchange.receiving.organization)),
        ]
    )


def _facts(pairs: list[tuple[str, str]], *, is_to_fill: bool = False) -> tuple[Fact, ...]:
    """``pairs`` as facts; what is not known is left out, or stays as a line to write on."""
    return tuple(
        Fact(label=str(label), value=value or "", direction=direction_of(value or ""))
        for label, value in pairs
        if value or is_to_fill
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _reach(contact) -> str:
    return ", ".join(filter(None, (contact.phone, contact.email)))
