"""The mail with one link, or a reminder of it: read and changed before it goes out."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnerships.mail_states import MailKind
from partnerships.models import ADDRESS
from toolkit.actions.links import remind_by_hand, resend_share_link
from toolkit.forms.invite import WordsForm
from toolkit.mail_addresses import why_no_reminder
from toolkit.mail_words import Words, filled, words_for
from toolkit.models import Document, ShareLink
from toolkit.rendering.plain import locale_of
from toolkit.views.link import refused, steerable, the_link
from toolkit.views.outcome import refusal_status, write_on
from twinning.languages import words_in


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link_mail(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    return _mail(request, reference, public_id, kind=MailKind.LINK)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link_remind(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    return _mail(request, reference, public_id, kind=MailKind.REMINDER)


def _mail(request: HttpRequest, reference: str, public_id: str, *, kind: str) -> HttpResponse:
    document = steerable(request, reference)
    link = the_link(document, public_id)
    why = _why_not(link, kind)
    if why:
        return refused(request, document, ValidationError(why))
    form = WordsForm(request.POST) if request.method == "POST" else WordsForm(initial=_ready(link, kind).__dict__)
    if form.is_bound and form.is_valid() and request.POST.get("_step") == "send":
        try:
            _send(request, link, form.words, kind)
        except ValidationError as refusal:
            write_on(form, refusal)
            return _page(request, document, link, form, kind, status=refusal_status(refusal))
        messages.success(request, _("The mail goes to %(email)s now.") % {"email": link.recipient_email})
        return redirect("toolkit:link-detail", reference=reference, public_id=public_id)
    return _page(request, document, link, form, kind, status=400 if form.is_bound and form.errors else 200)


def _why_not(link: ShareLink, kind: str) -> str:
    if not link.recipient_email:
        return _("No e-mail address is known for this link. Copy it, or make a new one with an address.")
    if kind == MailKind.REMINDER:
        return why_no_reminder(link)
    return "" if link.is_live else _("This link no longer works, so it was not sent. Make a new one.")


def _ready(link: ShareLink, kind: str) -> Words:
    """The words for this one person; only the address still stands in braces."""
    told = filled(words_for(link.document, kind=kind, scope=link.scope, language=link.mail_language), link)
    return Words(told.subject, told.body.replace(ADDRESS, "{address}"))


def _send(request: HttpRequest, link: ShareLink, words: Words, kind: str) -> None:
    if kind == MailKind.REMINDER:
        remind_by_hand(link, by=request.user, words=words)
        return
    key = request.POST.get("_key", "")[:40]
    resend_share_link(link, by=request.user, words=words, once=f"mail:{link.public_id}:{key}" if key else "")


def _page(
    request: HttpRequest, document: Document, link: ShareLink, form: WordsForm, kind: str, *, status: int
) -> HttpResponse:
    now = getattr(form, "words", None) or Words(form["subject"].value() or "", form["body"].value() or "")
    told = filled(now, link)
    language = words_in(link.mail_language)
    context = {
        "document": document,
        "link": link,
        "form": form,
        "is_reminder": kind == MailKind.REMINDER,
        "key": request.POST.get("_key", "")[:40] or secrets.token_urlsafe(12),
        "subject": told.subject,
        "body": told.body.replace(ADDRESS, link.url),
        "language": language,
        "direction": locale_of(language).text_direction,
    }
    return render(request, "toolkit/link_mail.html", context, status=status)
