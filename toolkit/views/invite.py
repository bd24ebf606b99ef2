"""Asking several people at once: choose them, read and change the mails, send."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnerships.mail_states import MailKind
from partnerships.models import ADDRESS, TeamMember
from toolkit.actions.inviting import Guest, invite
from toolkit.forms.invite import InviteForm, WordsForm, words_forms
from toolkit.mail_words import Words, filled, words_for
from toolkit.models import Document, ShareLink
from toolkit.rendering.plain import locale_of
from toolkit.states import DocumentState
from toolkit.views.link import steerable
from toolkit.views.outcome import refusal_status, write_on


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def document_invite(request: HttpRequest, *, reference: str) -> HttpResponse:
    """First the choice of people, then what each will read; nothing is sent before it was seen."""
    document = steerable(request, reference)
    if document.state == DocumentState.WITHDRAWN:
        return redirect("toolkit:document-links", reference=reference)
    team, silent = _team(document)
    form = InviteForm(request.POST if request.method == "POST" else None, document=document, team=team)
    step = request.POST.get("_step", "")
    if not form.is_bound or not form.is_valid() or step == "choose":
        status = 400 if form.is_bound and not form.is_valid() else 200
        return _choose(request, document, form, silent, status=status)
    words = words_forms(request.POST, form.guests, document, lambda code: _ready(document, form, code))
    faulty = [each for each in words.values() if each.is_bound and not each.is_valid()]
    if step == "send" and not faulty and all(each.is_bound for each in words.values()):
        return _send(request, document, form, words)
    return _preview(request, document, form, words, status=400 if faulty else 200)


def _team(document: Document) -> tuple[list[TeamMember], list[TeamMember]]:
    """Who can be written to, each person once a side, and who cannot because no e-mail is known."""
    people = document.partnership.team.current().select_related("contact__organization").order_by("side", "role", "pk")
    once = list({(each.contact_id, each.side): each for each in reversed(people)}.values())[::-1]
    return [each for each in once if each.contact.email], [each for each in once if not each.contact.email]


def _ready(document: Document, form: InviteForm, code: str) -> Words:
    return words_for(document, kind=MailKind.LINK, scope=form.cleaned_data["scope"], language=code)


def _choose(
    request: HttpRequest, document: Document, form: InviteForm, silent: list[TeamMember], *, status: int
) -> HttpResponse:
    has = {link.recipient_email.lower() for link in document.links.live() if link.recipient_email}
    rows = [{**row, "has_link": row["member"].contact.email.lower() in has} for row in form.rows]
    for row in rows:
        row["side_label"] = document.part_label(row["member"].side)
    context = {"document": document, "form": form, "rows": rows, "silent": silent}
    return render(request, "toolkit/document_invite.html", context, status=status)


def _preview(
    request: HttpRequest, document: Document, form: InviteForm, words: dict[str, WordsForm], *, status: int
) -> HttpResponse:
    letters = [_letter(document, guest, words, form, request) for guest in form.guests]
    context = {"document": document, "form": form, "words": words.values(), "letters": letters}
    return render(request, "toolkit/document_invite_preview.html", context, status=status)


def _letter(
    document: Document, guest: Guest, words: dict[str, WordsForm], form: InviteForm, request: HttpRequest
) -> dict:
    """What one person will read, with a word where their own address will stand."""
    chosen = words[guest.language or document.language]
    link = ShareLink(
        document=document,
        side=guest.side,
        scope=form.cleaned_data["scope"],
        recipient_name=guest.name,
        recipient_email=guest.email,
        language=guest.language,
        created_by=request.user,
        expires_at=timezone.now() + timedelta(days=form.cleaned_data["days"]),
    )
    now = getattr(chosen, "words", None) or Words(chosen["subject"].value() or "", chosen["body"].value() or "")
    told = filled(now, link)
    return {
        "guest": guest,
        "language": chosen.language,
        "direction": locale_of(chosen.language).text_direction,
        "subject": told.subject,
        "body": told.body.replace(ADDRESS, _("[the address of the link]")),
    }


def _send(request: HttpRequest, document: Document, form: InviteForm, words: dict[str, WordsForm]) -> HttpResponse:
    data = form.cleaned_data
    own = {code: each.words for code, each in words.items()}
    try:
        sent = invite(
            document, form.guests, words=own, scope=data["scope"], days=data["days"], key=data["key"], by=request.user
        )
    except ValidationError as refusal:
        write_on(form, refusal)
        return _preview(request, document, form, words, status=refusal_status(refusal))
    n = len(sent)
    if n:
        text = ngettext("%(n)s person is invited now.", "%(n)s people are invited now.", n) % {"n": n}
        messages.success(request, text)
    else:
        messages.info(request, _("These mails had been written already; nobody got a second one."))
    return redirect("toolkit:document-links", reference=document.reference)
