"""An agreement whose text is taken from a document of the toolkit, where both sides have already written it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.agreement import create_agreement, save_text
from partnerships.agreement_content import PartyChoice
from partnerships.agreement_states import AgreementKind
from partnerships.models import Agreement, Partnership
from partnerships.states import ToolkitSection
from toolkit.facts import MEMORANDUM
from toolkit.models import Document
from toolkit.permissions import writer_for_user
from toolkit.rendering.html import document_markdown
from toolkit.states import DELIVERED, Mode, ToolKind

DATES = ("starts_on", "ends_on", "review_on")


def documents_to_sign(partnership: Partnership) -> QuerySet[Document]:
    """The texts of the first section that were handed in, newest first."""
    return (
        partnership.documents.filter(
            state__in=DELIVERED,
            version__tool__kind=ToolKind.DOCUMENT,
            version__tool__section__slug=ToolkitSection.INITIATE,
        )
        .exclude(mode=Mode.EACH)
        .select_related("version__tool__section", "version__tool__base__base")
        .defer("version__definition")
        .order_by("-started_at", "-pk")
    )


@transaction.atomic
def start_agreement_from(document: Document, *, by: User) -> Agreement:
    """A draft agreement with the text of ``document``, its dates and notice period, between all that take part."""
    partnership = document.partnership
    try:
        body = document_markdown(document, writer=writer_for_user(by, document))
    except ValueError:
        raise ValidationError(_("The text of this document cannot be put together."), code="text") from None
    is_memorandum = document.version.tool.stands_for == MEMORANDUM
    agreement = Agreement(
        partnership=partnership,
        kind=AgreementKind.MEMORANDUM if is_memorandum else AgreementKind.OTHER,
        title=f"{document.title}: {partnership.name}"[:200],
        **_terms(document),
    )
    parties = {each: PartyChoice() for each in partnership.participations.current()}
    create_agreement(agreement, parties=parties, by=by)
    return save_text(
        agreement,
        language=document.language,
        body=body,
        prevails=False,
        seen_version=agreement.version,
        by=by,
    )


def _terms(document: Document) -> dict:
    """Dates and notice period, where the form asks for them under these names and the dates stand in order."""
    response = document.counting_responses().first()
    found = {item.name: response.answers.get(item.id) for item in document.version.form.items if item.repeat is None}
    terms = {name: _day(found.get(name)) for name in DATES}
    if found.get("open_ended") == "yes":
        terms["ends_on"] = None
    start, end = terms["starts_on"], terms["ends_on"]
    if start and end and end <= start:
        terms["ends_on"] = end = None
    if terms["review_on"] and (end or start and terms["review_on"] <= start):
        terms["review_on"] = None
    notice = found.get("notice_days")
    if isinstance(notice, int) and 0 < notice <= 3650:
        terms["notice_days"] = notice
    return terms


def _day(value) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
