"""The text of a document: written in Markdown, with a palette of data and a look at how it comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from toolkit.actions.drafting import StaleDraftError, edit_draft
from toolkit.forms.editor.body import LONGEST, BodyForm, palette
from toolkit.models import WorkedExample
from toolkit.rendering.body import render_body
from toolkit.rendering.plain import locale_of
from toolkit.rendering.sample import body_html
from toolkit.schema.errors import SchemaError
from toolkit.schema.parsing import parse
from toolkit.schema.parts import parts_of
from toolkit.schema.places import BODY, stamp
from toolkit.schema.sampling import merged, sample_answers
from toolkit.schema.spoken import unknown_names
from toolkit.schema.texts import languages_of
from toolkit.states import ToolKind
from toolkit.views.editor.desk import Desk, show, with_draft
from toolkit.views.outcome import refusal_status
from twinning.languages import name_here
from twinning.throttle import is_blocked, note_miss

DOOR, LOOKS_A_MINUTE = "body-preview", 90


@dataclass(frozen=True, kw_only=True)
class Look:
    """The text as it would come out, what is wrong with it, and what to know about the sample."""

    html: SafeString
    problem: str = ""
    faults: tuple[str, ...] = ()
    note: str = ""
    lang: str = "en"
    direction: str = "ltr"


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def tool_edit_body(request: HttpRequest, desk: Desk) -> HttpResponse:
    if desk.raw.get("kind") != ToolKind.DOCUMENT and "body" not in desk.raw:
        raise Http404
    lang = _lang(desk)
    form = BodyForm(request.POST if request.method == "POST" else None, raw=desk.raw, lang=lang)
    status, clash = 400 if form.is_bound else 200, None
    if form.is_bound and form.is_valid():
        if "_look" in request.POST:
            return _show(desk, form, lang, text=form.cleaned_data["body"])
        try:
            seen = {f"{BODY}{lang}": request.POST.get("seen", "")}
            edit_draft(desk.draft, form.change, seen=seen, by=request.user)
        except StaleDraftError as error:
            theirs = BodyForm(None, raw=error.current.raw, lang=lang).initial["body"]
            clash = [{"label": _("Text"), "mine": form.cleaned_data["body"], "theirs": theirs}]
            desk, status = Desk(request, desk.tool, error.current), 409
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = refusal_status(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(desk.url("edit-body", lang=lang))
    return _show(desk, form, lang, clash=clash, status=status)


def _lang(desk: Desk) -> str:
    wanted = desk.request.GET.get("lang", "")
    return wanted if wanted in languages_of(desk.raw) else desk.lang


def _show(desk: Desk, form: BodyForm, lang: str, *, text: str | None = None, clash=None, status: int = 200):
    known = desk.raw.get("body") if isinstance(desk.raw.get("body"), dict) else {}
    shown = form.data.get("body", "") if form.is_bound else form.initial["body"]
    context = {
        "form": form,
        "body_lang": lang,
        "language_name": name_here(lang),
        "languages": [
            {
                "label": name_here(code),
                "url": desk.url("edit-body", lang=code),
                "current": code == lang,
                "count": "" if known.get(code) else _("missing"),
            }
            for code in languages_of(desk.raw)
        ],
        "palette": palette(desk.raw, desk.lang),
        "look": look_of(desk, lang, shown if text is None else text),
        "seen": stamp(parts_of(desk.raw), desk.raw, f"{BODY}{lang}"),
        "is_unsaved": text is not None,
        "clash": clash,
        "direction": locale_of(lang).text_direction,
    }
    return show(desk, "toolkit/editor/body.html", context, status=status)


def look_of(desk: Desk, lang: str, text: str) -> Look:
    """``text`` with the answers of the worked example in its gaps, else with invented ones."""
    direction = locale_of(lang).text_direction
    if len(text) > LONGEST:
        problem = _("The text is longer than %(limit)d characters.") % {"limit": LONGEST}
        return Look(html=SafeString(""), problem=problem)
    try:
        # What is looked at is the text in the box: a fault of the one that was saved is not its fault.
        form = parse({key: value for key, value in desk.raw.items() if key != "body"})
    except SchemaError:
        body = render_body(text, {})
        note = _("The questions have problems, so the gaps stay empty in this preview.")
        return Look(html=body.html, problem=body.problem, note=note, lang=lang, direction=direction)
    example = WorkedExample.objects.filter(tool=desk.tool).first()
    if example:
        answers, note = merged(example.answers, form), _("With the answers of the worked example.")
    else:
        answers, note = sample_answers(form, lang=lang, today=timezone.localdate()), _("With invented answers.")
    partnership = example.partnership if example else None
    html, problem = body_html(replace(form, body={lang: text}), answers, lang=lang, partnership=partnership)
    missing = unknown_names({**desk.raw, "body": {lang: text}})
    faults = tuple(each.message.translated(_) for each in missing)
    return Look(html=html, problem=problem, faults=faults, note=note, lang=lang, direction=direction)


@require_POST
@with_draft
def tool_edit_body_preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The look of a text that is being written, as a piece of the page."""
    if is_blocked(request, DOOR, limit=LOOKS_A_MINUTE):
        return HttpResponse(_("Wait a moment before you look again."), status=429, content_type="text/plain")
    note_miss(request, DOOR)
    look = look_of(desk, _lang(desk), request.POST.get("body", "").replace("\r\n", "\n"))
    return render(request, "toolkit/editor/_look.html", {"look": look})
