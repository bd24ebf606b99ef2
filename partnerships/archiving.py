"""What an organization is part of: at work it is not archived, and one with a past is never deleted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.models import Organization, Partnership
from partnerships.states import OPEN_STATUSES, Status

# In these an organization still has work to do.
WORKING = (*OPEN_STATUSES, Status.ON_HOLD)


@dataclass(frozen=True, kw_only=True)
class Tie:
    """One thing that an organization is part of. ``holds_now`` keeps it from being archived, any tie from deletion."""

    text: str
    url: str = ""
    holds_now: bool = False


def ties_of(organization: Organization, reader: User) -> list[Tie]:
    """All that the organization is part of; partnerships that ``reader`` does not see are counted, not named."""
    seen = set(
        Partnership.objects.visible_to(reader)
        .filter(participations__organization=organization)
        .values_list("pk", flat=True)
    )
    ties, hidden = [], 0
    for party in organization.participations.select_related("partnership").order_by("-joined_on", "pk"):
        works = party.left_on is None and party.partnership.status in WORKING
        if party.partnership_id in seen:
            text = _("takes part in %(name)s") if works else _("took part in %(name)s")
            name = party.partnership
            ties.append(Tie(text=text % {"name": name}, url=name.get_absolute_url(), holds_now=works))
        else:
            hidden += 1
            if works:
                text = _("takes part in a partnership that you do not see")
                ties.append(Tie(text=text, holds_now=True))
    if hidden and not any(tie.holds_now and not tie.url for tie in ties):
        words = ngettext(
            "took part in one partnership that you do not see",
            "took part in %(n)s partnerships that you do not see",
            hidden,
        )
        ties.append(Tie(text=words % {"n": hidden}))
    return ties + _other_ties(organization)


def _other_ties(organization: Organization) -> list[Tie]:
    ties = [
        Tie(text=_("runs the programme %(name)s") % {"name": programme}, holds_now=True)
        for programme in organization.programmes.order_by("name")
    ]
    for award in organization.awards.order_by("number"):
        text = _("gives the award %(number)s") if award.is_running else _("gave the award %(number)s")
        ties.append(Tie(text=text % {"number": award.number}, holds_now=award.is_running))
    people = organization.contacts.count()
    if people:
        words = ngettext("one person of the directory works there", "%(n)s people of the directory work there", people)
        ties.append(Tie(text=words % {"n": people}))
    return ties


def missing_to_archive(organization: Organization, reader: User) -> list[Tie]:
    """What must have ended before the organization can be archived."""
    return [tie for tie in ties_of(organization, reader) if tie.holds_now]
