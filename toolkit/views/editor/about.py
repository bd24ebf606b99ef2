"""A new tool, and what a tool says of itself."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from toolkit.actions.drafting import StaleDraftError, edit_draft, new_library_tool, set_licence
from toolkit.forms.editor.about import AboutForm, NewToolForm
from toolkit.permissions import can_curate
from toolkit.views.editor.desk import Desk, show, with_draft
from toolkit.views.outcome import refusal_status


@require_http_methods(["GET", "HEAD", "POST"])
def tool_new(request: HttpRequest) -> HttpResponse:
    if not can_curate(request.user):
        raise PermissionDenied
    form = NewToolForm(request.POST if request.method == "POST" else None, lang=get_language() or "en")
    if form.is_bound and form.is_valid():
        draft = new_library_tool(**form.cleaned_data, by=request.user)
        messages.success(request, _("The tool has been started. Add its first question."))
        return redirect("toolkit:tool-edit", slug=draft.tool.slug)
    return render(request, "toolkit/editor/new.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def tool_edit_about(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = AboutForm(
        request.POST if request.method == "POST" else None, draft=desk.draft, raw=desk.raw, locked=desk.locked
    )
    status, clash = 400 if form.is_bound else 200, None
    if form.is_bound and form.is_valid():
        try:
            edit_draft(desk.draft, form.change, seen=form.seen(), credit=form.cleaned_data["credit"], by=request.user)
            set_licence(desk.tool, form.cleaned_data["licence"], by=request.user)
        except StaleDraftError as error:
            theirs = AboutForm(None, draft=error.current, raw=error.current.raw, locked=desk.locked)
            clash, status = form.clash(theirs), 409
            form.data = form.data.copy()
            form.data["seen"] = theirs.seen_now
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = refusal_status(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(desk.url("edit-about"))
    seen = form.data.get("seen", "") if form.is_bound else form.seen_now
    return show(desk, "toolkit/editor/about.html", {"form": form, "clash": clash, "seen": seen}, status=status)
