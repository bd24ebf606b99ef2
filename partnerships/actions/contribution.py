"""Writing down contributions, changing them, and their evidence. For their steps see contribution_steps.py."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.follow_up import refuse_unless_followed
from partnerships.contribution_guards import impossible_time
from partnerships.contribution_states import EDITABLE, TIME_UNITS, ContributionKind, ContributionState
from partnerships.models import Contribution, ContributionFile, Partnership, TeamMember, record
from partnerships.valuation import value_it
from twinning.locking import claim_version
from twinning.money import rounded
from twinning.uploads import IMAGES, OFFICE, PDF, checked_upload, digest_of, safe_name

# What may be attached as evidence, and how much of it.
EVIDENCE = {**PDF, **IMAGES, **{ending: OFFICE[ending] for ending in ("docx", "xlsx", "odt", "ods")}}
MOST_FILES = 20
MOST_WORTH = Decimal(10) ** 14
FIELDS = (
    "kind participation person starts_on ends_on description role quantity unit rate rate_basis rate_from rate_source "
    "currency value base_currency base_value fx_rate fx_on fx_source match is_counted_elsewhere"
).split()


@transaction.atomic
def add_contribution(contribution: Contribution, *, from_table: bool, by: User) -> Contribution:
    """Write down a gift as a draft; ``from_table`` values working time by the rate of its role on that day."""
    partnership = lock_partnership(contribution.partnership)
    refuse_unless_followed(partnership)
    last = partnership.contributions.aggregate(last=Max("number"))["last"] or 0
    contribution.partnership, contribution.number, contribution.created_by = partnership, last + 1, by
    _prepare(contribution, from_table=from_table)
    contribution.save()
    tell_of(contribution, "contribution.added", by=by)
    return contribution


@transaction.atomic
def change_contribution(contribution: Contribution, *, from_table: bool, seen_version: int, by: User) -> Contribution:
    """Save an edited one if nobody else did since ``seen_version`` was read; what was confirmed is a draft again."""
    partnership = lock_partnership(contribution.partnership)
    refuse_unless_followed(partnership)
    claim_version(contribution, seen_version)
    before = Contribution.objects.get(pk=contribution.pk)
    if before.state not in EDITABLE:
        raise ValidationError(
            _("A contribution that is %(state)s is not changed any more."),
            code="frozen",
            params={"state": before.get_state_display().lower()},
        )
    contribution.partnership = partnership
    _prepare(contribution, from_table=from_table)
    cleared = clear_steps(contribution) if before.state != ContributionState.DRAFT else []
    contribution.save(update_fields=[*FIELDS, *cleared, "version"])
    tell_of(contribution, "contribution.changed_again" if cleared else "contribution.changed", by=by)
    return contribution


def clear_steps(contribution: Contribution) -> list[str]:
    """Back to a draft, unsaved: nobody has confirmed these words. Gives the names of the fields."""
    contribution.state = ContributionState.DRAFT
    contribution.confirmed_by = contribution.confirmed_at = contribution.verified_by = contribution.verified_at = None
    contribution.confirmed_how = contribution.confirm_note = ""
    return "state confirmed_by confirmed_at verified_by verified_at confirmed_how confirm_note".split()


def _prepare(contribution: Contribution, *, from_table: bool) -> None:
    """Value it, and refuse what cannot be."""
    _refuse_wrong_measure(contribution)
    _refuse_stranger(contribution)
    value_it(contribution, from_table=from_table)
    worth = max(contribution.value or 0, contribution.base_value or 0)
    if worth >= MOST_WORTH:
        raise ValidationError({"quantity": _("This is worth more than can be written down here. Is it right?")})
    if contribution.value is not None and not contribution.value:
        smallest = rounded(Decimal(0), contribution.currency)
        raise ValidationError({"rate": _("Together this is worth %(zero)s. Write more.") % {"zero": smallest}})
    contribution.full_clean()


def _refuse_wrong_measure(contribution: Contribution) -> None:
    if contribution.kind == ContributionKind.TIME and contribution.unit not in TIME_UNITS:
        raise ValidationError({"unit": _("Working time is written down in hours or days.")})
    if contribution.starts_on <= contribution.ends_on and impossible_time(contribution):
        raise ValidationError({"quantity": _("Nobody works that long between the first day and the last.")})
    for name in ("quantity", "rate"):
        amount = getattr(contribution, name)
        if amount is not None and amount <= 0:
            raise ValidationError({name: _("Write a number of more than zero.")})


def _refuse_stranger(contribution: Contribution) -> None:
    """The organization takes part, and was there then; the person works there or stands on its side of the team."""
    party, person = contribution.participation, contribution.person
    if party.partnership_id != contribution.partnership.pk:
        raise ValidationError({"participation": _("This organization does not take part in the partnership.")})
    if party.left_on and contribution.starts_on > party.left_on:
        words = _("%(name)s left the partnership on %(day)s, before this day.")
        raise ValidationError({"starts_on": words % {"name": party.organization, "day": date_format(party.left_on)}})
    if person is None or person.organization_id == party.organization_id:
        return
    if not TeamMember.objects.filter(partnership=contribution.partnership, contact=person, side=party.side).exists():
        words = _("%(name)s does not work at %(organization)s and is not on its side of the team.")
        raise ValidationError({"person": words % {"name": person, "organization": party.organization}})


@transaction.atomic
def attach_evidence(contribution: Contribution, upload: UploadedFile, *, by: User) -> ContributionFile:
    """Keep a file that proves the gift; the same file twice is refused. A rejected one needs no proof."""
    content_type = checked_upload(upload, EVIDENCE, most=settings.MAX_UPLOAD_BYTES)
    lock_partnership(contribution.partnership)
    locked = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    if locked.state == ContributionState.REJECTED:
        raise ValidationError(_("This contribution was rejected; nothing is attached to it any more."), code="frozen")
    if locked.files.count() >= MOST_FILES:
        raise ValidationError(
            _("There are %(n)s files already; that is enough."), code="many", params={"n": MOST_FILES}
        )
    digest = digest_of(upload)
    if locked.files.filter(sha256=digest).exists():
        raise ValidationError(_("This file is attached already."), code="same")
    kept = ContributionFile(
        contribution=locked,
        name=safe_name(upload.name),
        content_type=content_type,
        size=upload.size,
        sha256=digest,
        added_by=by,
    )
    kept.file.save(kept.name, upload, save=False)
    kept.save()
    tell_of(contribution, "contribution.evidence_added", by=by, name=kept.name)
    return kept


@transaction.atomic
def remove_evidence(file: ContributionFile, *, by: User) -> None:
    """Take away a file that was attached by mistake, as long as nobody has verified the gift with it."""
    contribution = file.contribution
    lock_partnership(contribution.partnership)
    locked = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    if locked.state not in (ContributionState.DRAFT, ContributionState.CONFIRMED):
        raise ValidationError(
            _("What was %(state)s keeps its evidence."),
            code="frozen",
            params={"state": locked.get_state_display().lower()},
        )
    file.delete()
    storage, name = file.file.storage, file.file.name
    transaction.on_commit(lambda: storage.delete(name), robust=True)
    tell_of(contribution, "contribution.evidence_removed", by=by, name=file.name)


def lock_partnership(partnership: Partnership) -> Partnership:
    """The partnership is locked first, as everywhere: its contributions get their numbers one after the other."""
    return (
        Partnership.objects.select_for_update(of=("self",))
        .select_related("programme", "work_plan")
        .get(pk=partnership.pk)
    )


def tell_of(contribution: Contribution, verb: str, *, by: User, **words) -> None:
    giver = str(contribution.participation.organization)
    record(
        contribution.partnership, verb, by=by, code=contribution.code, title=contribution.title, giver=giver, **words
    )
