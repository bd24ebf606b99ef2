"""What is done to the parts in the outline: added, moved, copied, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from toolkit.actions.drafting import StaleDraftError, edit_draft
from toolkit.forms.editor.about import AddForm, chosen_sort
from toolkit.schema.editing import Raw, copy_part, move_part, move_to, set_choices
from toolkit.schema.parts import FORM, TOOL, label_of, parts_of
from toolkit.schema.places import stamp
from toolkit.schema.retyping import PICKED, add_named, choices_from, list_of, remove_part
from toolkit.schema.texts import languages_of
from toolkit.schema.uses import Uses
from toolkit.views.editor.desk import Desk, show, with_draft
from toolkit.views.outcome import refusal_status

STEPS = {"up": -1, "down": 1}


@require_POST
@with_draft
def tool_edit_outline(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A button of the outline, ``do`` is “up f_x”, “down f_x” or “copy f_x”; or a part dropped before another."""
    word, _space, name = request.POST.get("do", "").partition(" ")
    made: list[str] = []

    def change(raw: Raw) -> Raw:
        if word in STEPS:
            return move_part(raw, name, step=STEPS[word])
        if word == "copy":
            tool, new = copy_part(raw, name)
            made.append(new)
            return tool
        parent, before = request.POST.get("parent", ""), request.POST.get("before", "")
        return move_to(raw, name, parent=parent, before=before)

    if word not in (*STEPS, "copy", "move"):
        return redirect(desk.url())
    try:
        edit_draft(desk.draft, change, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    at = made[0] if made else name
    # The button that was pressed keeps the focus, so that it can be pressed again.
    return redirect(desk.url(at=at, anchor=f"{word}-{at}" if word in STEPS else f"row-{at}"))


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def tool_edit_add(request: HttpRequest, desk: Desk) -> HttpResponse:
    sort, parent, after = chosen_sort(request.GET), request.GET.get("parent") or FORM, request.GET.get("after", "")
    place = desk.parts.get(parent)
    if parent != FORM and (place is None or place.sort not in ("group", "table")):
        parent, after, place = FORM, "", None
    if sort == "group":
        parent, place = FORM, None
    form = AddForm(request.POST if request.method == "POST" else None, sort=sort, lang=desk.lang)
    status = 400
    if form.is_bound and form.is_valid():
        try:
            new = _add(desk, form, parent=parent, after=after)
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = refusal_status(error)
        else:
            if "_next" in request.POST:
                messages.success(request, _("Added. Here is room for the next one."))
                return redirect(desk.url("edit-add", sort=sort, parent=parent, after=new))
            return redirect(desk.url(at=new, anchor="part"))
    before = desk.parts.get(after)
    context = {
        "form": form,
        "sort": sort,
        "is_column": bool(place and place.sort == "table"),
        "place": label_of(place, desk.lang) if place else "",
        "after": label_of(before, desk.lang) if before else "",
        "back": desk.url(at=after or (parent if place else "")),
    }
    return show(desk, "toolkit/editor/add.html", context, status=status if form.is_bound else 200)


def _add(desk: Desk, form: AddForm, *, parent: str, after: str) -> str:
    """Write the new part and give its id back."""
    made: list[str] = []
    wanted = form.cleaned_data

    def change(raw: Raw) -> Raw:
        kind = wanted.get("kind") or "text"
        tool, new = add_named(raw, form.sort, parent=parent, after=after, kind=kind, label=wanted["label"].strip())
        made.append(new)
        lines = [{"label": line} for line in wanted.get("choices", "").splitlines()]
        if kind in PICKED and form.sort == "item":
            name = list_of(parts_of(tool)[new].entry)
            tool = set_choices(tool, name, choices_from(lines, [], languages_of(tool)[0]))
        return tool

    edit_draft(desk.draft, change, by=desk.request.user)
    return made[0]


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def tool_edit_delete(request: HttpRequest, desk: Desk) -> HttpResponse:
    """First a page that says which questions speak of the part; then it is gone."""
    name = request.GET.get("part", "")
    part = desk.parts.get(name)
    if part is None or part.sort not in ("group", "table", "item"):
        raise Http404
    status, error_text = 200, ""
    if request.method == "POST":
        seen = {name: request.POST.get("seen", "")}
        try:
            edit_draft(desk.draft, lambda raw: remove_part(raw, name), seen=seen, whole=True, by=request.user)
        except StaleDraftError as error:
            desk = Desk(request, desk.tool, error.current)
            status, error_text = (
                409,
                _("Somebody changed this while you were reading. Look again before you delete it."),
            )
            if name not in desk.parts:
                return redirect(desk.url())
        except ValidationError as error:
            status, error_text = refusal_status(error), " ".join(error.messages)
        else:
            messages.success(request, _("“%(label)s” has been deleted.") % {"label": label_of(part, desk.lang)})
            return redirect(desk.url(at=_neighbour(desk, name), anchor="outline"))
    return show(desk, "toolkit/editor/delete.html", {**_loss(desk, name), "error": error_text}, status=status)


def _neighbour(desk: Desk, name: str) -> str:
    """Whatever stands before a part that goes."""
    part = desk.parts[name]
    before = [each.id for each in desk.parts.values() if each.parent == part.parent and each.path < part.path]
    return before[-1] if before else "" if part.parent == FORM else part.parent


def _loss(desk: Desk, name: str) -> dict[str, Any]:
    part = desk.parts[name]
    within = {part.id} | {each.id for each in desk.parts.values() if each.parent == part.id}
    within |= {each.id for each in desk.parts.values() if each.parent in within}
    uses = Uses(desk.raw)
    users = {user.id: user for each in within for user in uses.of(each) if user.id not in within}
    body_url = desk.url("edit-body") if users.pop(TOOL, None) else ""
    return {
        "part": part,
        "label": label_of(part, desk.lang),
        "inside": [label_of(desk.parts[each], desk.lang) for each in desk.parts if each in within - {part.id}],
        "users": [(user.id, label_of(user, desk.lang), desk.url(at=user.id)) for user in users.values()],
        "body_url": body_url,
        "seen": stamp(desk.parts, desk.raw, name, whole=True),
        "back": desk.url(at=name),
    }
