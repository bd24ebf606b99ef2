"""Copies of tools: making one, switching its questions off and on, taking what is new in the base."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.models import Partnership
from toolkit.actions.adapting import (
    Faults,
    FaultyMergeError,
    Offer,
    StillNeededError,
    adapt_tool,
    current_version,
    faults_of,
    notes_of,
    offer_of,
    stamp_of,
    switch_parts,
    take_merge,
)
from toolkit.forms.adapt import AdaptForm, MergeForm
from toolkit.forms.steer import StepForm
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import can_edit_tool, may_adapt_for_programmes, may_start_in
from toolkit.rendering.merging import MergeTeller
from toolkit.rendering.property_names import type_name
from toolkit.schema.parts import Part, label_of
from toolkit.schema.switching import Refusal, Switch, switches
from toolkit.views.outcome import attempt
from toolkit.views.version import get_tool, head_of, sound_form, told_problems

TAKE = "take:"
LABEL_LENGTH = 120


@require_http_methods(["GET", "HEAD", "POST"])
def tool_adapt(request: HttpRequest, *, slug: str) -> HttpResponse:
    tool = get_tool(request, slug)
    if not tool.versions.published().exists():
        raise Http404
    partnerships, programmes = may_start_in(request.user), may_adapt_for_programmes(request.user)
    if tool.is_copy:
        partnerships, programmes = partnerships.filter(programme=tool.programme), programmes.none()
    if tool.partnership_id or not (partnerships.exists() or programmes.exists()):
        raise PermissionDenied
    form = AdaptForm(
        request.POST if request.method == "POST" else None,
        partnerships=partnerships,
        programmes=programmes,
        initial={"owner": request.GET.get("owner", "")},
    )
    outcome = attempt(form, lambda: adapt_tool(tool, owner=form.cleaned_data["owner"], by=request.user))
    if outcome.done:
        draft: ToolVersion = outcome.saved
        messages.success(
            request, _("This is your copy. Leave out what you do not need, change the rest, then publish it.")
        )
        # A guide asks nothing that could be left out.
        return redirect("toolkit:adapt-switch" if draft.form.items else "toolkit:tool-versions", slug=draft.tool.slug)
    return render(
        request,
        "toolkit/adapt/tool_adapt.html",
        {
            **head_of(tool, can_edit=can_edit_tool(request.user, tool)),
            "form": form,
            "copies": _copies_of(tool, request).filter(withdrawn_at__isnull=True),
        },
        status=outcome.status,
    )


def _copies_of(tool: Tool, request: HttpRequest) -> QuerySet[Tool]:
    """The copies that ``request.user`` may know."""
    return tool.copies.filter(pk__in=Tool.objects.visible_to(request.user).values("pk")).select_related(
        "programme", "partnership"
    )


def _own_copy(request: HttpRequest, slug: str) -> Tool:
    tool = get_tool(request, slug)
    if not tool.is_copy:
        raise Http404
    if not can_edit_tool(request.user, tool):
        raise PermissionDenied
    return tool


@require_http_methods(["GET", "HEAD", "POST"])
def adapt_switch(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The questions of the base in one list, each on or off in this copy."""
    tool = _own_copy(request, slug)
    version = current_version(tool)
    if version is None:
        raise Http404
    groups, stamp = switches(version.base_version.raw, version.raw), stamp_of(tool)
    form = StepForm(request.POST if request.method == "POST" else None, initial={"seen": stamp})
    ticked = set(request.POST.getlist("on")) if form.is_bound else None
    refusals: tuple[Refusal, ...] = ()

    def act() -> ToolVersion:
        nonlocal refusals
        try:
            return switch_parts(tool, _off(groups, ticked), seen=form.cleaned_data["seen"], by=request.user)
        except StillNeededError as error:
            refusals = error.refusals
            raise

    outcome = attempt(form, act)
    if outcome.done:
        messages.success(request, _("Saved in the draft of your copy. It is used once you publish it."))
        return redirect("toolkit:tool-versions", slug=slug)
    if outcome.status == 409:
        form.data = form.data.copy()
        form.data["seen"] = stamp
    said = {refusal.part.id: _refused(refusal) for refusal in refusals}
    return render(
        request,
        "toolkit/adapt/adapt_switch.html",
        {
            **head_of(tool, can_edit=True, version=version),
            "form": form,
            "base": version.base_version,
            "groups": [
                (part and label_of(part, _lang()), [_row(each, ticked, said) for each in rows]) for part, rows in groups
            ],
            "n_off": sum(not each.is_on for each in _all(groups)),
        },
        status=outcome.status,
    )


def _lang() -> str:
    return get_language() or "en"


def _all(groups: list[tuple[Part | None, list[Switch]]]) -> list[Switch]:
    return [one for _part, rows in groups for row in rows for one in (row, *row.columns)]


def _off(groups: list[tuple[Part | None, list[Switch]]], ticked: set[str] | None) -> set[str]:
    """What was not ticked; a box that nobody could tick counts as it stood."""
    return {each.part.id for each in _all(groups) if not each.why_not and each.part.id not in (ticked or ())}


def _refused(refusal: Refusal) -> str:
    if refusal.user is None:
        return refusal.why.translated(_)
    if refusal.user.id == "tool":
        return _("The text of the document speaks of it.")
    return _("“%(question)s” depends on it. Switch that off too.") % {"question": label_of(refusal.user, _lang())}


