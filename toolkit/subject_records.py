"""What the records of an exchange, a workshop and the people on them say, by the paths of schema/bindings.py.

Names, dates, places and hours only. Passport, health and insurance are sealed (partnerships/travel_seal.py) and never
read here: everybody who sees the partnership reads its documents, and so does whoever holds a link to one.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from partnerships.exchange_states import Payer
from partnerships.models import (
    AgendaItem,
    Contact,
    Evaluation,
    Exchange,
    ExchangeCost,
    Organization,
    Registration,
    TestResult,
    Trainer,
    Traveller,
    Workshop,
    WorkshopSession,
)
from partnerships.states import Side
from partnerships.workshop_reading import course_of, test_change
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
    travellers = list(exchange.travellers.select_related("contact__organization").order_by("contact__name", "pk"))
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
        "exchange.direction": direction_of(exchange),
        "exchange.virtual_considered": exchange.virtual_considered,
        "exchange.contact": contact.name if contact else "",
        "exchange.contact_post": contact.post if contact else "",
        "exchange.contact_phone": contact.phone if contact else "",
        "exchange.contact_email": contact.email if contact else "",
        "exchange.n_travellers": number(len(travellers)),
        "exchange.receivers": [{"organization": receiving.name}],
        "exchange.travellers": [_on_trip(row) for row in travellers],
        "exchange.agenda": [_agenda_row(row) for row in exchange.agenda.order_by("on", "starts_at", "pk")],
        "exchange.costs": [_cost_row(row, exchange) for row in exchange.costs.order_by("pk")],
    }


def direction_of(exchange: Exchange) -> str:
    """Which way people travel, in the words of the tools. None is South–South: no record says who is poor."""
    sending, receiving = exchange.sending, exchange.receiving
    at_home = {sending.organization.country, receiving.organization.country}
    if exchange.country and exchange.country not in at_home:
        return "third_country"
    if sending.side == receiving.side:
        return "within_host" if sending.side == Side.HOST else "within_resource"
    return "host_to_resource" if sending.side == Side.HOST else "resource_to_host"


def _on_trip(row: Traveller) -> dict[str, str]:
    """A traveller, under each name that tools have for the column of the person."""
    name = row.contact.name
    return {
        "traveller": name,
        "person": name,
        "confirmed_traveller": name,
        "role": row.role,
        "why": row.why_chosen,
        "needs_interpreter": "yes" if row.needs_interpreter else "no",
        **_at_work(row.contact),
    }


def _agenda_row(row: AgendaItem) -> dict[str, str]:
    return {
        "session_on": row.on.isoformat(),
        "session_start": row.starts_at.strftime("%H:%M"),
        "session_end": row.ends_at.strftime("%H:%M") if row.ends_at else "",
        "session": row.title,
        "session_place": row.place,
        "session_host": row.host_person,
        "session_notes": row.notes,
    }


def _cost_row(row: ExchangeCost, exchange: Exchange) -> dict[str, Any]:
    payers = {Payer.SENDING: exchange.sending.side, Payer.RECEIVING: exchange.receiving.side}
    return {
        "cost_item": row.kind,
        "cost_note": row.description,
        "amount": "" if row.planned is None else {"amount": f"{row.planned:.2f}", "currency": row.currency},
        "paid_by": payers.get(row.paid_by, row.paid_by),
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
        # Nobody writes down what a course teaches but its sessions.
        "workshop.skills": [{"skill": session.title} for session in sessions],
        "workshop.trainers": [_trainer_row(row) for row in trainers],
        "workshop.participants": [
            {
                "participant": person.name,
                "facility": person.organization,
                "cadre": person.post,
                "country": person.country.code,
            }
            for person in people
        ],
        "workshop.participant_groups": _groups(people),
        **_results(workshop, people),
    }


def _trainer_row(row: Trainer) -> dict[str, str]:
    at_work = _at_work(row.contact)
    return {
        "trainer": row.contact.name,
        "side": row.side,
        "trainer_side": row.side or "outside",
        "trainer_organization": at_work["organization"],
        **at_work,
    }


def _groups(people: list[Registration]) -> list[dict[str, str]]:
    """How many came from where, by country and by profession as they wrote it; nobody was asked for their sex."""
    found = Counter((person.country.code or "", " ".join(person.post.split())) for person in people)
    return [
        {"p_country": country, "p_cadre": post, "unstated": number(n)} for (country, post), n in sorted(found.items())
    ]


def _results(workshop: Workshop, people: list[Registration]) -> dict[str, str]:
    """What tests and evaluation sheets say, as far as somebody entered them."""
    change = test_change(TestResult.objects.filter(registration__in=people).order_by("pk"))
    evaluation = Evaluation.objects.filter(workshop=workshop).first()
    return {
        "workshop.tested": number(change.n) if change else "",
        "workshop.mean_before": number(Decimal(str(round(change.pre, 1)))) if change else "",
        "workshop.mean_after": number(Decimal(str(round(change.post, 1)))) if change else "",
        "workshop.evaluations": number(evaluation.n_sheets) if evaluation else "",
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
