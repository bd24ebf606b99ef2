"""What a side of a partnership must keep, whoever leaves. The pages, the buttons and the actions ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.guards import Requirement
from partnerships.models import Participation, Partnership, TeamMember
from partnerships.states import OPEN_STATUSES, Side, Status, TeamRole
from partnerships.waiting import Waiting

# While it is in one of these, a side that has somebody who answers for it is never left without. Plans, agreements and
# exchanges are made from the first day on, and lean on these people.
STAFFED_STATUSES = (*OPEN_STATUSES, Status.ON_HOLD)
FOCAL_ROLES = (TeamRole.COORDINATOR, TeamRole.LEAD)
WARNING = timedelta(days=30)


def missing_to_end(partnership: Partnership, ending: Collection[TeamMember]) -> list[Requirement]:
    """What a side would lack if the roles ``ending`` all ended: its last coordinator stays, or has a successor."""
    if partnership.status not in STAFFED_STATUSES:
        return []
    gone = {member.pk for member in ending}
    staying = [
        member for member in TeamMember.objects.current().filter(partnership=partnership) if member.pk not in gone
    ]
    missing = []
    for side in Side:
        lost = {member.role for member in ending if member.side == side}
        kept = {member.role for member in staying if member.side == side}
        words = {"side": partnership.side_label(side)}
        if TeamRole.COORDINATOR in lost and TeamRole.COORDINATOR not in kept:
            text = _("another coordinator on the %(side)s: hand over to somebody, or add one to the team first")
            missing.append(Requirement(fact=f"coordinator:{side}", text=text % words, waivable=False))
        elif TeamRole.LEAD in lost and not kept.intersection(FOCAL_ROLES):
            text = _("another lead or coordinator on the %(side)s: hand over to somebody, or add one first")
            missing.append(Requirement(fact=f"lead:{side}", text=text % words, waivable=False))
    return missing


def people_who_leave(participation: Participation) -> list[TeamMember]:
    """The roles that end with an organization's part: those of its people on its side."""
    team = TeamMember.objects.current().filter(
        partnership=participation.partnership_id,
        side=participation.side,
        contact__organization=participation.organization_id,
    )
    return list(team.select_related("contact"))


def others_on_its_side(participation: Participation) -> list[Participation]:
    others = Participation.objects.current().filter(partnership=participation.partnership_id, side=participation.side)
    return list(others.exclude(pk=participation.pk).select_related("organization"))


def missing_to_leave(participation: Participation) -> list[Requirement]:
    """What must be there before an organization leaves: another one on its side, and who coordinates it."""
    missing = []
    if not others_on_its_side(participation):
        words = {"side": participation.partnership.side_label(participation.side)}
        text = _(
            "another organization on the %(side)s: it is the only organization on its side. Add another one first, "
            "or close the partnership"
        )
        missing.append(Requirement(fact="sides:two", text=text % words, waivable=False))
    return missing + missing_to_end(participation.partnership, people_who_leave(participation))


def organizations_without_people(partnership: Partnership) -> list[str]:
    """Names of organizations that take part and have nobody on the team; reads prefetched rows."""
    at_work = {member.contact.organization_id for member in partnership.team.all() if member.is_current}
    return [
        party.organization.display_short
        for party in partnership.participations.all()
        if party.left_on is None and party.organization_id not in at_work
    ]


def sides_waiting(partnerships: Iterable[Partnership]) -> Iterator[Waiting]:
    """Sides whose last coordinator's role runs out, in partnerships that somebody steers; reads prefetched ``team``.

    A role with an end runs out by itself; nobody is asked then, so people are told before.
    """
    today = timezone.localdate()
    for partnership in partnerships:
        if partnership.status not in STAFFED_STATUSES:
            continue
        for side in Side:
            own = [each for each in partnership.team.all() if (each.side, each.role) == (side, TeamRole.COORDINATOR)]
            last = max(own, key=lambda member: member.ends_on or date.max, default=None)
            if last is None or last.ends_on is None or not -WARNING <= last.ends_on - today <= WARNING:
                continue
            words = {"name": last.contact, "side": partnership.side_label(side)}
            yield Waiting(
                kind="coordinator",
                title=partnership.name,
                text=_("%(name)s is the last coordinator of the %(side)s, and the role ends") % words,
                url=reverse("partnerships:partnership-team", args=[partnership.slug]),
                action=_("Name another one"),
                due_on=last.ends_on,
                is_late=last.ends_on < today,
            )
