"""What the records say, as plain data for bindings and document texts. Paths are those of schema/bindings.py."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import User
from partnerships.models import Contact, Organization, Partnership
from partnerships.states import TeamRole
from toolkit.models import Document

# Bound to whoever fills in, not to the record the document starts from: offered on the page, saved with the answers.
LIVE_BINDINGS = ("user.name", "today")


def collect(document: Document, *, user: User | None = None) -> dict[str, Any]:
    """Every binding path and its value for ``document``; dates as ISO text, missing values as empty text."""
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
    return found


def _party(partnership: Partnership, party, team: list) -> dict[str, Any]:
    organization = party.organization
    own = [member for member in team if member.contact.organization_id == organization.pk]
    lead = next((m.contact for m in own if m.role == TeamRole.LEAD), None)
    coordinator = next((m.contact for m in own if m.role == TeamRole.COORDINATOR), None)
    return {
        "organization": organization.name,
        "legal_name": organization.name,
        "address": _place(organization),
        "country": organization.country.code,
        "side": party.side,
        "represented_by": lead.name if lead else "",
        "represented_title": lead.post if lead else "",
        "coordinator": coordinator.name if coordinator else "",
    }


def _place(organization: Organization) -> str:
    """The address on one line, with the city unless it is named there already."""
    lines = " ".join(organization.address.split())
    city = organization.city if organization.city.casefold() not in lines.casefold() else ""
    return ", ".join(part for part in (lines, city) if part)


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
