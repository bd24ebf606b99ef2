"""The page of organizations and people on both sides."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import can_invite
from partnerships import permissions
from partnerships.actions.team import add_participation, add_team_member, end_participation, end_team_member, make_lead
from partnerships.forms import MemberForm, PartyForm
from partnerships.forms.team import LeaveForm
from partnerships.models import Participation, Partnership
from partnerships.sides import missing_to_leave, organizations_without_people, people_who_leave
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership_with_people, sides_of_page, tabs

MOST_HANDOVERS = 20


@require_safe
def partnership_team(request: HttpRequest, *, slug: str) -> HttpResponse:
    return _show(request, get_partnership_with_people(request, slug))


def _show(
    request: HttpRequest,
    partnership: Partnership,
    *,
    party: PartyForm | None = None,
    member: MemberForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    can_add = can_edit and partnership.is_open
    own = {"partnership": partnership, "user": request.user}
    return render(
        request,
        "partnerships/partnership_team.html",
        {
            "partnership": partnership,
            "sides": sides_of_page(partnership),
            "party_form": (party or PartyForm(auto_id="party-%s", **own)) if can_add else None,
            "member_form": (member or MemberForm(auto_id="member-%s", **own)) if can_add else None,
            "tried": party or member,
            "without_people": organizations_without_people(partnership) if can_add else [],
            "handovers": list(partnership.handovers.select_related("giver", "taker")[:MOST_HANDOVERS]),
            "tabs": tabs(partnership, "partnership-team", can_edit=can_edit),
            "can_edit": can_edit,
            "can_invite": can_invite(request.user),
            "refusal": refusal,
        },
        status=status,
    )


def _editable(request: HttpRequest, slug: str) -> Partnership:
    partnership = get_partnership_with_people(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    return partnership


@require_POST
def participation_add(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = _editable(request, slug)
    form = PartyForm(request.POST, partnership=partnership, user=request.user, auto_id="party-%s")
    outcome = attempt(form, lambda: add_participation(form.participation, by=request.user))
    if outcome.done:
        messages.success(request, _("%(name)s now takes part.") % {"name": outcome.saved.organization})
        return redirect("partnerships:partnership-team", slug=slug)
    return _show(request, partnership, party=form, status=outcome.status)


@require_POST
def member_add(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = _editable(request, slug)
    form = MemberForm(request.POST, partnership=partnership, user=request.user, auto_id="member-%s")
    outcome = attempt(form, lambda: add_team_member(form.instance, by=request.user))
    if outcome.done:
        messages.success(request, _("%(name)s is now on the team.") % {"name": outcome.saved.contact})
        return redirect("partnerships:partnership-team", slug=slug)
    return _show(request, partnership, member=form, status=outcome.status)


def _party(partnership: Partnership, pk: int) -> Participation:
    party = get_object_or_404(partnership.participations.select_related("organization"), pk=pk)
    party.partnership = partnership
    return party


@require_http_methods(["GET", "HEAD", "POST"])
def participation_end(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    """What an organization's leaving means, what is missing before it, and the step itself."""
    partnership = _editable(request, slug)
    participation = _party(partnership, pk)
    form = LeaveForm(posted(request), participation=participation)
    outcome = attempt(
        form,
        lambda: end_participation(
            participation,
            by=request.user,
            on=form.cleaned_data["left_on"],
            reason=form.cleaned_data["reason"],
            successor=form.cleaned_data.get("successor"),
        ),
    )
    if outcome.done:
        messages.success(request, _("%(name)s no longer takes part.") % {"name": participation.organization})
        return redirect("partnerships:partnership-team", slug=slug)
    stored = _party(partnership, pk) if form.is_bound else participation
    return render(
        request,
        "partnerships/participation_end.html",
        {
            "partnership": partnership,
            "participation": stored,
            "has_left": stored.left_on is not None,
            "missing": missing_to_leave(stored),
            "people": people_who_leave(stored),
            "form": form,
        },
        status=outcome.status,
    )


@require_POST
def participation_lead(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = _editable(request, slug)
    participation = get_object_or_404(partnership.participations.select_related("organization"), pk=pk)
    return _carry_out(
        request,
        slug,
        lambda: make_lead(participation, by=request.user),
        said=_("%(name)s now leads its side.") % {"name": participation.organization},
    )


@require_POST
def member_end(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = _editable(request, slug)
    member = get_object_or_404(partnership.team.select_related("contact"), pk=pk)
    return _carry_out(
        request,
        slug,
        lambda: end_team_member(member, by=request.user),
        said=_("The role of %(name)s has ended, and with it their access.") % {"name": member.contact},
    )


def _carry_out(request: HttpRequest, slug: str, act: Callable[[], None], *, said: str) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        whole = get_partnership_with_people(request, slug)
        return _show(request, whole, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, said)
    return redirect("partnerships:partnership-team", slug=slug)
