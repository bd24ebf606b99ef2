"""What the records say, as plain data for bindings and document texts. Paths are those of schema/bindings.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone, translation

from accounts.models import User
from partnerships.models import Contact, Organization, Partnership
from partnerships.states import TeamRole
from toolkit.figure_records import award_records, results_records
from toolkit.models import Document
from toolkit.period_records import ledger_records, period_records
from toolkit.plan_records import workplan_records
from toolkit.schema.definition import Definition, Repeat
from toolkit.subject_records import (
    address_of,
    exchange_records,
    registration_records,
    session_records,
    traveller_records,
    workshop_records,
)
from twinning.languages import words_in

# Bound to whoever fills in, not to the record the document starts from: offered on the page, saved with the answers.
LIVE_BINDINGS = ("user.name", "today")

# What is read only for a form that asks for it, by the first word of its paths.
READERS: dict[str, Callable[[Document], dict[str, Any]]] = {
    "exchange": exchange_records,
    "traveller": traveller_records,
    "workshop": workshop_records,
    "session": session_records,
    "registration": registration_records,
    "period": period_records,
    "workplan": workplan_records,
    "ledger": ledger_records,
    "results": results_records,
    "award": award_records,
}


def collect(document: Document, form: Definition, *, user: User | None = None) -> dict[str, Any]:
    """Every binding path that ``form`` asks for, and its value for ``document``; dates as ISO text, numbers as text.

    What the records do not know is empty text, or not there. Days and other words of ours are in the language of the
    document, whoever starts it.
    """
    with translation.override(words_in(document.language)):
        return _collected(document, form, user)


def _collected(document: Document, form: Definition, user: User | None) -> dict[str, Any]:
    partnership = document.partnership
    programme = partnership.programme
    found: dict[str, Any] = {
        "partnership.name": partnership.name,
        "partnership.reference": partnership.reference,
        "partnership.goal": partnership.goal,
        "partnership.starts_on": _day(partnership.starts_on),
        "partnership.ends_on": _day(partnership.ends_on),
        "partnership.topics": [topic.name for topic in partnership.topics.all()],
        "programme.name": programme.name if programme else "",
        "programme.currency": programme.currency if programme else "",
        "user.name": user.name if user else "",
        "today": timezone.localdate().isoformat(),
        "document.reference": document.reference,
    }
    team = list(partnership.team.current().select_related("contact__organization"))
    parties = list(partnership.participations.current().select_related("organization"))
    found["partnership.countries"] = sorted({str(party.organization.country.name) for party in parties})
    found["partnership.organizations"] = [_party(partnership, party, team) for party in parties]
    found["partnership.team"] = [_member(partnership, member) for member in team]
    if document.organization:
        found |= _organization(document.organization)
    for name in _asked(form) & READERS.keys():
        found |= READERS[name](document)
    return found


def _asked(form: Definition) -> set[str]:
    """The first words of the paths from which ``form`` is filled."""
    paths = (node.prefill if isinstance(node, Repeat) else node.bind for node in form.by_id.values())
    return {path.partition(".")[0] for path in paths if path}


def _party(partnership: Partnership, party, team: list) -> dict[str, Any]:
    organization = party.organization
    own = [member for member in team if member.contact.organization_id == organization.pk]
    lead = next((m.contact for m in own if m.role == TeamRole.LEAD), None)
    coordinator = next((m.contact for m in own if m.role == TeamRole.COORDINATOR), None)
    return {
        "organization": organization.name,
        "legal_name": organization.name,
        "address": address_of(organization),
        "country": organization.country.code,
        "side": party.side,
        "represented_by": lead.name if lead else "",
        "represented_title": lead.post if lead else "",
        "coordinator": coordinator.name if coordinator else "",
    }


def _member(partnership: Partnership, member) -> dict[str, Any]:
    contact: Contact = member.contact
    return {
        "person": contact.name,
        "side": member.side,
        "role": member.role,
        "email": contact.email,
        "phone": contact.phone,
        "time_zone": contact.time_zone,
        "languages": contact.languages,
        "start": _day(member.starts_on),
        "end": _day(member.ends_on),
        "organization": contact.organization.name if contact.organization else "",
        "post": contact.post,
    }


def _organization(organization: Organization) -> dict[str, Any]:
    return {
        "organization.name": organization.name,
        "organization.local_name": organization.local_name,
        "organization.short_name": organization.short_name,
        "organization.type": organization.type,
        "organization.country": organization.country.code,
        "organization.city": organization.city,
        "organization.address": organization.address,
        "organization.website": organization.website,
        "organization.year_founded": organization.year_founded,
        "organization.registration_number": organization.registration_number,
        "organization.languages": [word.strip() for word in organization.languages.split(",") if word.strip()],
        "organization.topics": [topic.name for topic in organization.topics.all()],
        "organization.offers": organization.offers,
        "organization.seeks": organization.seeks,
        "organization.contacts": [
            {
                "name": contact.name,
                "title": contact.post,
                "email": contact.email,
                "phone": contact.phone,
                "languages": contact.languages,
            }
            for contact in organization.contacts.all()
        ],
    }


def _day(value) -> str:
    return value.isoformat() if value else ""
