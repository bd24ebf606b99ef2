"""One person hands their part in a partnership to the next."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.follow_up import give_follow_up, refuse_unless_followed
from partnerships.actions.team import end_role
from partnerships.actions.workplan import open_for_change
from partnerships.handing import Item, items_of, owner_field
from partnerships.models import Activity, Handover, Partnership, TeamMember, WorkPlan, record
from partnerships.sides import missing_to_end
from partnerships.workplan_states import PlanState


@transaction.atomic
def hand_over(handover: Handover, *, member: TeamMember, given: Collection[str], by: User) -> Handover:
    """Give ``handover.taker`` the role of ``member`` and the things whose keys are in ``given``: all, or nothing.

    The taker gets the role if they do not have it; the giver keeps it unless ``handover.ends_role``. What is written
    down is all that was open on that day, so that the next person reads also what was not given away.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=member.partnership_id)
    refuse_unless_followed(partnership)
    if not TeamMember.objects.current().filter(pk=member.pk).exists():
        raise ValidationError(_("This role has already ended."), code="ended")
    if handover.taker == member.contact:
        raise ValidationError({"taker": _("Nobody hands over to themselves.")}, code="same")
    items = items_of(member)
    if set(given) - {item.key for item in items if item.is_movable}:
        raise ValidationError(
            _("Something on the list was finished or given away meanwhile. Look at the list again."), code="changed"
        )
    successor = _successor(member, handover, partnership, by=by)
    for item in items:
        if item.key in given:
            MOVES[item.kind](item, member, successor, by)
    handover.partnership, handover.giver = partnership, member.contact
    handover.side, handover.role, handover.recorded_by = member.side, member.role, by
    handover.content = _content(items, given, member, successor)
    handover.full_clean()
    handover.save()
    words = {"person": str(handover.giver), "taker": str(handover.taker), "role": member.role, "side": member.side}
    record(partnership, "team.handed_over", by=by, **words, handover=handover.pk)
    if handover.ends_role:
        _end(member, partnership, by=by)
    return handover


def _successor(member: TeamMember, handover: Handover, partnership: Partnership, *, by: User) -> TeamMember:
    """The taker's membership in the giver's role, made if it is not there."""
    held = (
        TeamMember.objects.current().filter(partnership=partnership, contact=handover.taker, role=member.role).first()
    )
    if held is not None:
        if held.side != member.side:
            words = {"name": handover.taker, "side": partnership.side_label(held.side)}
            raise ValidationError({"taker": _("%(name)s has this role on the %(side)s.") % words}, code="side")
        if held.ends_on is not None and handover.ends_role:
            held.ends_on = None
            held.save(update_fields=["ends_on"])
        return held
    successor = TeamMember(
        partnership=partnership,
        contact=handover.taker,
        side=member.side,
        role=member.role,
        starts_on=timezone.localdate(),
    )
    successor.full_clean()
    successor.save()
    record(partnership, "team.joined", by=by, person=str(handover.taker), role=member.role, side=member.side)
    return successor


def _end(member: TeamMember, partnership: Partnership, *, by: User) -> None:
    if missing := missing_to_end(partnership, [member]):
        told = "; ".join(str(requirement.text) for requirement in missing)
        raise ValidationError(_("This is still missing: %(missing)s."), code="missing", params={"missing": told})
    end_role(member, partnership, by=by)


def _give_follow_up(item: Item, _member: TeamMember, successor: TeamMember, by: User) -> None:
    give_follow_up(item.row, to=successor.contact, by=by)


def _give_activity(item: Item, member: TeamMember, successor: TeamMember, by: User) -> None:
    """Change who does it. A proposed plan is taken back, for its text changes; an approved one stays approved."""
    plan = WorkPlan.objects.select_for_update(of=("self",)).get(pk=item.row.plan_id)
    plan.partnership = member.partnership
    if plan.state == PlanState.PROPOSED:
        open_for_change(plan, by=by)
    locked = Activity.objects.select_for_update(of=("self",)).get(pk=item.row.pk)
    setattr(locked, owner_field(member.side), successor)
    locked.version += 1
    locked.changed_by = by
    locked.save(update_fields=[owner_field(member.side), "version", "changed_by", "changed_at"])


def _give_risk(item: Item, _member: TeamMember, successor: TeamMember, _by: User) -> None:
    item.row.owner = successor
    item.row.version += 1
    item.row.save(update_fields=["owner", "version"])


def _give_signature(item: Item, _member: TeamMember, successor: TeamMember, _by: User) -> None:
    item.row.signatory = successor.contact
    item.row.save(update_fields=["signatory"])


MOVES: dict[str, Callable[[Item, TeamMember, TeamMember, User], None]] = {
    "follow-up": _give_follow_up,
    "activity": _give_activity,
    "risk": _give_risk,
    "signature": _give_signature,
}


def _content(items: list[Item], given: Collection[str], member: TeamMember, successor: TeamMember) -> list[dict]:
    groups: dict[str, dict] = {}
    for item in items:
        group = groups.setdefault(item.kind, {"kind": item.kind, "label": str(item.label), "rows": []})
        row = {
            "title": item.title,
            "detail": item.detail,
            "due_on": item.due_on.isoformat() if item.due_on else "",
            "url": item.url,
            "is_given": item.key in given,
        }
        if item.kind == "activity":
            owners = {"given_by": member.pk, "given_to": successor.pk}
            row |= {"number": item.row.number, "side": member.side, **owners}
        group["rows"].append(row)
    return list(groups.values())