def _row(switch: Switch, ticked: set[str] | None, said: dict[str, str]) -> dict:
    """One checkbox: ``users`` are the questions that depend on this one, for a hint before anybody tries."""
    users = [Truncator(label_of(user, _lang())).chars(LABEL_LENGTH) for user in switch.users if user.id != "tool"]
    return {
        "id": switch.part.id,
        "label": Truncator(label_of(switch.part, _lang())).chars(LABEL_LENGTH),
        "kind": _kind(switch.part),
        "is_on": switch.is_on if ticked is None or switch.why_not else switch.part.id in ticked,
        "why_not": switch.why_not.translated(_) if switch.why_not else "",
        "is_missed": switch.is_missed,
        "users": users,
        "error": said.get(switch.part.id, ""),
        "columns": [_row(column, ticked, said) for column in switch.columns],
    }


def _kind(part: Part) -> str:
    """The type in a word or two, without the name of its list."""
    return type_name(str(part.entry.get("type", "")).split(" ")[0]) if part.sort == "item" else _("Table")


@require_http_methods(["GET", "HEAD", "POST"])
def adapt_merge(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What is new in the base, each thing to take or to leave."""
    tool = _own_copy(request, slug)
    offer = offer_of(tool)
    if offer is None:
        status = 409 if request.method == "POST" else 200
        return render(request, "toolkit/adapt/merge_nothing.html", head_of(tool, can_edit=True), status=status)
    faults = faults_of(offer)
    marks = {"seen": offer.stamp, "known": faults.stamp}
    form = MergeForm(request.POST if request.method == "POST" else None, initial=marks)
    is_easy = request.POST.get("act") == "easy"
    chosen = _chosen(request, offer) if form.is_bound and not is_easy else {}

    def act() -> ToolVersion:
        nonlocal faults
        if form.cleaned_data["seen"] == offer.stamp and not is_easy:
            _refuse_undecided(offer, chosen)
        try:
            return take_merge(tool, chosen, by=request.user, **form.cleaned_data)
        except FaultyMergeError as error:
            faults = error.faults
            raise

    outcome = attempt(form, act)
    if outcome.done:
        said = _("The draft of your copy holds what you took. Look it over and publish it; until then nothing changes.")
        messages.success(request, said)
        return redirect("toolkit:version-publish", slug=slug)
    if form.is_bound:
        form.data = form.data.copy()
        form.data["known"] = faults.stamp
    if outcome.status == 409:
        form.data["seen"] = offer.stamp
    head = head_of(tool, can_edit=True, version=offer.ours)
    context = {**head, "form": form, "offer": offer, **_told(offer, chosen, faults)}
    return render(request, "toolkit/adapt/adapt_merge.html", context, status=outcome.status)


def _chosen(request: HttpRequest, offer: Offer) -> dict[str, str]:
    """What was decided, by the keys of the steps; a conflict that nobody decided is left out."""
    found = {}
    for step in offer.merged.steps:
        value = request.POST.get(f"{TAKE}{step.key}")
        if value in ("theirs", "ours"):
            found[step.key] = value
        elif not step.is_conflict:
            found[step.key] = "ours"  # an unticked box
    return found


def _refuse_undecided(offer: Offer, chosen: dict[str, str]) -> None:
    waiting = [step for step in offer.merged.conflicts if step.key not in chosen]
    if waiting:
        raise ValidationError(
            ngettext(
                "One thing was changed on both sides and waits for your decision.",
                "%(n)s things were changed on both sides and wait for your decision.",
                len(waiting),
            )
            % {"n": len(waiting)},
            code="undecided",
        )


def _told(offer: Offer, chosen: dict[str, str], faults: Faults) -> dict:
    versions = (offer.before, offer.theirs, offer.ours)
    raws = [version.raw for version in versions]
    teller = MergeTeller(*raws, lang=_lang(), forms=tuple(sound_form(version) for version in versions))
    rows = teller.rows(offer.merged, chosen)
    return {
        "conflicts": [row for row in rows if row.is_conflict],
        "easy": [row for row in rows if not row.is_conflict],
        "notes": notes_of(offer),
        "problems": told_problems(faults.version, faults.problems),
    }


@require_safe
def tool_copies(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Where a tool was adapted, and on which of its versions each copy stands. Partnerships that the reader may not
    know are counted, not named."""
    tool = get_tool(request, slug)
    if not can_edit_tool(request.user, tool):
        raise PermissionDenied
    published = ToolVersion.objects.published().select_related("base_version").defer("definition", "words")
    copies = tool.copies.select_related("programme", "partnership").prefetch_related(
        Prefetch("versions", published, to_attr="current_versions")
    )
    known = set(Partnership.objects.visible_to(request.user).values_list("pk", flat=True))
    current = tool.versions.published().values_list("number", flat=True).first() or 0
    rows = [_copy(copy, known, current) for copy in copies.order_by("pk")]
    return render(
        request,
        "toolkit/adapt/tool_copies.html",
        {**head_of(tool, can_edit=True), "copies": rows, "current": current},
    )


def _copy(copy: Tool, known: set[int], current: int) -> dict:
    version = next(iter(copy.current_versions), None)
    is_known = copy.programme_id is not None or copy.partnership_id in known
    base = version.base_version.number if version and version.base_version else 0
    return {
        "owner": str(copy.owner) if is_known else _("A partnership"),
        "url": "toolkit:tool-versions" if is_known else "",
        "copy": copy,
        "version": version,
        "title": version.title if version and is_known else "",
        "base": base,
        "is_behind": bool(base) and base < current,
        "is_withdrawn": copy.withdrawn_at is not None,
    }
