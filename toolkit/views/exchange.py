"""Tools out of the toolkit and into it: packs, XLSForms, word-processor files, blank forms."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toolkit.actions.exchanging import (
    Coming,
    Delivery,
    What,
    bring_in,
    drop_incoming,
    keep_incoming,
    pack_of,
    reread,
    selection_of,
    tool_file,
)
from toolkit.exchange.refusals import RowNote, told_together
from toolkit.forms.exchange import FORMATS, BringInForm, ExportForm, UploadForm
from toolkit.models import Incoming, Section, Tool, ToolVersion
from toolkit.permissions import can_curate
from toolkit.rendering.differences import Differences, Teller
from toolkit.rendering.pdf import PdfUnavailable, RenderFailed
from toolkit.schema.definition import Definition, tr
from toolkit.views.language import language_asked, languages_offered
from toolkit.views.library import outline_of
from toolkit.views.outcome import attempt
from toolkit.views.public import draw, open_to_all, too_many
from toolkit.views.tool import get_version
from twinning.languages import own_name

EXPORTS_PER_MINUTE = 20
# How each file is called, and what it is good for
FILES = {
    "xlsform": (
        gettext_lazy("XLSForm (.xlsx)"),
        gettext_lazy("To collect answers with KoboToolbox, ODK or another program that reads XLSForm."),
    ),
    "docx": (
        gettext_lazy("Word document (.docx)"),
        gettext_lazy("To mark up the form in a word processor, with comments and tracked changes."),
    ),
    "pack": (
        gettext_lazy("Toolkit pack (.zip)"),
        gettext_lazy("To bring the tool, with its example, into another installation of this product."),
    ),
    "yaml": (
        gettext_lazy("Text file (.yaml)"),
        gettext_lazy("To read or edit the tool as text, or to keep it under version control."),
    ),
}


@require_safe
@open_to_all
def tool_export(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One tool in the formats others use: a page that explains them, or with ``?format=`` the file."""
    version = get_version(request, slug)
    wanted = request.GET.get("format", "")
    if not wanted:
        context = {
            "version": version,
            "tool": version.tool,
            "files": _offers(version),
            "languages": languages_offered(version.form),
        }
        return draw(request, "toolkit/exchange/tool_export.html", context)
    if wanted not in _offered(version):
        raise Http404
    wait = too_many(request, "toolkit-export", limit=EXPORTS_PER_MINUTE)
    if wait:
        return wait
    made = tool_file(version, wanted, language=language_asked(request, version.form))
    return _download(made.content, made.name, made.content_type)


def _offered(version: ToolVersion) -> list[str]:
    """The files of a tool; a guide without questions is no form to be filled in elsewhere."""
    return [name for name in FILES if name != "xlsform" or version.form.items]


def _offers(version: ToolVersion) -> list[dict]:
    files = ((name, *FILES[name]) for name in _offered(version))
    return [{"name": name, "url": f"?format={name}", "label": label, "text": text} for name, label, text in files]


@require_http_methods(["GET", "HEAD", "POST"])
def pack_export(request: HttpRequest) -> HttpResponse:
    """A selection of tools as one file."""
    tools = Tool.objects.visible_to(request.user).published().library()
    form = ExportForm(request.POST or None, tools=tools)
    status = 200
    if form.is_bound:
        try:
            if form.is_valid():
                made = _selection(form)
                return _download(made.content, made.name, made.content_type)
            status = 400
        except (PdfUnavailable, RenderFailed) as error:
            form.add_error("format", str(error))
            status = 503
    rows = tools.for_list()
    names = {section.slug: section for section in Section.objects.all()}
    sections = [
        {"section": names[slug], "tools": list(group)}
        for slug, group in groupby(rows, key=lambda tool: tool.section_id)
    ]
    context = {
        "form": form,
        "sections": sections,
        "chosen": form.chosen(everything="all" in request.GET),
        "formats": FORMATS,
        "can_curate": can_curate(request.user),
    }
    return render(request, "toolkit/exchange/pack_export.html", context, status=status)


def _selection(form: ExportForm):
    chosen, wanted = form.cleaned_data["tool"], form.cleaned_data["format"]
    if wanted == "pack":
        return pack_of(chosen)
    versions = ToolVersion.objects.published().filter(tool__in=chosen).select_related("tool")
    return selection_of(versions, wanted, language=get_language() or "en")


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer


# Into the toolkit


