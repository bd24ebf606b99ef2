"""Pages of follow-ups: lists, one, writing one down, closing it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from partnerships import permissions
from partnerships.actions.follow_up import add_follow_up, change_follow_up, move_follow_up
from partnerships.follow_filters import FollowUpFilterSet, MyFollowUpFilterSet
from partnerships.forms import FollowUpForm, MoveForm
from partnerships.models import Comment, FollowUp, Partnership
from partnerships.states import FollowUpState
from partnerships.things import Thing, find_thing, parse_choice, things_of
from partnerships.views.outcome import attempt, posted
from partnerships.views.page import get_partnership, tabs
from partnerships.views.status import refusal_of
from twinning.paginate import paginate


def follow_up_rows(follow_ups: Iterable[FollowUp], user: User) -> list[dict]:
    """Each follow-up with what it is about and whether ``user`` may close it, in a number of queries that never grows.

    ``follow_ups`` are from for_list().
    """
    follow_ups = list(follow_ups)
    things = things_of(follow_ups, user)
    editable = permissions.editable_among(user, {each.partnership_id for each in follow_ups})
    return [
        {
            "follow_up": each,
            "thing": things[each.subject_key],
            "can_close": each.partnership_id in editable or user.pk in (each.created_by_id, each.owner.user_id),
        }
        for each in follow_ups
    ]


@require_safe
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """All follow-ups that the person sees; without a choice those they are to do."""
    found = _mine(request)
    page = paginate(request, found.qs)
    return render(
        request,
        "partnerships/follow_up_list.html",
        {"page": page, "rows": follow_up_rows(page, request.user), "filter": found},
        status=found.status,
    )


def _mine(request: HttpRequest) -> MyFollowUpFilterSet:
    rows = FollowUp.objects.visible_to(request.user).for_list()
    return MyFollowUpFilterSet(request.GET, rows, user=request.user)


@require_safe
def partnership_follow_ups(request: HttpRequest, *, slug: str) -> HttpResponse:
    return _show_list(request, get_partnership(request, slug))


def _show_list(request: HttpRequest, partnership: Partnership, *, refusal: str = "", status: int = 200) -> HttpResponse:
    found = _of(request, partnership)
    page = paginate(request, found.qs)
    form = None
    if permissions.can_follow_up(partnership):
        form = FollowUpForm(partnership=partnership, user=request.user, is_quick=True, auto_id="quick-%s")
    return render(
        request,
        "partnerships/partnership_follow_ups.html",
        {
            "partnership": partnership,
            "page": page,
            "rows": follow_up_rows(page, request.user),
            "filter": found,
            "form": form,
            "refusal": refusal,
            "tabs": _tabs(request, partnership),
        },
        status=max(status, found.status),
    )


def _of(request: HttpRequest, partnership: Partnership) -> FollowUpFilterSet:
    return FollowUpFilterSet(request.GET, partnership.followups.for_list(), user=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_add(request: HttpRequest, *, slug: str) -> HttpResponse:
    """A form of its own for what the quick one leaves out; ``?about=document:12`` says what it is about."""
    partnership = get_partnership(request, slug)
    if not permissions.can_follow_up(partnership):
        words = _("This partnership is %(status)s; nothing more is written down or commented on in it.")
        refusal = words % {"status": partnership.get_status_display().lower()}
        return _show_list(request, partnership, refusal=refusal, status=409)
    thing = parse_choice(partnership, request.user, request.GET.get("about", "")[:60])
    form = FollowUpForm(posted(request), partnership=partnership, user=request.user, thing=thing)
    outcome = attempt(
        form, lambda: add_follow_up(form.save(commit=False), about=form.cleaned_data["about"], by=request.user)
    )
    if outcome.done:
        messages.success(request, _("The follow-up has been written down."))
        return _back(request, partnership)
    context = {"form": form, "partnership": partnership, "follow_up": None, "back": request.GET.get("next", "")}
    return render(request, "partnerships/follow_up_form.html", context, status=outcome.status)


def _back(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    back = request.POST.get("next", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("partnerships:partnership-follow-ups", slug=partnership.slug)


@require_safe
def follow_up_detail(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    return _show(request, partnership, _follow_up(partnership, pk))


def _follow_up(partnership: Partnership, pk: int) -> FollowUp:
    follow_up = get_object_or_404(partnership.followups.for_list(), pk=pk)
    follow_up.partnership = partnership
    return follow_up


def _show(
    request: HttpRequest, partnership: Partnership, follow_up: FollowUp, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    own = find_thing(partnership, "follow-up", follow_up.pk, request.user)
    type_id, pk = own.key
    can_edit = permissions.can_edit_follow_up(request.user, follow_up)
    may_write = permissions.can_follow_up(partnership)
    return render(
        request,
        "partnerships/follow_up_detail.html",
        {
            "partnership": partnership,
            "follow_up": follow_up,
            "thing": things_of([follow_up], request.user)[follow_up.subject_key],
            "talk_url": own.talk_url,
            "n_comments": Comment.objects.filter(
                subject_type_id=type_id, subject_id=pk, removed_at__isnull=True
            ).count(),
            "can_edit": can_edit and follow_up.is_open and may_write,
            "can_close": can_edit and follow_up.is_open,
            "can_reopen": can_edit and not follow_up.is_open and may_write,
            "drop_form": MoveForm(auto_id="drop-%s", initial={"to": FollowUpState.DROPPED}),
            "refusal": refusal,
            "tabs": _tabs(request, partnership),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_edit(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    follow_up = _editable(request, partnership, pk)
    thing: Thing = things_of([follow_up], request.user)[follow_up.subject_key]
    form = FollowUpForm(
        posted(request),
        instance=copy(follow_up),  # the page shows what is stored
        partnership=partnership,
        user=request.user,
        thing=None if thing.is_hidden else thing,
    )
    outcome = attempt(
        form,
        lambda: change_follow_up(
            form.instance, about=form.cleaned_data["about"], seen_version=form.seen_version, by=request.user
        ),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(follow_up)
    context = {"form": form, "clash": outcome.clash, "partnership": partnership, "follow_up": follow_up}
    return render(request, "partnerships/follow_up_form.html", context, status=outcome.status)


@require_POST
def follow_up_move(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    follow_up = _editable(request, partnership, pk)
    form = MoveForm(request.POST)
    outcome = attempt(
        form,
        lambda: move_follow_up(follow_up, form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]),
    )
    if outcome.done:
        said = {"title": follow_up.title, "state": follow_up.get_state_display().lower()}
        messages.success(request, _("“%(title)s” is now %(state)s.") % said)
        return _back(request, partnership)
    return _show(request, partnership, _follow_up(partnership, pk), refusal=refusal_of(form), status=outcome.status)


def _editable(request: HttpRequest, partnership: Partnership, pk: int) -> FollowUp:
    follow_up = _follow_up(partnership, pk)
    if not permissions.can_edit_follow_up(request.user, follow_up):
        raise PermissionDenied
    return follow_up


def _tabs(request: HttpRequest, partnership: Partnership) -> list[dict]:
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    return tabs(partnership, "partnership-follow-ups", can_edit=can_edit)
