"""What a side of a partnership must keep, whoever leaves. The pages, the buttons and the actions ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.guards import Requirement
from partnerships.models import Participation, Partnership, TeamMember
from partnerships.permissions import EDITING_ROLES
from partnerships.states import Side, Status, TeamRole
from partnerships.waiting import Waiting

# While it is in one of these, a side is never left without somebody who answers for it.
STAFFED_STATUSES = (Status.ACTIVE, Status.ON_HOLD, Status.GRADUATING)
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


def sides_waiting(user: User) -> Iterator[Waiting]:
    """For settings.WAITING_PROVIDERS: sides that run out of coordinators in partnerships that ``user`` steers.

    A role with an end runs out by itself; nobody is asked then, so people are told before.
    """
    today = timezone.localdate()
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    steered = Partnership.objects.filter(
        Q(coordinator=user) | Q(pk__in=editing.values("partnership")), status__in=STAFFED_STATUSES
    )
    recent = Q(ends_on__isnull=True) | Q(ends_on__gte=today - WARNING)
    coordinators = TeamMember.objects.filter(
        recent, partnership__in=steered.order_by().values("pk"), role=TeamRole.COORDINATOR
    )
    rows = coordinators.select_related("partnership__programme", "contact").order_by(
        "partnership__name", "partnership", "pk"
    )
    by_side: dict[tuple[int, str], list[TeamMember]] = {}
    for member in rows:
        by_side.setdefault((member.partnership_id, member.side), []).append(member)
    for members in by_side.values():
        if any(member.ends_on is None or member.ends_on > today + WARNING for member in members):
            continue
        last = max(members, key=lambda member: member.ends_on)
        words = {"name": last.contact, "side": last.partnership.side_label(last.side)}
        yield Waiting(
            kind="coordinator",
            title=last.partnership.name,
            text=_("%(name)s is the last coordinator of the %(side)s, and the role ends") % words,
            url=reverse("partnerships:partnership-team", args=[last.partnership.slug]),
            action=_("Name another one"),
            due_on=last.ends_on,
            is_late=last.ends_on < today,
        )
