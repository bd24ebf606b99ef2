"""Acts on a partnership: start it, change it, move its status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.directory import create_organization
from partnerships.actions.names import free_reference, free_slug
from partnerships.facts import known_facts
from partnerships.guards import Move, sides_to_agree, status_move, step_of_both_sides
from partnerships.models import Organization, Participation, Partnership, Phase, PhaseDefinition, record
from partnerships.permissions import approving_roles, can_edit_partnership
from partnerships.states import PhaseState, Side, Status, can_become
from twinning.locking import claim_version


@transaction.atomic
def create_partnership(
    partnership: Partnership,
    *,
    host: Organization,
    resource: Organization,
    by: User,
    topics: Iterable = (),
) -> Partnership:
    """Save a new partnership with an organization on each side and the phases of its model; the first one opens.

    ``host`` and ``resource`` may be new organizations that are not saved yet.
    """
    for organization in (host, resource):
        if organization.pk is None:
            create_organization(organization, by=by)
        elif organization.is_archived:
            raise ValidationError(_("%(name)s is archived."), code="archived", params={"name": organization})
    if host == resource:
        raise ValidationError(_("An organization cannot partner with itself."), code="same")
    partnership.status = Status.PROPOSED
    partnership.coordinator = partnership.coordinator if partnership.coordinator_id else by
    partnership.slug = free_slug(Partnership, partnership.name)
    partnership.reference = free_reference(Partnership)
    partnership.full_clean()
    partnership._history_user = by
    partnership.save()
    partnership.topics.set(topics)
    for side, organization in ((Side.HOST, host), (Side.RESOURCE, resource)):
        Participation.objects.create(partnership=partnership, organization=organization, side=side, is_lead=True)
    copy_phases(partnership, cycle=1)
    record(partnership, "partnership.created", by=by, organizations=[str(host), str(resource)])
    return partnership


def copy_phases(partnership: Partnership, *, cycle: int, opened: PhaseDefinition | None = None) -> Phase:
    """Make the phases of a cycle; the one of ``opened``, or else the first, is open and given back."""
    definitions = list(partnership.phase_model.phases.filter(is_retired=False))
    opened = opened or definitions[0]
    for definition in definitions:
        is_open = definition == opened
        made = Phase.objects.create(
            partnership=partnership,
            definition=definition,
            cycle=cycle,
            state=PhaseState.OPEN if is_open else PhaseState.PLANNED,
            opened_on=timezone.localdate() if is_open else None,
        )
        if is_open:
            first = made
    return first


@transaction.atomic
def start_cycle(partnership: Partnership, *, by: User) -> int:
    """Begin the next cycle of the phase model (year 2, year 3 …); returns its number."""
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    refuse_unless_open(locked)
    unfinished = locked.phases.filter(state__in=[PhaseState.PLANNED, PhaseState.OPEN]).exists()
    if unfinished:
        raise ValidationError(_("Finish or skip every phase of this cycle first."), code="unfinished")
    cycle = (locked.phases.order_by("-cycle").values_list("cycle", flat=True).first() or 0) + 1
    copy_phases(locked, cycle=cycle)
    record(locked, "cycle.started", by=by, cycle=cycle)
    return cycle


@transaction.atomic
def change_partnership(partnership: Partnership, *, seen_version: int, topics: Iterable, by: User) -> Partnership:
    """Save an edited partnership if nobody else did since ``seen_version`` was read; otherwise StaleError."""
    claim_version(partnership, seen_version)
    partnership.full_clean()
    partnership._history_user = by
    partnership.save()
    partnership.topics.set(topics)
    record(partnership, "partnership.changed", by=by)
    return partnership


@transaction.atomic
def change_status(
    partnership: Partnership,
    new: str,
    *,
    by: User,
    reason: str = "",
    restart_on: date | None = None,
    obligations: str = "",
) -> None:
    """Move the status along its table; what is missing may be waived with a reason, unless it cannot be.

    Only who may change the partnership sets something aside. A lead or coordinator who takes the step agrees to it for
    their side. On hold asks for the day on which work is expected to go on, terminated for the obligations left.
    """
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    old = locked.status
    if not can_become(old, new):
        raise ValidationError(
            _("A partnership that is %(old)s cannot become %(new)s."),
            code="transition",
            params={"old": Status(old).label.lower(), "new": Status(new).label.lower() if new in Status else new},
        )
    move = status_move(locked, new, agreed=approving_roles(by, locked))
    may_waive = can_edit_partnership(by, locked)
    if held := [each for each in move.missing if not (each.waivable and may_waive)]:
        missing = ", ".join(str(requirement.text) for requirement in held)
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": missing})
    if move.needs_reason and not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    said = _said_with(move, restart_on=restart_on, obligations=obligations.strip())
    locked.status = partnership.status = new
    locked.version += 1
    locked._history_user = by
    partnership.version = locked.version
    locked.save(update_fields=["status", "version"])
    waived = [str(requirement.text) for requirement in move.missing]
    record(locked, "partnership.status_changed", by=by, old=old, new=new, reason=reason.strip(), waived=waived, **said)


def _said_with(move: Move, *, restart_on: date | None, obligations: str) -> dict[str, str]:
    """What the new status asks for besides the reason, for the history."""
    if move.asks == "restart_on":
        if restart_on is None or restart_on <= timezone.localdate():
            text = _("Write the day, still to come, on which you expect to go on. It may be a guess.")
            raise ValidationError({"restart_on": text})
        return {"restart_on": restart_on.isoformat()}
    if move.asks == "obligations":
        if not obligations:
            text = _("Write what each side still owes the other, such as reports, equipment or data; or “none”.")
            raise ValidationError({"obligations": text})
        return {"obligations": obligations}
    return {}


@transaction.atomic
def agree_to_step(partnership: Partnership, *, by: User) -> str:
    """A lead or coordinator agrees for their side to the step that both sides take; gives back the step's status."""
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    new = step_of_both_sides(locked)
    if not new:
        raise ValidationError(_("No step is waiting for the agreement of both sides."), code="transition")
    own = approving_roles(by, locked)
    sides = [side for side in sides_to_agree(known_facts(locked)) if side in own]
    if not sides:
        raise ValidationError(_("Your side has agreed already."), code="agreed")
    for side in sides:
        record(locked, "partnership.step_agreed", by=by, side=side, old=locked.status, new=new)
    return new


@transaction.atomic
def withdraw_from_step(partnership: Partnership, *, by: User) -> str:
    """A side takes its agreement back while the step has not been taken; gives back the step's status."""
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    own, open_sides = approving_roles(by, locked), sides_to_agree(known_facts(locked))
    sides = [side for side in own if side not in open_sides]
    new = step_of_both_sides(locked)
    if not new or not sides:
        raise ValidationError(_("There is no agreement of your side to take back."), code="transition")
    for side in sides:
        record(locked, "partnership.step_withdrawn", by=by, side=side, old=locked.status, new=new)
    return new


def refuse_unless_open(partnership: Partnership) -> None:
    if not partnership.is_open:
        raise ValidationError(
            _("This partnership is %(status)s; nothing more can be changed in it."),
            code="closed",
            params={"status": partnership.get_status_display().lower()},
        )
