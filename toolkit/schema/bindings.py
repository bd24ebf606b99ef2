"""What a tool may be filled from: the paths of `bind` and `prefill`, and what each yields."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Binding:
    """What a path yields. ``kind`` is text, number, date, year, country, email, phone, url, list or rows.

    ``keys`` names what one of its rows holds; a column of the same name takes it.
    """

    kind: str
    keys: tuple[str, ...] = ()


BINDINGS: dict[str, Binding] = {
    "partnership.name": Binding("text"),
    "partnership.reference": Binding("text"),
    "partnership.goal": Binding("text"),
    "partnership.starts_on": Binding("date"),
    "partnership.ends_on": Binding("date"),
    "partnership.countries": Binding("list"),
    "partnership.topics": Binding("list"),
    "partnership.organizations": Binding(
        "rows",
        (
            "organization",
            "legal_name",
            "address",
            "country",
            "side",
            "represented_by",
            "represented_title",
            "coordinator",
        ),
    ),
    "partnership.team": Binding(
        "rows",
        (
            "person",
            "side",
            "role",
            "email",
            "phone",
            "time_zone",
            "languages",
            "start",
            "end",
            "organization",
            "post",
        ),
    ),
    "programme.name": Binding("text"),
    "programme.currency": Binding("text"),
    "organization.name": Binding("text"),
    "organization.local_name": Binding("text"),
    "organization.short_name": Binding("text"),
    "organization.type": Binding("text"),
    "organization.country": Binding("country"),
    "organization.city": Binding("text"),
    "organization.address": Binding("text"),
    "organization.website": Binding("url"),
    "organization.year_founded": Binding("year"),
    "organization.registration_number": Binding("text"),
    "organization.languages": Binding("list"),
    "organization.topics": Binding("list"),
    "organization.offers": Binding("text"),
    "organization.seeks": Binding("text"),
    "organization.contacts": Binding("rows", ("name", "title", "email", "phone", "languages")),
    "exchange.title": Binding("text"),
    "exchange.reference": Binding("text"),
    "exchange.purpose": Binding("text"),
    "exchange.objectives": Binding("rows", ("objective",)),
    "exchange.starts_on": Binding("date"),
    "exchange.ends_on": Binding("date"),
    "exchange.working_days": Binding("number"),
    "exchange.departs_from": Binding("text"),
    "exchange.place": Binding("text"),
    "exchange.country": Binding("country"),
    "exchange.sending": Binding("text"),
    "exchange.receiving": Binding("text"),
    "exchange.receiving_address": Binding("text"),
    "exchange.activity": Binding("text"),
    "exchange.contact": Binding("text"),
    "exchange.contact_post": Binding("text"),
    "exchange.contact_phone": Binding("phone"),
    "exchange.contact_email": Binding("email"),
    "exchange.direction": Binding("text"),
    "exchange.virtual_considered": Binding("text"),
    "exchange.n_travellers": Binding("number"),
    "exchange.receivers": Binding("rows", ("organization",)),
    "exchange.travellers": Binding(
        "rows",
        (
            "traveller",
            "person",
            "confirmed_traveller",
            "role",
            "why",
            "needs_interpreter",
            "post",
            "organization",
        ),
    ),
    "exchange.agenda": Binding(
        "rows",
        (
            "session_on",
            "session_start",
            "session_end",
            "session",
            "session_place",
            "session_host",
            "session_notes",
        ),
    ),
    "exchange.costs": Binding("rows", ("cost_item", "cost_note", "amount", "paid_by")),
    "traveller.name": Binding("text"),
    "traveller.role": Binding("text"),
    "traveller.post": Binding("text"),
    "traveller.organization": Binding("text"),
    "traveller.starts_on": Binding("date"),
    "traveller.ends_on": Binding("date"),
    "traveller.returned_on": Binding("date"),
    "traveller.days_given": Binding("number"),
    "workshop.title": Binding("text"),
    "workshop.reference": Binding("text"),
    "workshop.purpose": Binding("text"),
    "workshop.place": Binding("text"),
    "workshop.languages": Binding("text"),
    "workshop.starts_on": Binding("date"),
    "workshop.ends_on": Binding("date"),
    "workshop.hours": Binding("number"),
    "workshop.seats": Binding("number"),
    "workshop.registered": Binding("number"),
    "workshop.attendance_needed": Binding("number"),
    "workshop.score_needed": Binding("number"),
    "workshop.activity": Binding("text"),
    "workshop.sessions": Binding("rows", ("session", "day", "start", "end", "room", "speaker")),
    "workshop.skills": Binding("rows", ("skill",)),
    "workshop.trainers": Binding(
        "rows", ("trainer", "post", "organization", "side", "trainer_organization", "trainer_side")
    ),
    "workshop.participants": Binding("rows", ("participant", "facility", "cadre", "country")),
    "workshop.participant_groups": Binding("rows", ("p_country", "p_cadre", "unstated")),
    "workshop.tested": Binding("number"),
    "workshop.mean_before": Binding("number"),
    "workshop.mean_after": Binding("number"),
    "workshop.evaluations": Binding("number"),
    "session.title": Binding("text"),
    "session.day": Binding("date"),
    "session.hours": Binding("number"),
    "session.place": Binding("text"),
    "registration.name": Binding("text"),
    "registration.organization": Binding("text"),
    "registration.post": Binding("text"),
    "registration.country": Binding("country"),
    "registration.hours": Binding("number"),
    "registration.attendance": Binding("number"),
    "workplan.objectives": Binding("rows", ("objective", "result", "baseline", "target", "side", "lead_side")),
    "workplan.activities": Binding(
        "rows",
        (
            "activity",
            "activity_type",
            "description",
            "deliverable",
            "host_lead",
            "resource_lead",
            "start",
            "end",
            "budget",
            "in_kind",
            "status",
        ),
    ),
    "award.name": Binding("text"),
    "award.cost_share_percent": Binding("number"),
    "results.activities": Binding("rows", ("activity_kind", "done", "people", "working_days")),
    "results.trained_unstated": Binding("number"),
    "results.mean_before": Binding("number"),
    "results.mean_after": Binding("number"),
    "results.assets": Binding("rows", ("asset", "asset_holder", "asset_note")),
    "ledger.currency": Binding("text"),
    "ledger.host": Binding("number"),
    "ledger.resource": Binding("number"),
    "period.name": Binding("text"),
    "period.due_on": Binding("date"),
    "period.first_day": Binding("date"),
    "period.last_day": Binding("date"),
    "period.activities": Binding("rows", ("activity", "planned", "activity_status")),
    "period.next_activities": Binding("rows", ("next_activity", "next_from", "next_to")),
    "period.exchanges": Binding("number"),
    "period.next_exchanges": Binding(
        "rows", ("travel_exchange", "travel_direction", "travel_people", "travel_from", "travel_to")
    ),
    "period.reports_due": Binding("number"),
    "period.reports_in": Binding("number"),
    "period.workshops": Binding("number"),
    "period.hours_taught": Binding("number"),
    "period.trained": Binding("rows", ("cadre", "trained_unstated")),
    "period.journeys": Binding("rows", ("direction", "n_exchanges", "n_travellers", "professional_days")),
    "period.sessions": Binding("rows", ("session_kind", "n_sessions", "n_session_people", "session_hours")),
    "period.resources": Binding("rows", ("resource_kind", "n_resources", "resource_value")),
    "period.in_kind": Binding("rows", ("in_kind_kind", "in_kind_host", "in_kind_resource")),
    "period.totals": Binding("rows", ("activity_kind", "done", "people", "working_days", "q1", "q2", "q3", "q4")),
    "period.risks": Binding("rows", ("risk", "risk_change", "risk_response")),
    "user.name": Binding("text"),
    "today": Binding("date"),
    "document.reference": Binding("text"),
}

_WORDS = frozenset({"text", "long_text", "reference", "select_one"})

# The kinds of item that a kind of binding can fill.
FILLS: dict[str, frozenset[str]] = {
    "text": _WORDS,
    "number": frozenset({"integer", "decimal", "percent", "text"}),
    "date": frozenset({"date"}),
    "email": frozenset({"email", "text"}),
    "phone": frozenset({"phone", "text"}),
    "year": frozenset({"year", "integer"}),
    "country": frozenset({"country", "text", "select_one"}),
    "url": frozenset({"url", "text"}),
    "list": frozenset({"select_multiple", "text", "long_text"}),
    "rows": frozenset(),
}

# The records that a document about a subject leads to, besides its partnership: the first words of their paths.
LEADS_TO: dict[str, frozenset[str]] = {
    "exchange": frozenset({"exchange"}),
    "traveller": frozenset({"traveller", "exchange"}),
    "workshop": frozenset({"workshop"}),
    "session": frozenset({"session", "workshop"}),
    "registration": frozenset({"registration", "workshop"}),
    "period": frozenset({"period"}),
}
_LED_TO = frozenset().union(*LEADS_TO.values())


def is_known_to(subject: str, path: str) -> bool:
    """Whether a document about ``subject`` can have anything at ``path``."""
    first = path.partition(".")[0]
    return first not in _LED_TO or first in LEADS_TO.get(subject, ())


def takes(path: Any, column: Any) -> bool:
    """Whether the rows that the records give at ``path`` have something for ``column``."""
    return isinstance(path, str) and path in BINDINGS and column in BINDINGS[path].keys