def _curator(request: HttpRequest) -> None:
    if not can_curate(request.user):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def pack_import(request: HttpRequest) -> HttpResponse:
    _curator(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and not form.is_bound:
        form = UploadForm({}, {})
    outcome = attempt(form, lambda: _keep(request, form))
    if outcome.done:
        incoming, _delivery = outcome.saved
        return redirect("toolkit:incoming-detail", public_id=incoming.public_id)
    waiting = Incoming.objects.filter(by=request.user)
    context = {"form": form, "waiting": waiting}
    return render(request, "toolkit/exchange/pack_import.html", context, status=outcome.status)


def _keep(request: HttpRequest, form: UploadForm) -> tuple[Incoming, Delivery]:
    upload = form.cleaned_data["file"]
    return keep_incoming(upload.read(), upload.name or "", by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def incoming_detail(request: HttpRequest, *, public_id: str) -> HttpResponse:
    """What a file would change, tool by tool, before anything is done."""
    _curator(request)
    incoming = get_object_or_404(Incoming, public_id=public_id, by=request.user)
    try:
        delivery = reread(incoming)
    except ValidationError as error:  # what is read here may have become stricter since
        context = {"incoming": incoming, "problems": error.messages}
        return render(request, "toolkit/exchange/incoming_refused.html", context, status=409)
    form = BringInForm(request.POST if request.method == "POST" else None, coming=delivery.coming)
    outcome = attempt(form, lambda: bring_in(incoming, form.chosen, by=request.user, sections=form.sections))
    if outcome.done:
        return _brought(request, outcome.saved)
    context = {
        "incoming": incoming,
        "delivery": delivery,
        "form": form,
        "rows": _rows(delivery, form),
        "same": [each for each in delivery.coming if not each.is_offered],
        "notes": _told(delivery.notes),
        "n_notes": len(delivery.notes),
    }
    return render(request, "toolkit/exchange/incoming_detail.html", context, status=outcome.status)


def _brought(request: HttpRequest, drafts: list[ToolVersion]) -> HttpResponse:
    n = len(drafts)
    done = ngettext(
        "%(n)d draft was made. It is in use once it is published.",
        "%(n)d drafts were made. Each is in use once it is published.",
        n,
    )
    messages.success(request, done % {"n": n})
    if n == 1:
        return redirect("toolkit:tool-edit", slug=drafts[0].tool.slug)
    return redirect("toolkit:tool-drafts")


def _rows(delivery: Delivery, form: BringInForm) -> list[dict]:
    language = get_language() or "en"
    current = ToolVersion.objects.published().filter(tool__slug__in=[each.slug for each in delivery.coming])
    here = {version.tool.slug: version for version in current.select_related("tool")}
    return [
        {
            "coming": each,
            "title": tr(each.title, language),
            "what": WORDS[each.what],
            "field": form[each.slug],
            "section": form[f"{each.slug}:section"] if each.asks_section else None,
            "differences": _differences(each, here.get(each.slug), language),
            **(_contents(each.form, language) if each.slug not in here else {}),
        }
        for each in form.coming
    ]


def _differences(coming: Coming, here: ToolVersion | None, language: str) -> Differences | None:
    if here is None or coming.what == What.NEW:
        return None
    return Teller(here.raw, coming.raw, lang=language, old_form=here.form).differences()


WORDS = {
    What.NEW: ("new", gettext_lazy("New here")),
    What.UPDATE: ("update", gettext_lazy("A newer version of the tool here")),
    What.OLDER: ("older", gettext_lazy("A version that the tool here has left behind")),
    What.CONFLICT: ("conflict", gettext_lazy("Changed on both sides")),
}


def _contents(form: Definition, language: str) -> dict:
    """What a tool that is new here holds, for somebody who has not seen it."""
    outline = outline_of(form, language)
    n_questions = sum(item.kind not in ("calculate", "note") for item in form.items)
    alone = n_questions - sum(part["n_questions"] for part in outline)
    if alone and outline:
        outline.append({"label": _("Outside the groups"), "n_questions": alone})
    return {
        "outline": outline,
        "n_questions": n_questions,
        "n_groups": len(form.groups),
        "n_tables": len(form.repeats),
        "languages": ", ".join(own_name(code) for code in form.languages),
    }


def _told(notes: Iterable[RowNote]) -> list[dict]:
    return [
        {
            "told": [{"where": _where(note), "text": note.message.translated(_)} for note in group.notes],
            "n_more": group.n_more,
        }
        for group in told_together(notes)
    ]


def _where(note: RowNote) -> str:
    if note.row:
        return _("Sheet “%(sheet)s”, row %(row)d") % {"sheet": note.sheet, "row": note.row}
    return _("Sheet “%(sheet)s”") % {"sheet": note.sheet} if note.sheet else ""


@require_POST
def incoming_drop(request: HttpRequest, *, public_id: str) -> HttpResponse:
    _curator(request)
    incoming = get_object_or_404(Incoming, public_id=public_id, by=request.user)
    drop_incoming(incoming)
    messages.success(request, _("The file was discarded. Nothing has changed."))
    return redirect("toolkit:pack-import")
