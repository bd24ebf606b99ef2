"""Handing over a role, and the note that stays of it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import permissions
from partnerships.actions.handover import hand_over
from partnerships.forms.handover import HandoverForm
from partnerships.handing import items_of
from partnerships.models import Partnership, TeamMember
from partnerships.views.outcome import attempt, posted
from partnerships.views.page import get_partnership


@require_http_methods(["GET", "HEAD", "POST"])
def handover_create(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    """Everything that a person has in hand, to be ticked; and what they want to say."""
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    member = get_object_or_404(TeamMember.objects.current().select_related("contact"), partnership=partnership, pk=pk)
    member.partnership = partnership
    form = HandoverForm(posted(request), member=member, items=items_of(member), user=request.user)
    outcome = attempt(
        form,
        lambda: hand_over(form.instance, member=member, given=form.cleaned_data["given"], by=request.user),
    )
    if outcome.done:
        words = {"giver": member.contact, "taker": outcome.saved.taker}
        messages.success(request, _("%(giver)s has handed over to %(taker)s. This is the note.") % words)
        # Whoever handed over their own role may see no more of the partnership, not even the note.
        seen = Partnership.objects.visible_to(request.user).filter(pk=partnership.pk).exists()
        return redirect(outcome.saved if seen else "home")
    return render(
        request,
        "partnerships/handover_create.html",
        {"partnership": partnership, "member": member, "form": form},
        status=outcome.status,
    )


@require_safe
def handover_detail(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    handover = get_object_or_404(partnership.handovers.select_related("giver", "taker", "recorded_by"), pk=pk)
    for group in handover.content:
        for row in group["rows"]:
            row["due"] = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return render(request, "partnerships/handover_detail.html", {"partnership": partnership, "handover": handover})
