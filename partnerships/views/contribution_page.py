"""What the pages of contributions share: loading one whole, the tabs, and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from partnerships import permissions
from partnerships.actions.contribution_steps import no_rate_words
from partnerships.contribution_guards import contribution_moves, possible_twins
from partnerships.contribution_states import ContributionState
from partnerships.forms.contribution import ConfirmForm, EvidenceForm, ReasonForm
from partnerships.models import Contribution, Partnership
from partnerships.things import parse_choice
from partnerships.views.page import get_partnership, head_of, only_if, steered

PAGES = (
    ("contribution-ledger", lambda: _("Balance")),
    ("contribution-list", lambda: _("All entries")),
    ("contribution-proposed", lambda: _("Proposed")),
    ("meeting-list", lambda: _("Meetings")),
)


def page_of(request: HttpRequest, partnership: Partnership, current: str = "") -> dict[str, Any]:
    """Head and tabs of every page; ``current`` is the name of the page that is open."""
    return {
        **head_of(request, partnership, PAGES, current),
        "can_add": permissions.can_add_contribution(request.user, partnership),
        "can_edit_rates": permissions.can_edit_rates(request.user),
    }


def get_contribution(request: HttpRequest, slug: str, number: int) -> Contribution:
    """The contribution with all that its page tells, if the person may see it, else 404."""
    partnership = get_partnership(request, slug)
    whole = Contribution.objects.select_related(
        "participation__organization",
        "person__user",
        "reverses",
        "confirmed_by",
        "verified_by",
        "counted_by",
        "created_by",
    ).prefetch_related("files")
    contribution = get_object_or_404(whole, partnership=partnership, number=number)
    contribution.partnership = partnership
    return contribution


def editable_contribution(request: HttpRequest, slug: str, number: int) -> Contribution:
    """As get_contribution, for those who may write for the side that gives; 403 for others."""
    contribution = get_contribution(request, slug, number)
    may = permissions.can_edit_contribution(request.user, contribution, contribution.partnership)
    return only_if(may, contribution)


def steered_contribution(request: HttpRequest, slug: str, number: int) -> Contribution:
    """As get_contribution, for those who verify and count; 403 for others."""
    return steered(request, get_contribution(request, slug, number))


def show_contribution(
    request: HttpRequest,
    contribution: Contribution,
    *,
    refusal: str = "",
    confirm: ConfirmForm | None = None,
    reject: ReasonForm | None = None,
    undo: ReasonForm | None = None,
    evidence: EvidenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one contribution; a form that was refused keeps what was typed."""
    user, partnership = request.user, contribution.partnership
    shared = page_of(request, partnership)
    can_write = permissions.can_edit_contribution(user, contribution, partnership)
    moves = contribution_moves(contribution)
    thing = parse_choice(partnership, user, contribution.source_thing) if contribution.source_thing else None
    context = {
        **shared,
        "contribution": contribution,
        "next": next((move for move in moves if not move.needs_reason), None),
        "can_confirm": permissions.can_confirm_contribution(user, contribution),
        "can_reject": shared["can_edit"] and any(move.to == ContributionState.REJECTED for move in moves),
        "is_own": permissions.is_own_gift(user, contribution),
        "can_change": can_write and contribution.is_editable and shared["can_add"],
        "can_attach": can_write and contribution.state != ContributionState.REJECTED and not contribution.reverses,
        "can_detach": can_write and contribution.state in (ContributionState.DRAFT, ContributionState.CONFIRMED),
        "twins": list(possible_twins(contribution)) if contribution.is_editable else [],
        "thing": thing,
        "reversal": Contribution.objects.filter(reverses=contribution).first() if contribution.is_reversed else None,
        "no_rate": no_rate_words(contribution) if contribution.is_unconverted else "",
        "confirm_form": confirm or ConfirmForm(auto_id="confirm-%s"),
        "reject_form": reject or ReasonForm(auto_id="reject-%s"),
        "undo_form": undo or ReasonForm(auto_id="undo-%s"),
        "evidence_form": evidence or EvidenceForm(auto_id="evidence-%s"),
        "refusal": refusal,
    }
    return render(request, "partnerships/contribution_detail.html", context, status=status)
