"""What waits for a person in the records of their partnerships, for settings.WAITING_ROWS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.agreement_states import EDITABLE, EXPIRING_DAYS, SIGNABLE, AgreementState, Relation
from partnerships.facts import agreed_to_step
from partnerships.models import (
    Acceptance,
    Activity,
    Agreement,
    AgreementParty,
    FollowUp,
    Partnership,
    PlanApproval,
    TeamMember,
)
from partnerships.permissions import APPROVING_ROLES, EDITING_ROLES, SIGNING_ROLES
from partnerships.states import STEPS_OF_BOTH_SIDES, Side
from partnerships.waiting import Row, Waiting, WaitingRows
from partnerships.workplan_states import PlanState


def steered_by(user: User):
    """The partnerships whose records ``user`` may change as their coordinator or by a role on the team."""
    editing = TeamMember.objects.current().filter(contact__user=user, role__in=EDITING_ROLES)
    return Partnership.objects.filter(Q(coordinator=user) | Q(pk__in=editing.values("partnership")))


# The partnership itself


def step_rows(user: User) -> Iterator[WaitingRows]:
    """Partnerships of which one side agreed to the step of both, and ``user`` speaks for the other."""
    speaks = TeamMember.objects.current().filter(
        contact__user=user, role__in=APPROVING_ROLES, partnership=OuterRef("pk")
    )
    asked = Q()
    for side, other in (Side.values, Side.values[::-1]):
        agreed = {one: Exists(agreed_to_step(one).filter(partnership=OuterRef("pk"))) for one in (side, other)}
        asked |= Q(Exists(speaks.filter(side=side))) & Q(agreed[other]) & ~Q(agreed[side])
    yield WaitingRows(
        found=Partnership.objects.filter(asked, status__in=[old for old, _new in STEPS_OF_BOTH_SIDES]),
        tell=_to_agree, key="status", title="name", partnership="",
    )  # fmt: skip


def _to_agree(row: Row) -> Waiting:
    new = next(new for old, new in STEPS_OF_BOTH_SIDES if old == row.key)
    return Waiting(
        kind="step-to-agree",
        title=row.title,
        text=_("The other side agreed that it becomes “%(status)s”: agree for your side, or talk about it")
        % {"status": new.label},
        url=reverse("partnerships:partnership-status", args=[row.slug]),
        action=_("Decide"),
    )


# Follow-ups


def follow_up_rows(user: User) -> Iterator[WaitingRows]:
    """What ``user`` is to do, and what in the partnerships they steer nobody does."""
    mine = FollowUp.objects.filter(partnership__in=Partnership.objects.mine(user)).owned_by(user).open()
    yield WaitingRows(found=mine, tell=_follow_up, due_on="due_on")
    lost = steered_by(user).annotate(
        n_lost=Count("followups", filter=Q(followups__in=FollowUp.objects.without_owner()))
    )
    yield WaitingRows(found=lost.filter(n_lost__gt=0), tell=_lost, title="name", partnership="", n="n_lost")
    overdue = FollowUp.objects.overdue().exclude(owner__user=user)
    late = steered_by(user).annotate(n_late=Count("followups", filter=Q(followups__in=overdue)))
    yield WaitingRows(found=late.filter(n_late__gt=0), tell=_late, title="name", partnership="", n="n_late")


def _follow_up(row: Row) -> Waiting:
    return Waiting(
        kind="follow-up",
        title=row.title,
        text=f"{_('Your follow-up')} · {row.partnership}",
        url=reverse("partnerships:follow-up-detail", args=[row.slug, row.key]),
        action=_("Open"),
        due_on=row.due_on,
        is_late=row.is_late,
    )


def _lost(row: Row) -> Waiting:
    return Waiting(
        kind="follow-ups-lost",
        title=row.title,
        text=ngettext(
            "%(n)s follow-up belongs to somebody who left the team: give it to another person",
            "%(n)s follow-ups belong to people who left the team: give them to others",
            row.n,
        )
        % {"n": row.n},
        url=f"{reverse('partnerships:partnership-follow-ups', args=[row.slug])}?owner=left",
        action=_("Give away"),
    )


def _late(row: Row) -> Waiting:
    return Waiting(
        kind="follow-ups-late",
        title=row.title,
        text=ngettext(
            "%(n)s follow-up of another person is overdue", "%(n)s follow-ups of other people are overdue", row.n
        )
        % {"n": row.n},
        url=f"{reverse('partnerships:partnership-follow-ups', args=[row.slug])}?overdue=on",
        action=_("Look"),
    )


# Agreements


def agreement_rows(user: User) -> Iterator[WaitingRows]:
    """What ``user`` is to sign, and what soon ends in the partnerships they steer."""
    speaks = TeamMember.objects.current().filter(
        contact__user=user,
        role__in=SIGNING_ROLES,
        partnership=OuterRef("participation__partnership"),
        side=OuterRef("participation__side"),
        contact__organization=OuterRef("participation__organization"),
    )
    accepted = Acceptance.objects.live().filter(
        agreement=OuterRef("agreement"), participation=OuterRef("participation")
    )
    to_sign = AgreementParty.objects.filter(
        Q(signatory__user=user) | (Q(signatory__isnull=True) & Exists(speaks)),
        ~Exists(accepted),
        agreement__partnership__in=Partnership.objects.open(),
        agreement__state__in=SIGNABLE,
        participation__left_on__isnull=True,
        is_required=True,
    )
    yield WaitingRows(
        found=to_sign, tell=_to_sign, key="agreement__reference", title="agreement__title",
        partnership="agreement__partnership",
    )  # fmt: skip
    follows = Agreement.objects.filter(
        parent=OuterRef("pk"), relation__in=(Relation.RENEWAL, Relation.REPLACEMENT)
    ).filter(Q(state__in=EDITABLE) | Q(state__in=SIGNABLE))
    ending = Agreement.objects.filter(
        ~Exists(follows),
        partnership__in=steered_by(user).open(),
        state=AgreementState.IN_FORCE,
        terminates_on__isnull=True,
        runs_until__lte=timezone.localdate() + timedelta(days=EXPIRING_DAYS),
        runs_until__gte=timezone.localdate(),
    ).exclude(relation=Relation.AMENDMENT)
    yield WaitingRows(found=ending, tell=_ending, key="reference", due_on="runs_until")


def _to_sign(row: Row) -> Waiting:
    return Waiting(
        kind="agreement-to-sign",
        title=row.title,
        text=f"{_('You sign for your organization')} · {row.partnership}",
        url=reverse("partnerships:agreement-detail", args=[row.key]),
        action=_("Read and sign"),
    )


def _ending(row: Row) -> Waiting:
    return Waiting(
        kind="agreement-ending",
        title=row.title,
        text=f"{_('This agreement ends: renew it or let it go')} · {row.partnership}",
        url=reverse("partnerships:agreement-detail", args=[row.key]),
        action=_("Look"),
        due_on=row.due_on,
    )


# Work plans


def plan_rows(user: User) -> Iterator[WaitingRows]:
    """Proposed plans that ``user`` may approve for a side that has not, and activities of theirs that are late."""
    said = PlanApproval.objects.filter(
        version__plan=OuterRef("partnership__work_plan"),
        version__approved_at__isnull=True,
        version__voided_at__isnull=True,
        side=OuterRef("side"),
    )
    to_approve = TeamMember.objects.current().filter(
        ~Exists(said),
        contact__user=user,
        role__in=APPROVING_ROLES,
        partnership__in=Partnership.objects.open(),
        partnership__work_plan__state=PlanState.PROPOSED,
    )
    yield WaitingRows(found=to_approve.distinct(), tell=_to_approve, key="partnership_id", title="partnership__name")
    own = TeamMember.objects.current().filter(contact__user=user)
    late = Activity.objects.late().filter(
        Q(host_owner__in=own) | Q(resource_owner__in=own), plan__partnership__in=Partnership.objects.open()
    )
    yield WaitingRows(found=late, tell=_activity, key="number", partnership="plan__partnership", due_on="ends_on")


def _to_approve(row: Row) -> Waiting:
    return Waiting(
        kind="plan-to-approve",
        title=row.title,
        text=_("The work plan is proposed: approve it for your side, or return it"),
        url=reverse("partnerships:workplan-detail", args=[row.slug]),
        action=_("Read the plan"),
    )


def _activity(row: Row) -> Waiting:
    return Waiting(
        kind="activity-late",
        title=row.title,
        text=f"{_('Your activity should be finished')} · {row.partnership}",
        url=reverse("partnerships:activity-detail", args=[row.slug, row.key]),
        action=_("Open"),
        due_on=row.due_on,
        is_late=True,
    )
