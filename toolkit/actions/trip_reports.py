"""The trip report of a traveller: a document of the library's tool, begun from the exchange's records."""

from __future__ import annotations

import logging
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.follow_up import add_follow_up
from partnerships.actions.travelling import name_report, take_report
from partnerships.exchange_states import AWAY, AWAY_OR_BACK, WAS_AWAY, TravellerState
from partnerships.models import Contact, FollowUp, Traveller
from partnerships.people import possible_owners
from partnerships.things import kinds, thing_of
from toolkit.actions.documents import start_document
from toolkit.actions.links import create_share_link
from toolkit.models import Document, Response, ShareLink
from toolkit.panels import version_for
from toolkit.report_links import opens_on
from toolkit.states import LinkScope

logger = logging.getLogger(__name__)
TOOL = "trip-report"
LINK_DAYS = 90
MOST_FOLLOW_UPS = 50


def why_no_report(traveller: Traveller) -> str:
    """Why the report of ``traveller`` cannot be written now; empty when it can."""
    if traveller.report_waived_reason:
        return _("No report is asked for.")
    if traveller.reported_at and traveller.exchange.is_over:
        day = {"day": date_format(timezone.localtime(traveller.reported_at).date())}
        return _("The report was handed in on %(day)s, and the exchange is closed. There is nothing more to do.") % day
    if traveller.exchange.is_over:
        return _("The exchange is over, and no report is asked for any more.")
    if traveller.state == TravellerState.NO_SHOW:
        return _("No report is asked for of somebody who did not travel.")
    if traveller.exchange.state not in AWAY_OR_BACK or traveller.state not in (*AWAY, *WAS_AWAY):
        return _("The report is written after the journey.")
    if opens_on(traveller) > timezone.localdate():
        return _("The report opens on %(day)s, the day of return.") % {"day": date_format(opens_on(traveller))}
    return ""


def is_past(traveller: Traveller) -> bool:
    """Whether nothing is to be written under the link any more, now or later."""
    over = traveller.exchange.is_over or traveller.state == TravellerState.NO_SHOW
    return over or bool(traveller.report_waived_reason)


def report_of(traveller: Traveller) -> Document | None:
    """The document in which the report is written, when it was begun."""
    if not traveller.report_reference:
        return None
    own = Document.objects.filter(partnership=traveller.exchange.partnership_id)
    return own.filter(reference=traveller.report_reference).first()


@transaction.atomic
def start_trip_report(traveller: Traveller, *, by: User) -> Document:
    """The report of ``traveller``, begun now or before; filled in with what the records know.

    Raises ValidationError before the day of return, and when the library has no such tool.
    """
    refusal = why_no_report(traveller)
    if refusal:
        raise ValidationError(refusal, code="report")
    # Locked, so that two clicks do not begin two reports.
    Traveller.objects.select_for_update(of=("self",)).get(pk=traveller.pk)
    traveller.refresh_from_db(fields=["report_reference"])
    known = report_of(traveller)
    if known is not None:
        return known
    exchange = traveller.exchange
    version = version_for(exchange.partnership, TOOL)
    if version is None:
        raise ValidationError(_("The library has no trip report that can be used here."), code="tool")
    title = f"{version.title}: {traveller.contact}, {exchange.title}"[:200]
    about = traveller if version.form.subject == "traveller" else None
    document = start_document(
        exchange.partnership, version, by=by, title=title, about=about, due_on=traveller.report_due_on
    )
    name_report(traveller, document.reference)
    return document


def link_to_report(traveller: Traveller, *, by: User) -> ShareLink:
    """A live link to the report of ``traveller``, who needs no account; the report is begun when it was not."""
    document = start_trip_report(traveller, by=by)
    name = str(traveller.contact)
    known = document.links.live().filter(scope=LinkScope.FILL, recipient_name=name).first()
    side = traveller.exchange.sending.side
    return known or create_share_link(document, side=side, days=LINK_DAYS, by=by, recipient_name=name)


def report_handed_in(document: Document, *, by: User | str) -> None:
    """Called when a document was submitted. If it is a trip report, its traveller has reported, and what the report
    asks to be done becomes follow-ups about the exchange. Nothing here stops a submission.
    """
    traveller = (
        Traveller.objects.filter(report_reference=document.reference, exchange__partnership=document.partnership_id)
        .select_related("contact", "exchange__partnership", "exchange__created_by")
        .first()
    )
    if traveller is None:
        return
    responses = list(document.counting_responses())
    days = [found for response in responses if (found := _days_told(document, response)) is not None]
    take_report(traveller, by=by, days=days[0] if days else None)
    for response in responses:
        for row in _asked(document, response):
            _follow_up(traveller, row, by=by if isinstance(by, User) else traveller.exchange.created_by)


def _days_told(document: Document, response: Response) -> Decimal | None:
    """The working days that the report tells; nothing where an adapted copy does not ask for them as a number."""
    items = document.version.form.items
    asked = next((item for item in items if item.name == "working_days" and item.repeat is None), None)
    try:
        days = Decimal(str(response.answers.get(asked.id))) if asked else None
    except InvalidOperation:
        return None
    return days if days is not None and days.is_finite() else None


def _asked(document: Document, response: Response) -> list[dict[str, Any]]:
    """Rows {action, who, by} of the table of follow-up actions."""
    columns = {item.name: item for item in document.version.form.items if item.repeat is not None}
    action = columns.get("follow_up_action")
    if action is None:
        return []
    rows = response.answers.get(action.repeat) or []
    names = {"action": "follow_up_action", "who": "follow_up_who", "by": "follow_up_by"}
    found = [
        {key: row.get(columns[name].id) if name in columns else None for key, name in names.items()} for row in rows
    ]
    return [row for row in found if row["action"]][:MOST_FOLLOW_UPS]


def _follow_up(traveller: Traveller, row: dict[str, Any], *, by: User) -> None:
    exchange, title = traveller.exchange, row["action"][:200]
    about = thing_of(kinds()["exchange"], exchange, exchange.partnership)
    same = FollowUp.objects.filter(
        partnership=exchange.partnership_id, subject_type_id=about.type_id, subject_id=about.pk, title=title
    )
    owner = _owner(traveller, row["who"])
    if owner is None or same.exists():
        return
    follow_up = FollowUp(
        partnership=exchange.partnership,
        owner=owner,
        title=title,
        due_on=row["by"] or None,
        details=_("From the trip report of %(name)s.") % {"name": traveller.contact},
    )
    try:
        with transaction.atomic():
            add_follow_up(follow_up, about=about, by=by)
    except ValidationError as error:
        logger.warning("An action of the report %s became no follow-up: %s", traveller.report_reference, error.messages)


def _owner(traveller: Traveller, who: Any) -> Contact | None:
    """The person named in the report, else the traveller, the responsible coordinator, or anybody on the team."""
    exchange = traveller.exchange
    people = possible_owners(exchange.partnership)
    named = who.get("text", "").strip() if isinstance(who, dict) else ""
    asked = people.filter(Q(name__iexact=named) | Q(local_name__iexact=named)).first() if named else None
    return (
        asked
        or people.filter(pk=traveller.contact_id).first()
        or people.filter(user=exchange.partnership.coordinator_id).first()
        or people.first()
    )
