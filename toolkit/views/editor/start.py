"""Before and after editing: a draft is opened, tried out, given up."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toolkit.actions.drafting import discard_draft, open_draft
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import can_curate, editable_tools
from toolkit.views.editor.desk import Desk, editable_tool, no_draft, open_version, show
from toolkit.views.trying import try_form
from twinning.paginate import paginate


@require_safe
def tool_drafts(request: HttpRequest) -> HttpResponse:
    """Every version that is still being worked on and that ``request.user`` may work on."""
    found = ToolVersion.objects.open().filter(tool__in=editable_tools(request.user))
    found = found.select_related("tool__section", "tool__programme", "tool__partnership", "created_by")
    page = paginate(request, found.defer("definition", "words").order_by("-created_at", "-pk"))
    return render(request, "toolkit/editor/drafts.html", {"page": page, "can_create": can_curate(request.user)})


@require_POST
def tool_edit_start(request: HttpRequest, *, slug: str) -> HttpResponse:
    tool = editable_tool(request, slug)
    try:
        open_draft(tool, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("toolkit:tool-edit", slug=tool.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tool_edit_preview(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The draft as people will fill it in; in review it can be tried out too."""
    tool = editable_tool(request, slug)
    version = open_version(tool)
    if version is None:
        return no_draft(request, tool, None)
    if version.problems():
        status = 409 if request.method == "POST" else 200
        return show(Desk(request, tool, version), "toolkit/editor/preview.html", {}, status=status)
    return try_form(request, version, back=reverse("toolkit:tool-edit", args=[slug]))


@require_POST
def tool_edit_discard(request: HttpRequest, *, slug: str) -> HttpResponse:
    tool = editable_tool(request, slug)
    version = open_version(tool)
    if version is None:
        return no_draft(request, tool, None)
    try:
        discard_draft(version, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("toolkit:tool-edit", slug=tool.slug)
    messages.success(request, _("The draft has been given up."))
    is_left = tool.versions.published().exists() if Tool.objects.filter(pk=tool.pk).exists() else False
    return redirect(tool if is_left else "toolkit:tool-drafts")
