"""Returning single questions, groups and parts: only they are opened, and only their people hand in again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from toolkit import emails
from toolkit.actions.signing import void_signatures
from toolkit.models import Decision, Document, PartSubmission, Response, ReturnedPoint
from toolkit.models.review import REASON_LENGTH
from toolkit.returned import WHOLE, is_place, label_of_place, parts_concerned, sides_of_place
from toolkit.review_permissions import EVERYBODYS, returnable_sides
from toolkit.states import LinkScope, Mode, ResponseState, VoidedBy


@dataclass(frozen=True, kw_only=True)
class Point:
    """A place that is returned with its own reason. ``side`` names the response where each side has one."""

    place: str
    reason: str
    side: str = ""


def refuse_what_may_not_be_returned(document: Document, points: Sequence[Point], *, by: User) -> None:
    """PermissionDenied where ``by`` names what is not theirs to return; without points that is everything."""
    sides = returnable_sides(by, document)
    if sides == EVERYBODYS:
        return
    if not points or not sides:
        raise PermissionDenied
    for point in points:
        own = {point.side} if document.mode == Mode.EACH else sides_of_place(document.version.form, point.place)
        if not own <= sides:
            raise PermissionDenied


def open_responses(
    decision: Decision,
    document: Document,
    points: Sequence[Point],
    parts_of: Callable[[Response], tuple[str, ...]],
    *,
    by: User,
) -> None:
    """Make drafts of the responses that ``points`` name, or of all. Their signatures count no longer; people are told.

    ``parts_of`` gives the parts that make a response whole. The document is locked, and returned already.
    """
    by_side: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        by_side[point.side].append(point)
    if document.mode == Mode.OPEN:  # what many people sent stays as they sent it; more of them may answer
        _refuse_unknown(document, points, set())
        return
    responses = list(document.counting_responses().select_for_update(of=("self",)).order_by("pk"))
    _refuse_unknown(document, points, {response.side for response in responses})
    for response in responses:
        if points and response.side not in by_side:
            continue
        response.document = document
        own = by_side[response.side]
        ReturnedPoint.objects.bulk_create(
            ReturnedPoint(decision=decision, response=response, place=point.place, reason=point.reason.strip())
            for point in own
        )
        parts = set(parts_of(response))
        if own:
            parts = parts_concerned(document.version.form, [point.place for point in own], parts)
        void_signatures(response, VoidedBy(decision.kind), by=by)
        _tell(document, response, decision, parts, own)
        response.part_submissions.filter(part__in=parts).delete()
        response.state, response.submitted_at = ResponseState.DRAFT, None
        response.save(update_fields=["state", "submitted_at"])


def _refuse_unknown(document: Document, points: Iterable[Point], sides: set[str]) -> None:
    form = document.version.form
    seen: set[tuple[str, str]] = set()
    for point in points:
        is_known = point.place == WHOLE if document.mode == Mode.EACH else False
        if point.side not in sides or not (is_known or is_place(form, point.place)):
            raise ValidationError(_("This form has no such question."), code="place")
        if not point.reason.strip():
            raise ValidationError(_("Please say what should change."), code="reason")
        if len(point.reason) > REASON_LENGTH or (point.side, point.place) in seen:
            raise ValidationError(
                _("Say once what should change, in at most %(most)s characters."),
                code="reason",
                params={"most": REASON_LENGTH},
            )
        seen.add((point.side, point.place))


def _tell(document: Document, response: Response, decision: Decision, parts: set[str], points: Sequence[Point]) -> None:
    """A mail to those who hold a link for a part that is open again, and to those who handed it in."""
    links = document.links.live().filter(scope=LinkScope.FILL).exclude(recipient_email="")
    if "" not in parts:
        links = links.filter(side__in=parts)
    handed_in = PartSubmission.objects.filter(Q(user__isnull=False), response=response, part__in=parts)
    people = {row.user for row in handed_in.select_related("user") if row.user_id != decision.user_id}
    links = list(links)

    def places(lang: str) -> list[tuple[str, str]]:
        return [(label_of_place(document, point.place, lang), point.reason.strip()) for point in points]

    for link in links:
        emails.send_returned(link, document, decision.reason, places(link.mail_language))
    for person in people:
        if person.is_active:
            emails.send_returned_to(person, document, decision.reason, places(document.language))


def lift_points(response: Response) -> None:
    """Forget that only some questions were returned: the form is another one now, and all of it is open."""
    response.returned_points.open().delete()
