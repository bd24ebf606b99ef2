"""Agreements for tests, brought to a state by the same actions that people use."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from accounts.models import User
from partnerships.actions.acceptance import enter_acceptance
from partnerships.actions.agreement import create_agreement, save_text
from partnerships.actions.agreement_steps import move_agreement
from partnerships.agreement_content import PartyChoice
from partnerships.agreement_states import AgreementState
from partnerships.models import Agreement, AgreementParty, Partnership

number = count(1)
TEXT = "## Purpose\n\nThe parties train midwives together.\n\n## Term\n\nThis memorandum lasts for two years."
STEPS = (AgreementState.IN_NEGOTIATION, AgreementState.FINAL_TEXT, AgreementState.OUT_FOR_SIGNATURE)


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def make_agreement(
    partnership: Partnership,
    *,
    state: str = AgreementState.DRAFT,
    body: str = TEXT,
    by: User | None = None,
    parties: dict | None = None,
    **fields,
) -> Agreement:
    """An agreement between all that take part, with a text in English and an end in two years, in ``state``."""
    by = by or partnership.coordinator
    fields.setdefault("ends_on", today(730))
    fields.setdefault("title", f"Agreement {next(number)}")
    if parties is None:
        parties = {each: PartyChoice() for each in partnership.participations.current()}
    agreement = create_agreement(Agreement(partnership=partnership, **fields), parties=parties, by=by)
    if body:
        agreement = save_text(
            agreement, language="en", body=body, prevails=False, seen_version=agreement.version, by=by
        )
    wanted = AgreementState(state)
    for step in STEPS[: STEPS.index(wanted) + 1] if wanted in STEPS else STEPS:
        if wanted != AgreementState.DRAFT:
            agreement = move_agreement(agreement, step, by=by)
    if wanted == AgreementState.PARTLY_SIGNED:
        sign(agreement, agreement.parties.first())
    elif wanted in (AgreementState.SIGNED, AgreementState.IN_FORCE):
        sign_all(agreement)
    agreement.refresh_from_db()
    return agreement


def sign(agreement: Agreement, party: AgreementParty, *, signed_on: date | None = None) -> None:
    """``party`` accepts by e-mail."""
    agreement.refresh_from_db()
    enter_acceptance(
        agreement,
        party,
        mode="email",
        seen_hash=agreement.content_hash,
        name="Dr Signatory",
        signed_on=signed_on or today(),
        note="She wrote: we agree.",
        by=agreement.partnership.coordinator,
    )


def sign_all(agreement: Agreement) -> Agreement:
    for party in agreement.parties.filter(is_required=True):
        sign(agreement, party)
    agreement.refresh_from_db()
    return agreement


def on_day(agreement: Agreement, **days: int) -> Agreement:
    """The same agreement with its dates moved: ``runs_until=30`` ends it in thirty days."""
    moved = {name: today(value) for name, value in days.items()}
    Agreement.objects.filter(pk=agreement.pk).update(**moved)
    agreement.refresh_from_db()
    return agreement
