"""An agreement on paper: its text, its terms and who accepted it, or lines to sign on."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partnerships.agreement_guards import accepted_by
from partnerships.agreement_states import AGREED
from partnerships.models import Agreement
from toolkit.rendering.display import Drawn
from toolkit.rendering.plain import date_text, direction_of, locale_of
from toolkit.rendering.sheet import Fact, Notice, Sheet
from toolkit.rendering.store import pdf_for
from twinning.languages import name_here
from twinning.markdown import markdown_html


@dataclass(frozen=True, kw_only=True)
class PaperText(Drawn):
    """One language version: its HTML, or the name, size and hash of the file that it is."""

    heading: str
    lang: str
    direction: str
    html: str = ""
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperParty(Drawn):
    """A party with its signature as label, text and direction; without one, lines to sign on."""

    name: str
    direction: str
    note: str = ""
    parts: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgreementSheet(Sheet):
    texts: tuple[PaperText, ...]
    parties: tuple[PaperParty, ...]


def agreement_pdf(agreement: Agreement) -> tuple[bytes, str]:
    """The PDF file of ``agreement`` in the language of the reader, and a name for it. See pdf.py for what it raises."""
    return pdf_for(agreement_paper(agreement)), f"{agreement.reference}.pdf"


def agreement_paper(agreement: Agreement) -> SafeString:
    """A whole page for the PDF door; reads prefetched parties, texts and acceptances."""
    context = {"sheet": agreement_sheet(agreement), "article": "toolkit/read/agreement.html"}
    return render_to_string("layouts/print.html", {**context, "paper_size": settings.PAPER})


def agreement_sheet(agreement: Agreement) -> AgreementSheet:
    lang = translation.get_language() or "en"
    partnership = agreement.partnership
    programme = partnership.programme.name if partnership.programme else ""
    code = agreement.content_hash[:12]
    is_agreed = agreement.state in AGREED
    accepted = accepted_by(agreement)
    return AgreementSheet(
        title=agreement.title,
        kicker=f"{agreement.get_kind_display()} · {agreement.reference}",
        lang=lang,
        direction=locale_of(lang).text_direction,
        running=" · ".join(filter(None, (programme, partnership.name))),
        footing=" · ".join((agreement.reference, _("check code %(code)s") % {"code": code})),
        facts=tuple(_facts(agreement, lang)),
        notices=() if is_agreed else (_unsigned(),),
        sections=(),
        mark="" if is_agreed else str(agreement.standing_label),
        code=code,
        texts=tuple(_text(text, lang) for text in agreement.texts.all()),
        parties=tuple(
            _party(agreement, party, accepted.get(party.participation_id), lang) for party in agreement.parties.all()
        ),
    )


def _unsigned() -> Notice:
    return Notice(
        tone="warning",
        title=_("Not agreed yet."),
        text=_("Not every party has accepted this text. The check code at the foot of the page names it."),
    )


def _facts(agreement: Agreement, lang: str) -> list[Fact]:
    def day(value) -> str:
        return date_text(value.isoformat(), lang) if value else ""

    facts = [
        (_("Partnership"), f"{agreement.partnership.name} ({agreement.partnership.reference})"),
        (_("Status"), agreement.standing_label),
        (_("In force since"), day(agreement.in_force_on)),
        (_("Start date"), day(agreement.starts_on) or _("on the day of the last signature")),
        (_("End date"), day(agreement.ends_on) or _("none, it is open-ended")),
        (_("Review date"), day(agreement.review_on)),
        (_("Notice period in days"), str(agreement.notice_days or "")),
    ]
    if agreement.parent:
        facts.append((agreement.get_relation_display(), f"{agreement.parent.title} ({agreement.parent.reference})"))
    return [Fact(label=str(label), value=value, direction=direction_of(value)) for label, value in facts if value]


def _text(text, lang: str) -> PaperText:
    heading = name_here(text.language)
    if text.prevails:
        heading = _("%(language)s (this version prevails)") % {"language": heading}
    if text.file:
        words = {"name": text.file.name, "size": filesizeformat(text.file.size), "code": text.file.sha256}
        file = _("The text is the file “%(name)s” (%(size)s), SHA-256 %(code)s.") % words
        return PaperText(heading=heading, lang=lang, direction="auto", file=file)
    return PaperText(
        heading=heading,
        lang=text.language,
        direction=direction_of(text.body.lstrip("#*->_ \n")),
        html=markdown_html(text.body, top=2),
    )


def _party(agreement: Agreement, party, acceptance, lang: str) -> PaperParty:
    name = party.participation.organization.name
    side = agreement.partnership.side_label(party.participation.side)
    note = side if party.is_required else _("%(side)s, need not sign") % {"side": side}
    if acceptance is None:
        return PaperParty(name=name, direction=direction_of(name), note=note)
    parts = (
        (_("Name"), acceptance.signatory_name),
        (_("Post"), acceptance.signatory_post),
        (_("Date"), date_text(acceptance.signed_on.isoformat(), lang)),
        (_("How"), str(acceptance.get_mode_display())),
        (_("Check code"), acceptance.content_hash[:12]),
    )
    told = tuple((label, text, direction_of(text)) for label, text in parts if text)
    return PaperParty(name=name, direction=direction_of(name), note=note, parts=told)
