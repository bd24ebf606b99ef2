"""Steps of a version and of its tool: ask for a review, publish, send back, withdraw, restore."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from toolkit.actions.effects import effects_of
from toolkit.actions.publishing import (
    ask_review,
    is_unchanged,
    needs_review,
    problems_of,
    publish,
    restore_tool,
    return_to_draft,
    why_not_yet,
    withdraw_tool,
)
from toolkit.forms.steer import StepForm
from toolkit.forms.version import PublishForm, ReviewForm
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import can_edit_tool
from toolkit.schema.texts import untranslated
from toolkit.states import VersionState
from toolkit.views.editor.problems import told_problems
from toolkit.views.outcome import Outcome, attempt
from toolkit.views.version import differences_of, get_tool, head_of, show_versions, versions_seen
from twinning.languages import own_name


def _editable(request: HttpRequest, slug: str) -> Tool:
    tool = get_tool(request, slug)
    if not can_edit_tool(request.user, tool):
        raise PermissionDenied
    return tool


def _stamp(version: ToolVersion, published: ToolVersion | None) -> str:
    return f"{version.state}.{version.revision}.{published.pk if published else 0}"


def _open_version(tool: Tool) -> tuple[ToolVersion | None, ToolVersion | None]:
    """What is being worked on, and what is in use."""
    versions = list(versions_seen(tool, can_edit=True).filter(state__in=["draft", "in_review", "published"]))
    for version in versions:
        version.tool = tool
    draft = next((version for version in versions if version.is_open), None)
    return draft, next((version for version in versions if not version.is_open), None)


def _refuse_if_stale(form: StepForm, stamp: str) -> None:
    if form.cleaned_data["seen"] != stamp:
        raise ValidationError(
            _("This version has changed since you opened the page. Look at it again first."), code="stale"
        )


@require_http_methods(["GET", "HEAD", "POST"])
def version_publish(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What a draft would change, before it is published or handed to another curator."""
    tool = _editable(request, slug)
    draft, published = _open_version(tool)
    if draft is None:
        return _nothing_open(request, tool)
    if draft.state == VersionState.IN_REVIEW:
        return redirect("toolkit:version-review", slug=slug)
    stamp, asks = _stamp(draft, published), needs_review(tool)
    form = PublishForm(
        _posted(request), initial={"seen": stamp, "change_note": draft.change_note or _first_note(published)}
    )

    def act() -> None:
        _refuse_if_stale(form, stamp)
        step = ask_review if asks else publish
        step(draft, change_note=form.cleaned_data["change_note"], by=request.user)

    outcome = attempt(form, act)
    if outcome.done:
        words = _("The version now waits for another curator.") if asks else _published_words(tool)
        messages.success(request, words)
        return redirect("toolkit:tool-versions", slug=slug)
    words = _("Ask for a review") if asks else _("Publish")
    context = {"asks": asks, "is_review": False, "why_not": "", "is_own": True, "action": words}
    return _show(request, tool, draft, published, form, outcome, context, stamp=stamp)


def _first_note(published: ToolVersion | None) -> str:
    return "" if published else _("The first version.")


def _published_words(tool: Tool) -> str:
    if tool.is_copy:
        return _("Your copy is published. From now on it stands where the tool it was made from stood.")
    return _("The version is published. Documents under way stay on theirs until somebody moves them.")


@require_http_methods(["GET", "HEAD", "POST"])
def version_review(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The reviewer's page: publish, or send back with a note."""
    tool = _editable(request, slug)
    draft, published = _open_version(tool)
    if draft is None:
        return _nothing_open(request, tool)
    if draft.state == VersionState.DRAFT:
        return redirect("toolkit:version-publish", slug=slug)
    stamp, is_return = _stamp(draft, published), request.POST.get("act") == "return"
    form = ReviewForm(_posted(request), is_return=is_return, initial={"seen": stamp, "change_note": draft.change_note})

    def act() -> None:
        _refuse_if_stale(form, stamp)
        if is_return:
            return_to_draft(draft, note=form.cleaned_data["note"], by=request.user)
        else:
            publish(draft, change_note=form.cleaned_data["change_note"], by=request.user)

    outcome = attempt(form, act)
    if outcome.done:
        words = _("The version is a draft again.") if is_return else _published_words(tool)
        messages.success(request, words)
        return redirect("toolkit:tool-versions", slug=slug)
    context = {
        "asks": False,
        "is_review": True,
        "why_not": why_not_yet(draft, request.user),
        "is_own": draft.review_asked_by_id == request.user.pk,
        "action": _("Publish"),
    }
    return _show(request, tool, draft, published, form, outcome, context, stamp=stamp)


def _nothing_open(request: HttpRequest, tool: Tool) -> HttpResponse:
    refusal = _("There is no draft of this tool to publish.")
    return show_versions(request, tool, refusal=refusal, status=409 if request.method == "POST" else 200)


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _show(
    request: HttpRequest,
    tool: Tool,
    draft: ToolVersion,
    published: ToolVersion | None,
    form: StepForm,
    outcome: Outcome,
    context: dict,
    *,
    stamp: str,
) -> HttpResponse:
    if outcome.status == 409:  # what was typed stays; the page now speaks of the version as it is
        form.data = form.data.copy()
        form.data["seen"] = stamp
    problems = problems_of(draft)
    before = published or (draft.base_version if tool.is_copy else None)
    return render(
        request,
        "toolkit/version/version_publish.html",
        {
            **head_of(tool, can_edit=True, version=draft, is_published=published is not None),
            **context,
            "draft": draft,
            "before": before,
            "form": form,
            "problems": told_problems(draft, problems),
            "untranslated": [
                {"name": own_name(code), "code": code, "n": n} for code, n in untranslated(draft.raw).items()
            ],
            "is_unchanged": is_unchanged(draft, published),
            "is_overtaken": bool(published) and draft.number < published.number,
            "effects": effects_of(tool, None if problems else draft.form) if published else None,
            "differences": differences_of(before, draft),
        },
        status=outcome.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tool_withdraw(request: HttpRequest, *, slug: str) -> HttpResponse:
    tool = _editable(request, slug)
    return _step(
        request,
        tool,
        act=lambda: withdraw_tool(tool, by=request.user),
        done=_("The tool was taken out of use. You can put it back at any time."),
        words={
            "heading": _("Take the tool out of use"),
            "lead": _(
                "Nobody can start a document with it any more. Documents under way go on, and nothing that was filled "
                "in is lost. You can put it back later."
            ),
            "yes": _("Take it out of use"),
            "tone": "danger",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tool_restore(request: HttpRequest, *, slug: str) -> HttpResponse:
    tool = _editable(request, slug)
    return _step(
        request,
        tool,
        act=lambda: restore_tool(tool, by=request.user),
        done=_("The tool can be used again."),
        words={
            "heading": _("Put the tool to use again"),
            "lead": _("It can be found and used again, in the version that was published last."),
            "yes": _("Put it to use"),
            "tone": "",
        },
    )


def _step(request: HttpRequest, tool: Tool, *, act: Callable[[], None], done: str, words: dict) -> HttpResponse:
    if request.method == "POST":
        try:
            act()
        except ValidationError as error:
            return show_versions(request, tool, refusal=" ".join(error.messages), status=409)
        messages.success(request, done)
        return redirect("toolkit:tool-versions", slug=tool.slug)
    return render(request, "toolkit/version/tool_step.html", {**head_of(tool, can_edit=True), **words})
