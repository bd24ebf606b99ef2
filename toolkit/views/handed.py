"""A file that came back, looked at: original, theirs and now of each answer that it would change."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.actions.handing_in import THEIRS, NotTakenError, Offer, decline, offer_of, take_over
from toolkit.actions.saving import refuse_unless_fillable, refuse_unless_writable
from toolkit.models import HandedFile, ShareLink
from toolkit.permissions import can_read_scan, can_see_handed
from toolkit.rendering.display import Voice, show
from toolkit.schema.cells import parse_cell
from toolkit.schema.definition import Definition, Item, language_of, tr
from toolkit.schema.returning import Difference
from toolkit.views.door import Door, account_door, link_door
from toolkit.views.outcome import refusal_status
from toolkit.views.shared import shared_link_required
from toolkit.views.taking import writing_link
from twinning.downloads import download


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handed_detail(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    return _look(request, account_door(request, reference), public_id)


@shared_link_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_handed(request: HttpRequest, *, link: ShareLink, public_id: str) -> HttpResponse:
    return _look(request, writing_link(link), public_id)


def _handed(door: Door, public_id: str) -> HandedFile:
    rows = HandedFile.objects.filter(response__document=door.document).select_related("response")
    handed = get_object_or_404(rows, public_id=public_id)
    handed.response.document = door.document
    return handed


def _look(request: HttpRequest, door: Door, public_id: str) -> HttpResponse:
    handed = _handed(door, public_id)
    if handed.is_paper or not can_see_handed(door.writer, handed):
        raise Http404
    if request.method == "POST":
        return _decide(request, door, handed)
    return _page(request, door, handed)


def _decide(request: HttpRequest, door: Door, handed: HandedFile) -> HttpResponse:
    chosen = {name.removeprefix("cell:"): value for name, value in request.POST.items() if name.startswith("cell:")}
    try:
        if request.POST.get("_action") == "decline":
            decline(handed, by=door.writer)
            messages.success(request, _("Nothing of this file was taken over. It is kept with the document."))
            return redirect(door.home)
        n = take_over(handed, chosen, _seen(request), by=door.writer)
    except NotTakenError as error:
        handed = _handed(door, handed.public_id)
        notice = " ".join(error.messages)
        status = 422 if error.code != "stale" else 409
        return _page(request, door, handed, notice=notice, reasons=error.reasons, chosen=chosen, status=status)
    except ValidationError as error:
        handed = _handed(door, handed.public_id)
        status = 409 if error.code in ("decided", "part") else refusal_status(error)
        return _page(request, door, handed, notice=" ".join(error.messages), chosen=chosen, status=status)
    done = ngettext("%(n)d answer was taken over.", "%(n)d answers were taken over.", n) % {"n": n}
    messages.success(request, done if n else _("The answers stay as they are. The file is kept with the document."))
    return redirect(door.home)


def _seen(request: HttpRequest) -> dict[str, int]:
    try:
        seen = json.loads(request.POST.get("_seen", "{}"))
    except (ValueError, RecursionError):
        return {}
    return {str(cell): n for cell, n in seen.items() if isinstance(n, int)} if isinstance(seen, dict) else {}


def _page(
    request: HttpRequest,
    door: Door,
    handed: HandedFile,
    *,
    notice: str = "",
    reasons: dict[str, str] | None = None,
    chosen: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    offer = offer_of(handed, by=door.writer) if handed.is_waiting else None
    teller = _Teller(door, reasons or {}, chosen or {})
    rows = [teller.row(each) for each in offer.returned.differences] if offer else []
    shown = {row["cell"] for row in rows}
    context = {
        "door": door,
        "layout": door.layout,
        "document": door.document,
        "handed": handed,
        "file_url": door.address("file", handed.public_id),
        "offer": offer,
        "notice": notice,
        "closed": _closed(door, handed) if handed.is_waiting else "",
        "rows": rows,
        "n_open": sum(not row["choice"] for row in rows),
        "left": teller.left(offer) if offer else [],
        "loose": [words for cell, words in (reasons or {}).items() if not _told_in(cell, shown)],
        "seen": json.dumps(handed.response.revisions, separators=(",", ":")),
    }
    return render(request, "toolkit/taking/handed.html", context, status=status)


def _told_in(cell: str, shown: set[str]) -> bool:
    return cell in shown or cell.rpartition("/")[0] in shown


def _closed(door: Door, handed: HandedFile) -> str:
    """Why nothing can be taken over at the moment; empty when it can."""
    try:
        refuse_unless_fillable(door.document)
        refuse_unless_writable(handed.response, door.writer)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


class _Teller:
    """Differences in words, in the language of the document."""

    def __init__(self, door: Door, reasons: dict[str, str], chosen: dict[str, str]):
        self.form: Definition = door.document.version.form
        self.lang = language_of(self.form, door.document.language)
        self.voice = Voice(self.form, self.lang)
        self.reasons, self.chosen = reasons, chosen

    def row(self, each: Difference) -> dict[str, Any]:
        usual = THEIRS if each.is_clear else ""
        reason = next((words for cell, words in self.reasons.items() if _told_in(cell, {each.cell})), "")
        return {
            "cell": each.cell,
            "label": self.label(each.cell),
            "original": self.words(each, each.original),
            "theirs": self.words(each, each.theirs),
            "now": self.words(each, each.now),
            "is_clear": each.is_clear,
            "is_taken_out": each.is_row and each.theirs is None,
            "is_back": each.is_row and each.theirs is not None,
            "choice": self.chosen.get(each.cell, usual) if not reason or each.cell in self.chosen else "",
            "reason": reason,
        }

    def words(self, each: Difference, value: Any) -> str:
        if not each.is_row:
            return self.said(self.form.by_id[parse_cell(each.cell).item], value)
        told = (
            (self.form.by_id.get(name), answer) for name, answer in (value or {}).items() if name in self.form.by_id
        )
        return "\n".join(f"{tr(item.label, self.lang)}: {self.said(item, answer)}" for item, answer in told)

    def said(self, item: Item, value: Any) -> str:
        with translation.override(self.lang):
            return show(item, value, self.voice).text

    def label(self, key: str) -> str:
        """What a cell is called: its question, in a table with the table and the column."""
        try:
            cell = parse_cell(key)
        except ValueError:
            return key
        names = [self.form.by_id[each] for each in (cell.repeat, cell.item) if each in self.form.by_id]
        return " – ".join(tr(node.label, self.lang) for node in names) or key

    def left(self, offer: Offer) -> list[dict[str, str]]:
        told = [(cell, words) for cell, words in offer.problems]
        told += [(cell, why.translated(_)) for cell, why in offer.returned.left]
        return [{"label": self.label(cell) if cell else "", "words": words} for cell, words in told]


@require_safe
@never_cache
def handed_file(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    return _send(account_door(request, reference), public_id)


@shared_link_required
@require_safe
def shared_handed_file(request: HttpRequest, *, link: ShareLink, public_id: str) -> HttpResponse:
    return _send(link_door(link), public_id)


def _send(door: Door, public_id: str) -> HttpResponse:
    """The file as it came. A scan is for whoever may read the answers on it, any other for those who decide on it."""
    handed = _handed(door, public_id)
    allowed = can_read_scan if handed.is_paper else can_see_handed
    if not allowed(door.writer, handed):
        raise Http404
    return download(handed.file, name=handed.name, content_type=handed.content_type)
