"""Contributions and rates for tests, brought to a state by the same actions that people use."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from partnerships.actions.contribution import add_contribution, attach_evidence
from partnerships.actions.contribution_steps import (
    confirm_contribution,
    count_contribution,
    reject_contribution,
    verify_contribution,
)
from partnerships.actions.meeting import add_meeting
from partnerships.actions.rate import add_exchange_rate, add_role_rate
from partnerships.contribution_states import ContributionState
from partnerships.meeting_time import Presence
from partnerships.models import Contact, Contribution, ExchangeRate, Meeting, Partnership, RoleRate
from tests.factories.people import make_contact, make_user

number = count(1)


def day(n: int = 0) -> date:
    return timezone.localdate() + timedelta(days=n)


def make_contribution(
    partnership: Partnership,
    *,
    side: str = "resource",
    kind: str = "supplies",
    state: str = "draft",
    by: User | None = None,
    from_table: bool = False,
    **fields,
) -> Contribution:
    """Two boxes of gloves worth 50 USD each, ten days ago; working time names a person of its own, worth 20 an hour."""
    by = by or partnership.coordinator
    party = fields.pop("participation", None) or partnership.participations.filter(side=side).first()
    fields.setdefault("description", f"Gift {next(number)}")
    fields.setdefault("starts_on", day(-10))
    fields.setdefault("ends_on", fields["starts_on"])
    fields.setdefault("currency", "USD")
    if kind == "time":
        fields.setdefault("person", None if "person" in fields else make_contact(organization=party.organization))
        fields.setdefault("role", "Midwife")
        fields.setdefault("unit", "hour")
    fields.setdefault("quantity", Decimal(2))
    fields.setdefault("unit", "package")
    if not from_table:
        fields.setdefault("rate", Decimal(20 if kind == "time" else 50))
        fields.setdefault("rate_basis", "market" if fields["rate"] is not None else "")
    fields.setdefault("match", "yes")
    contribution = add_contribution(
        Contribution(partnership=partnership, participation=party, kind=kind, **fields), from_table=from_table, by=by
    )
    return bring(contribution, state, by=by)


def bring(contribution: Contribution, state: str, *, by: User) -> Contribution:
    """``contribution``, a draft, in the state ``state``."""
    wanted = ContributionState(state)
    if wanted == ContributionState.REJECTED:
        return reject_contribution(contribution, reason="It was a mistake", by=by)
    if wanted != ContributionState.DRAFT:
        contribution = confirm_contribution(contribution, how="email", note="She wrote: yes.", by=by)
    if wanted in (ContributionState.VERIFIED, ContributionState.COUNTED):
        if contribution.kind != "time":
            make_evidence(contribution, by=by)
        contribution = verify_contribution(contribution, by=by)
    if wanted == ContributionState.COUNTED:
        contribution = count_contribution(contribution, has_looked=True, by=by)
    return contribution


def make_evidence(contribution: Contribution, *, by: User, name: str = "receipt.pdf", content: bytes = b""):
    upload = SimpleUploadedFile(name, content or b"%PDF-1.7 " + str(next(number)).encode())
    return attach_evidence(contribution, upload, by=by)


def make_role_rate(role: str = "Midwife", rate: int | str = 20, *, by: User | None = None, **fields) -> RoleRate:
    fields = {"currency": "USD", "unit": "hour", "valid_from": date(2020, 1, 1), "source": "A survey"} | fields
    row, _n = add_role_rate(RoleRate(role=role, rate=Decimal(rate), **fields), by=by or make_user(is_admin=True))
    return row


def make_exchange_rate(
    currency: str = "KES", into: str = "USD", rate: str = "0.008", *, on: date | None = None, by: User | None = None
) -> ExchangeRate:
    row, _n = add_exchange_rate(
        ExchangeRate(currency=currency, into=into, rate=Decimal(rate), valid_on=on or day(-20), source="Central Bank"),
        by=by or make_user(is_admin=True),
    )
    return row


def make_meeting(
    partnership: Partnership,
    *people: Contact | tuple[Contact, int],
    at: datetime | None = None,
    minutes: int = 60,
    role: str = "Trainer",
    by: User | None = None,
    **fields,
) -> Meeting:
    """A call of an hour, two days ago at noon, with ``people``: a contact, or a contact and their minutes."""
    at = at or datetime.combine(day(-2), time(12), tzinfo=UTC)
    fields.setdefault("title", f"Call {next(number)}")
    stays = [one if isinstance(one, tuple) else (one, None) for one in people]
    present = [Presence(contact=contact, minutes=long, role=role) for contact, long in stays]
    meeting = Meeting(partnership=partnership, starts_at=at, minutes=minutes, **fields)
    return add_meeting(meeting, present=present, by=by or partnership.coordinator)
