"""What the records of an exchange, a workshop and the people on them say, by the paths of schema/bindings.py.

Names, dates, places and hours only. Passport, health and insurance are sealed (partnerships/travel_seal.py) and never
read here: everybody who sees the partnership reads its documents, and so does whoever holds a link to one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from partnerships.models import Contact, Exchange, Organization, Registration, Traveller, Workshop, WorkshopSession
from partnerships.workshop_reading import course_of
from toolkit.models import Document


def exchange_records(document: Document) -> dict[str, Any]:
    traveller = document.traveller
    exchange = traveller.exchange if traveller else document.exchange
    return _exchange(exchange) if exchange else {}


def traveller_records(document: Document) -> dict[str, Any]:
    traveller = document.traveller
    return _traveller(traveller) if traveller else {}


def workshop_records(document: Document) -> dict[str, Any]:
    inside = document.session or document.registration
    workshop = inside.workshop if inside else document.workshop
    return _workshop(workshop) if workshop else {}


def session_records(document: Document) -> dict[str, Any]:
    return _session(document.session) if document.session else {}


def registration_records(document: Document) -> dict[str, Any]:
    return _registration(document.registration) if document.registration else {}


def _exchange(exchange: Exchange) -> dict[str, Any]:
    contact, receiving = exchange.host_contact, exchange.receiving.organization
    travellers = exchange.travellers.select_related("contact__organization").order_by("contact__name", "pk")
    lines = [line.strip("-• \t") for line in exchange.objectives.splitlines()]
    return {
        "exchange.title": exchange.title,
        "exchange.reference": exchange.reference,
        "exchange.purpose": exchange.purpose,
        "exchange.objectives": [{"objective": line} for line in lines if line],
        "exchange.starts_on": exchange.from_on.isoformat(),
        "exchange.ends_on": exchange.until_on.isoformat(),
        "exchange.working_days": number(exchange.working_days),
        "exchange.departs_from": exchange.departs_from,
        "exchange.place": exchange.place,
        "exchange.country": exchange.country.code,
        "exchange.sending": exchange.sending.organization.name,
        "exchange.receiving": receiving.name,
        "exchange.receiving_address": address_of(receiving),
        "exchange.activity": str(exchange.activity or ""),
        "exchange.contact": contact.name if contact else "",
        "exchange.contact_post": contact.post if contact else "",
        "exchange.contact_phone": contact.phone if contact else "",
        "exchange.contact_email": contact.email if contact else "",
        "exchange.travellers": [
            {"traveller": row.contact.name, "role": row.role, **_at_work(row.contact)} for row in travellers
        ],
    }


def _traveller(traveller: Traveller) -> dict[str, Any]:
    at_work = _at_work(traveller.contact)
    return {
        "traveller.name": traveller.contact.name,
        "traveller.role": traveller.role,
        "traveller.post": at_work["post"],
        "traveller.organization": at_work["organization"],
        "traveller.starts_on": traveller.from_on.isoformat(),
        "traveller.ends_on": traveller.until_on.isoformat(),
        "traveller.returned_on": traveller.returned_on.isoformat() if traveller.returned_on else "",
        "traveller.days_given": number(traveller.proposed_days),
    }


def _workshop(workshop: Workshop) -> dict[str, Any]:
    sessions = list(workshop.sessions.prefetch_related("trainers__contact"))
    trainers = list(workshop.trainers.select_related("contact__organization"))
    people = list(workshop.registrations.seated())
    days = [session.day_in(workshop.zone) for session in sessions]
    ends = [session.local_end(workshop.zone).date() for session in sessions]
    return {
        "workshop.title": workshop.title,
        "workshop.reference": workshop.reference,
        "workshop.purpose": workshop.purpose,
        "workshop.place": workshop.place,
        "workshop.languages": workshop.languages,
        "workshop.starts_on": min(days).isoformat() if days else "",
        "workshop.ends_on": max(ends).isoformat() if ends else "",
        "workshop.hours": hours(sum(session.minutes for session in sessions)) if sessions else "",
        "workshop.seats": number(workshop.capacity),
        "workshop.registered": number(len(people)),
        "workshop.attendance_needed": number(workshop.attendance_percent),
        "workshop.score_needed": number(workshop.score_percent),
        "workshop.activity": str(workshop.activity or ""),
        "workshop.sessions": [_session_row(session, workshop, trainers) for session in sessions],
        "workshop.trainers": [
            {"trainer": row.contact.name, "side": row.side, **_at_work(row.contact)} for row in trainers
        ],
        "workshop.participants": [
            {
                "participant": person.name,
                "facility": person.organization,
                "cadre": person.post,
                "country": person.country.code,
            }
            for person in people
        ],
    }


def _session_row(session: WorkshopSession, workshop: Workshop, everybody: list) -> dict[str, str]:
    teaching = list(session.trainers.all()) or everybody
    return {
        "session": session.title,
        "day": session.day_in(workshop.zone).isoformat(),
        "start": session.local_start(workshop.zone).strftime("%H:%M"),
        "end": session.local_end(workshop.zone).strftime("%H:%M"),
        "room": session.room,
        "speaker": ", ".join(trainer.contact.name for trainer in teaching),
    }


def _session(session: WorkshopSession) -> dict[str, Any]:
    return {
        "session.title": session.title,
        "session.day": session.day_in(session.workshop.zone).isoformat(),
        "session.hours": hours(session.minutes),
        "session.place": ", ".join(filter(None, (session.room, session.workshop.place))),
    }


def _registration(person: Registration) -> dict[str, Any]:
    standing = course_of(person.workshop).standing_of(person)
    return {
        "registration.name": person.name,
        "registration.organization": person.organization,
        "registration.post": person.post,
        "registration.country": person.country.code,
        # What nobody noted yet is not known: it is no absence.
        "registration.hours": hours(standing.minutes) if standing.is_noted else "",
        "registration.attendance": number(standing.percent) if standing.is_noted else "",
    }


def _at_work(contact: Contact) -> dict[str, str]:
    return {"post": contact.post, "organization": contact.organization.name if contact.organization else ""}


def address_of(organization: Organization) -> str:
    """The address on one line, with the city unless it is named there already."""
    lines = " ".join(organization.address.split())
    city = organization.city if organization.city.casefold() not in lines.casefold() else ""
    return ", ".join(part for part in (lines, city) if part)


def number(value: Decimal | int | None) -> str:
    """A number as answers are written: without an exponent, or empty when there is none."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def hours(minutes: int) -> str:
    return number((Decimal(minutes) / 60).quantize(Decimal("0.01")).normalize())
