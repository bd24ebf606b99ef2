"""A link on paper: a QR code to scan, a short address to type, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.models import ShareLink
from toolkit.rendering.pdf import html_to_pdf
from toolkit.rendering.plain import date_text, direction_of, locale_of
from toolkit.rendering.qr import QrCode, qr_code
from toolkit.rendering.sheet import Fact, Sheet
from toolkit.states import LinkScope
from twinning.languages import words_in


@dataclass(frozen=True, kw_only=True)
class LinkSheet(Sheet):
    """``typed_code`` is empty while the link has no code."""

    qr: QrCode
    asked: str
    short: str
    typed_code: str
    sender: str
    sender_email: str


def link_sheet(link: ShareLink) -> LinkSheet:
    """The paper of ``link``, in the language of its recipient."""
    document = link.document
    lang = words_in(link.mail_language)
    with translation.override(lang):
        until = date_text(timezone.localtime(link.expires_at).date().isoformat(), lang)
        facts = [
            (_("For"), link.recipient_name),
            (_("Side"), link.side_label),
            (_("Partnership"), document.partnership.name),
            (_("Due date"), date_text(document.due_on.isoformat(), lang) if document.due_on else ""),
            (_("The link works until"), until),
        ]
        return LinkSheet(
            title=document.title,
            kicker=document.reference,
            lang=lang,
            direction=locale_of(lang).text_direction,
            running=document.partnership.name,
            footing=document.reference,
            facts=tuple(Fact(label=name, value=value, direction=direction_of(value)) for name, value in facts if value),
            notices=(),
            sections=(),
            qr=qr_code(link.url),
            asked=_asked(link.scope),
            short=f"{settings.SITE_URL}{reverse('toolkit:short-door')}",
            typed_code=link.written_code,
            sender=str(link.created_by),
            sender_email=link.created_by.email,
        )


def _asked(scope: str) -> str:
    if scope == LinkScope.FILL:
        return _("Please fill this in. No account is needed.")
    return _("Please read this and comment.") if scope == LinkScope.REVIEW else _("This is for you to read.")


def link_html(sheet: LinkSheet) -> SafeString:
    """The paper as a part of a page."""
    with translation.override(sheet.lang):
        return render_to_string("toolkit/read/link.html", {"sheet": sheet, "is_paper": False})


def link_pdf(link: ShareLink) -> tuple[bytes, str]:
    """The paper as a PDF and a name for the file. It is a key: it is made anew each time and kept by nobody."""
    sheet = link_sheet(link)
    with translation.override(sheet.lang):
        context = {"sheet": sheet, "article": "toolkit/read/link.html", "paper_size": settings.PAPER}
        page = render_to_string("layouts/print.html", context)
    return html_to_pdf(page, stylesheet="print print-link"), f"{link.document.reference}-link.pdf"
