"""Pages of contributions: the balance, the list, one, writing one down, its evidence."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from partnerships import permissions
from partnerships.actions.contribution import (
    add_contribution,
    attach_evidence,
    change_contribution,
    remove_evidence,
)
from partnerships.contribution_filters import ContributionFilterSet
from partnerships.contribution_table import contributions_of
from partnerships.forms.contribution import ContributionForm, EvidenceForm
from partnerships.ledger import read_ledger, todo_of
from partnerships.models import Contribution, ContributionFile, Partnership
from partnerships.states import Side
from partnerships.views.contribution_page import editable_contribution, get_contribution, page_of, show_contribution
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership
from twinning.downloads import download
from twinning.paginate import paginate


@require_safe
def contribution_ledger(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Who gives and who receives, side by side, and what waits for a step."""
    partnership = get_partnership(request, slug)
    context = {
        **page_of(request, partnership, "contribution-ledger"),
        "ledger": read_ledger(partnership),
        "todo": todo_of(partnership),
        "unconverted": partnership.contributions.unconverted().for_list()[:20],
    }
    return render(request, "partnerships/contribution_ledger.html", context)


@require_safe
def contribution_side(request: HttpRequest, *, slug: str, side: str) -> HttpResponse:
    """The ledger of one side: its organizations, its kinds of gifts, and every counted entry with its sign."""
    if side not in Side.values:
        raise Http404
    partnership = get_partnership(request, slug)
    ledger = read_ledger(partnership)
    entries = contributions_of(partnership).counted().filter(participation__side=side)
    context = {
        **page_of(request, partnership, "contribution-ledger"),
        "ledger": ledger,
        "side": next(line for line in ledger.sides if line.key == side),
        "page": paginate(request, entries.order_by("-ends_on", "-number")),
    }
    return render(request, "partnerships/contribution_side.html", context)


@require_safe
def contribution_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    found = ContributionFilterSet(
        request.GET, contributions_of(partnership), user=request.user, partnership=partnership
    )
    page = paginate(request, found.qs)
    for each in page:
        each.partnership = partnership
    context = {**page_of(request, partnership, "contribution-list"), "filter": found, "page": page}
    return render(request, "partnerships/contribution_list.html", context, status=found.status)


@require_safe
def contribution_detail(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    return show_contribution(request, get_contribution(request, slug, number))


def own_sides(user: User, partnership: Partnership) -> set[str] | None:
    """The sides for which ``user`` writes contributions; None means all of them."""
    if permissions.can_edit_partnership(user, partnership):
        return None
    return permissions.sides_of(user, partnership)


@require_http_methods(["GET", "HEAD", "POST"])
def contribution_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not permissions.can_add_contribution(request.user, partnership):
        raise PermissionDenied
    form = ContributionForm(posted(request), partnership=partnership, sides=own_sides(request.user, partnership))
    outcome = attempt(
        form, lambda: add_contribution(form.save(commit=False), from_table=form.from_table, by=request.user)
    )
    if outcome.done:
        messages.success(request, _("%(code)s has been written down.") % {"code": outcome.saved.code})
        return redirect(outcome.saved)
    context = {**page_of(request, partnership), "form": form, "contribution": None, "clash": None}
    return render(request, "partnerships/contribution_form.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def contribution_edit(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    contribution = editable_contribution(request, slug, number)
    partnership = contribution.partnership
    if not contribution.is_editable:
        refusal = _("A contribution that is %(state)s is not changed any more.") % {
            "state": contribution.get_state_display().lower()
        }
        return show_contribution(request, contribution, refusal=refusal, status=409)
    form = ContributionForm(
        posted(request),
        instance=Contribution.objects.get(pk=contribution.pk),
        partnership=partnership,
        sides=own_sides(request.user, partnership),
    )
    outcome = attempt(
        form,
        lambda: change_contribution(
            form.instance, from_table=form.from_table, seen_version=form.seen_version, by=request.user
        ),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(contribution)
    context = {**page_of(request, partnership), "form": form, "contribution": contribution, "clash": outcome.clash}
    return render(request, "partnerships/contribution_form.html", context, status=outcome.status)


@require_POST
def evidence_add(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    contribution = editable_contribution(request, slug, number)
    form = EvidenceForm(request.POST, request.FILES, auto_id="evidence-%s")
    outcome = attempt(form, lambda: _attach(contribution, form, request.user))
    if outcome.done:
        messages.success(request, _("“%(name)s” is attached.") % {"name": outcome.saved.name})
        return redirect(contribution)
    return show_contribution(request, contribution, evidence=form, status=outcome.status)


def _attach(contribution: Contribution, form: EvidenceForm, user: User) -> ContributionFile:
    try:
        return attach_evidence(contribution, form.cleaned_data["file"], by=user)
    except ValidationError as error:
        if getattr(error, "code", "") == "frozen":
            raise
        raise ValidationError({"file": error}) from None


@require_POST
def evidence_remove(request: HttpRequest, *, slug: str, number: int, public_id: str) -> HttpResponse:
    contribution = editable_contribution(request, slug, number)
    file = get_object_or_404(contribution.files.all(), public_id=public_id)
    file.contribution = contribution
    try:
        remove_evidence(file, by=request.user)
    except ValidationError as error:
        refusal = " ".join(error.messages)
        return show_contribution(request, contribution, refusal=refusal, status=refusal_status(error))
    messages.success(request, _("“%(name)s” has been removed.") % {"name": file.name})
    return redirect(contribution)


@require_safe
@never_cache
def evidence_file(request: HttpRequest, *, slug: str, number: int, public_id: str) -> HttpResponse:
    """A file of evidence as it was uploaded, for whoever may read the contribution."""
    file = get_object_or_404(get_contribution(request, slug, number).files.all(), public_id=public_id)
    return download(file.file, name=file.name, content_type=file.content_type)
