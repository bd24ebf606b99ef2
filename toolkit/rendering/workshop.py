"""Workshops on paper: certificates to hang on a wall, and the sheet that participants sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partnerships.models import Certificate, Workshop
from partnerships.workshop_reading import sessions_with_trainers
from toolkit.rendering.display import Drawn
from toolkit.rendering.plain import date_text, direction_of, locale_of
from toolkit.rendering.sheet import Fact, Sheet
from toolkit.rendering.store import pdf_for

SPARE_LINES = 6
# More sessions in a day than this stand on a page turned on its side.
UPRIGHT_SESSIONS = 3


@dataclass(frozen=True, kw_only=True)
class PaperCertificate(Drawn):
    """One certificate: whose, of what, when, and where its truth can be checked."""

    name: str
    direction: str
    workshop: str
    when: str
    hours: str
    number: str
    issued: str
    valid: str
    address: str
    code: str
    organizations: str
    trainers: tuple[str, ...]
    is_revoked: bool


@dataclass(frozen=True, kw_only=True)
class CertificateSheet(Sheet):
    certificates: tuple[PaperCertificate, ...]


@dataclass(frozen=True, kw_only=True)
class PaperDay(Drawn):
    """A day of a sign-in sheet: its heading, and for each session its title and hours."""

    heading: str
    sessions: tuple[tuple[str, str], ...]

    @property
    def is_wide(self) -> bool:
        return len(self.sessions) > UPRIGHT_SESSIONS


@dataclass(frozen=True, kw_only=True)
class SignInSheet(Sheet):
    """``people`` holds (name, its direction, organization)."""

    days: tuple[PaperDay, ...]
    people: tuple[tuple[str, str, str], ...]
    spare: tuple[int, ...]


def certificates_pdf(workshop: Workshop, certificates: Iterable[Certificate]) -> tuple[bytes, str]:
    """The PDF of ``certificates``, one a page, and a name for the file. See pdf.py for what it raises."""
    rows = list(certificates)
    name = f"{rows[0].number}.pdf" if len(rows) == 1 else f"{workshop.reference}-certificates.pdf"
    return pdf_for(certificates_paper(workshop, rows)), name


def certificates_paper(workshop: Workshop, certificates: list[Certificate]) -> SafeString:
    lang = _language()
    parties = workshop.partnership.participations.current().select_related("organization")
    organizations = " · ".join(dict.fromkeys(party.organization.name for party in parties))
    trainers = tuple(str(trainer.contact) for trainer in workshop.trainers.select_related("contact")[:2])
    drawn = tuple(_certificate(row, lang, organizations, trainers) for row in certificates)
    one = drawn[0].number if len(drawn) == 1 else workshop.reference
    sheet = CertificateSheet(
        **_common(workshop, lang, title=_("Certificate of completion"), footing=one),
        mark=_("Revoked") if len(drawn) == 1 and drawn[0].is_revoked else "",
        dress="certificate",
        certificates=drawn,
    )
    return _page(sheet, "toolkit/read/certificates.html")


def _certificate(row: Certificate, lang: str, organizations: str, trainers: tuple[str, ...]) -> PaperCertificate:
    return PaperCertificate(
        name=row.name,
        direction=direction_of(row.name),
        workshop=row.workshop_title,
        when=_span(row.starts_on, row.ends_on, lang),
        hours=row.hours,
        number=row.number,
        issued=_day(row.issued_on, lang),
        valid=_day(row.expires_on, lang) if row.expires_on else "",
        address=f"{settings.SITE_URL}{row.verify_path}",
        code=row.code,
        organizations=organizations,
        trainers=trainers,
        is_revoked=row.revoked_at is not None,
    )


def sign_in_pdf(workshop: Workshop) -> tuple[bytes, str]:
    """The sheet to sign, a page or more a day, and a name for the file."""
    return pdf_for(sign_in_paper(workshop)), f"{workshop.reference}-sign-in.pdf"


def sign_in_paper(workshop: Workshop) -> SafeString:
    lang = _language()
    days: dict[date, list[tuple[str, str]]] = {}
    for session in sessions_with_trainers(workshop):
        start, end = session.local_start(workshop.zone), session.local_end(workshop.zone)
        days.setdefault(start.date(), []).append((session.title, f"{start:%H:%M}–{end:%H:%M}"))
    facts = [(_("Place"), workshop.place), (_("Time zone"), workshop.time_zone)]
    sheet = SignInSheet(
        **_common(workshop, lang, title=_("Sign-in sheet"), footing=workshop.reference),
        days=tuple(PaperDay(heading=_day(day, lang), sessions=tuple(rows)) for day, rows in days.items()),
        people=tuple(
            (person.name, direction_of(person.name), person.organization) for person in workshop.registrations.seated()
        ),
        spare=tuple(range(SPARE_LINES)),
    )
    shown = tuple(Fact(label=str(label), value=value, direction=direction_of(value)) for label, value in facts if value)
    return _page(SignInSheet(**{**sheet.__dict__, "facts": shown}), "toolkit/read/sign_in.html")


def _common(workshop: Workshop, lang: str, *, title: str, footing: str) -> dict:
    programme = workshop.partnership.programme.name if workshop.partnership.programme else ""
    return {
        "title": title,
        "kicker": f"{workshop.title} · {workshop.reference}",
        "lang": lang,
        "direction": locale_of(lang).text_direction,
        "running": " · ".join(filter(None, (programme, workshop.partnership.name))),
        "footing": footing,
        "facts": (),
        "notices": (),
        "sections": (),
    }


def _page(sheet: Sheet, article: str) -> SafeString:
    context = {"sheet": sheet, "article": article, "paper_size": settings.PAPER}
    return render_to_string("layouts/print.html", context)


def _language() -> str:
    return translation.get_language() or "en"


def _day(day: date, lang: str) -> str:
    return date_text(day.isoformat(), lang)


def _span(start: date, end: date, lang: str) -> str:
    return _day(start, lang) if start == end else f"{_day(start, lang)} – {_day(end, lang)}"
