"""What one person in a partnership has in hand, so that the next one can take it over. Nothing here writes.

Each app adds what it knows through settings.HANDOVER_SOURCES: functions of a membership that yield items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from partnerships.agreement_states import AgreementState
from partnerships.award_states import TO_SEND
from partnerships.models import Acceptance, Activity, AgreementParty, Award, FollowUp, PlanVersion, Risk, TeamMember
from partnerships.states import Side
from partnerships.workplan_states import OPEN_PROGRESS, RiskState

TO_SIGN = (
    AgreementState.DRAFT,
    AgreementState.IN_NEGOTIATION,
    AgreementState.FINAL_TEXT,
    AgreementState.OUT_FOR_SIGNATURE,
    AgreementState.PARTLY_SIGNED,
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing in a person's hands. What cannot be given away says in ``detail`` where it goes."""

    kind: str
    label: str
    pk: int
    title: str
    url: str
    detail: str = ""
    due_on: date | None = None
    is_movable: bool = True
    row: Model | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def due(self) -> str:
        return date_format(self.due_on) if self.due_on else ""


def items_of(member: TeamMember) -> list[Item]:
    """All that is open for a person in a partnership, kind by kind."""
    return [item for path in settings.HANDOVER_SOURCES for item in import_string(path)(member)]


def grouped(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.label, []).append(item)
    return list(groups.items())


def own_items(member: TeamMember) -> Iterator[Item]:
    """For settings.HANDOVER_SOURCES: follow-ups, activities, risks, signatures, reports to donors."""
    yield from _follow_ups(member)
    yield from _activities(member)
    yield from _risks(member)
    yield from _signatures(member)
    yield from _reports(member)


def _follow_ups(member: TeamMember) -> Iterator[Item]:
    rows = FollowUp.objects.open().filter(partnership=member.partnership, owner=member.contact)
    for row in rows.for_list():
        yield Item(
            kind="follow-up",
            label=_("Open follow-ups"),
            pk=row.pk,
            title=row.title,
            due_on=row.due_on,
            url=row.get_absolute_url(),
            row=row,
        )


def owner_field(side: str) -> str:
    return "host_owner" if side == Side.HOST else "resource_owner"


def _activities(member: TeamMember) -> Iterator[Item]:
    rows = Activity.objects.filter(
        plan__partnership=member.partnership, progress__in=OPEN_PROGRESS, **{owner_field(member.side): member}
    )
    for row in rows.select_related("plan__partnership").order_by("ends_on", "number"):
        yield Item(
            kind="activity",
            label=_("Open activities of the work plan"),
            pk=row.pk,
            title=f"{row.code} {row.title}",
            due_on=row.ends_on,
            url=row.get_absolute_url(),
            row=row,
        )


def _risks(member: TeamMember) -> Iterator[Item]:
    rows = Risk.objects.filter(plan__partnership=member.partnership, owner=member).exclude(
        state__in=(RiskState.CLOSED, RiskState.HAPPENED)
    )
    for row in rows.select_related("plan__partnership").order_by("number"):
        yield Item(
            kind="risk",
            label=_("Risks that they watch"),
            pk=row.pk,
            title=f"{row.code} {row.title}",
            url=f"{reverse('partnerships:risk-list', args=[member.partnership.slug])}#{row.code}",
            row=row,
        )


def _signatures(member: TeamMember) -> Iterator[Item]:
    signed = Acceptance.objects.live().filter(agreement__partnership=member.partnership)
    done = set(signed.values_list("agreement", "participation"))
    rows = AgreementParty.objects.filter(
        agreement__partnership=member.partnership, agreement__state__in=TO_SIGN, signatory=member.contact
    )
    for row in rows.select_related("agreement").order_by("pk"):
        if (row.agreement_id, row.participation_id) not in done:
            yield Item(
                kind="signature",
                label=_("Agreements to sign"),
                pk=row.pk,
                title=row.agreement.title,
                detail=row.agreement.get_state_display(),
                url=row.agreement.get_absolute_url(),
                row=row,
            )


def _reports(member: TeamMember) -> Iterator[Item]:
    if member.contact.user_id is None:
        return
    awards = Award.objects.filter(shares__partnership=member.partnership, responsible=member.contact.user_id)
    for award in awards.select_related("donor").prefetch_related("periods").order_by("pk"):
        due = next((period.due_on for period in award.periods.all() if period.state in TO_SEND), None)
        yield Item(
            kind="award",
            label=_("Reports to donors"),
            pk=award.pk,
            title=f"{award.number} · {award.donor}",
            detail=_("Goes to whoever is named on the page of the award."),
            due_on=due,
            url=award.get_absolute_url(),
            is_movable=False,
        )


def as_handed_over(version: PlanVersion) -> dict:
    """What both sides approved, with the owners of today where activities were handed over since.

    A handover needs nobody's approval: it changes who does a thing, not what is done. The version keeps its words.
    """
    content = deepcopy(version.content)
    by_number = {
        activity["number"]: activity for objective in content["objectives"] for activity in objective["activities"]
    }
    for handover in version.plan.partnership.handovers.filter(at__gt=version.approved_at).order_by("at", "pk"):
        for row in (row for group in handover.content for row in group["rows"] if "number" in row and row["is_given"]):
            field, activity = owner_field(row["side"]), by_number.get(row["number"])
            if activity and activity[field] and activity[field]["member"] == row["given_by"]:
                activity[field] = {"member": row["given_to"], "name": str(handover.taker)}
    return content
