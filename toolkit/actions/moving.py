"""A document under way goes over to a newer version of its tool. Answers are carried by the ids of questions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import record
from toolkit import emails
from toolkit.actions.documents import first_answers
from toolkit.actions.returning import lift_points
from toolkit.actions.saving import refuse_unless_fillable
from toolkit.models import ABOUT_WITH_NAMES, AnswerChange, Document, PartSubmission, Response, ToolVersion
from toolkit.permissions import can_steer_document
from toolkit.records import collect
from toolkit.schema.carrying import Carried, carry, newly_required
from toolkit.schema.cells import flatten, get_cell
from toolkit.schema.definition import Definition, Item
from toolkit.states import LinkScope, Mode, ResponseState, Source, VersionState

# How people share a document decides how many responses it has; these two have one for everybody.
ONE_RESPONSE = frozenset({Mode.SINGLE, Mode.JOINT})


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What moving does to one response."""

    response: Response
    carried: Carried
    n_kept: int


@dataclass(frozen=True, kw_only=True)
class MovePlan:
    """What moving ``document`` to ``version`` would change.

    ``required`` are questions that must be answered now and were not asked for before, ``added`` all new ones;
    ``reopened`` are parts that were handed in and must be handed in again.
    """

    document: Document
    version: ToolVersion
    moved: tuple[Moved, ...]
    required: tuple[Item, ...]
    added: tuple[Item, ...]
    reopened: tuple[str, ...]

    @property
    def stamp(self) -> str:
        """What a page showed of it, to be held against what would happen when somebody agrees."""
        lost = [f"{each.response.pk} {loss.cell} {loss.value!r}" for each in self.moved for loss in each.carried.lost]
        whole = [f"{self.document.version_id} {self.version.pk} {self.document.state}", *lost, *self.reopened]
        return hashlib.sha256("\n".join(whole).encode()).hexdigest()[:16]


def newer_version(document: Document) -> ToolVersion | None:
    """The published version of the document's tool, if it is newer than the document's own."""
    return (
        ToolVersion.objects.published()
        .filter(tool=document.version.tool_id, number__gt=document.version.number)
        .select_related("tool")
        .defer("words")
        .first()
    )


def what_moving_changes(document: Document, version: ToolVersion) -> MovePlan:
    old, new = document.version.form, version.form
    responses = list(document.responses.all())
    moved = []
    for response in responses:
        response.document = document
        carried = carry(old, new, response.answers)
        gone = {loss.cell for loss in carried.lost}
        cells = [cell for cell, value in flatten(response.answers).items() if value != {} and cell not in gone]
        moved.append(Moved(response=response, carried=carried, n_kept=sum(_stands(carried, cell) for cell in cells)))
    required: dict[str, Item] = {}
    for each in moved:
        required.update({item.id: item for item in newly_required(old, new, each.carried.answers)})
    return MovePlan(
        document=document,
        version=version,
        moved=tuple(moved),
        required=tuple(required.values()),
        added=tuple(item for item in new.items if item.id not in old.by_id and item.kind not in ("note", "calculate")),
        reopened=tuple(
            PartSubmission.objects.filter(response__document=document).order_by("pk").values_list("part", flat=True)
        ),
    )


def _stands(carried: Carried, cell: str) -> bool:
    return get_cell(carried.answers, cell) is not None


def refuse_unless_movable(document: Document, version: ToolVersion) -> None:
    refuse_unless_fillable(document)
    if version.state != VersionState.PUBLISHED or version.tool_id != document.version.tool_id:
        raise ValidationError(_("Documents move only to the published version of their own tool."), code="version")
    if version.number <= document.version.number:
        raise ValidationError(_("This document is on the newest version already."), code="closed")
    if document.mode == Mode.OPEN and document.responses.exists():
        raise ValidationError(
            _("People have begun to answer, so everybody answers the same questions. Start a new document instead."),
            code="closed",
        )
    if document.agreed_at or document.has_closed:
        raise ValidationError(
            _("What each side answered stays as it is, so this document stays on its version."), code="closed"
        )
    mode = version.form.mode
    if mode != document.mode and not {mode, document.mode} <= ONE_RESPONSE:
        raise ValidationError(
            _(
                "The new version is shared in another way: it is %(mode)s. Start a new document with it, and finish or "
                "withdraw this one."
            ),
            code="closed",
            params={"mode": str(Mode(mode).label).lower()},
        )


@transaction.atomic
def move_document(document: Document, version: ToolVersion, *, seen: str, by: User) -> None:
    """Put ``document`` on ``version``. What its answers lose stays in their history; submissions stay as they are.

    ``seen`` is the stamp of the plan that ``by`` agreed to; where something else would happen now, nothing does.
    """
    locked = (
        Document.objects.select_for_update(of=("self",))
        .select_related("partnership__programme", "partnership__coordinator", "version__tool", *ABOUT_WITH_NAMES)
        .get(pk=document.pk)
    )
    if not can_steer_document(by, locked):
        raise PermissionDenied
    version = ToolVersion.objects.select_related("tool").get(pk=version.pk)
    refuse_unless_movable(locked, version)
    list(locked.responses.select_for_update(of=("self",)))
    plan = what_moving_changes(locked, version)
    if plan.stamp != seen:
        raise ValidationError(_("The answers have changed since you opened the page. Look again."), code="stale")
    records = collect(locked, version.form, user=by)
    before, locked.version, locked.mode = locked.version, version, version.form.mode
    locked.save(update_fields=["version", "mode"])
    for each in plan.moved:
        lift_points(each.response)
        _rewrite(each, before.form, version.form, records, by=by)
    _reopen(locked, plan.reopened, by)
    record(
        locked.partnership,
        "document.moved",
        by=by,
        reference=locked.reference,
        title=locked.title,
        before=before.number,
        after=version.number,
    )
    document.version, document.mode = locked.version, locked.mode


def _rewrite(moved: Moved, old: Definition, new: Definition, records: dict[str, Any], *, by: User) -> None:
    """The answers as the new version keeps them, with what its new questions begin with; each change in the history."""
    response, carried = moved.response, moved.carried
    fresh = [new.by_id[key] for key in new.by_id if key not in old.by_id and key not in carried.answers]
    first, found = first_answers(new, records, fresh)
    changes: list[tuple[str, Any, Any, str]] = [
        (cell, get_cell(response.answers, cell), get_cell(carried.answers, cell), Source.PAGE)
        for cell in dict.fromkeys((*(loss.cell for loss in carried.lost), *carried.rewritten))
    ]
    changes += [(cell, None, value, Source.DEFAULT) for cell, value in carried.added.items() if value != {}]
    changes += [(cell, None, value, source) for cell, value, source in found]
    response.answers = {**carried.answers, **first}
    response.revisions = {**response.revisions}
    rows = []
    for cell, before, after, source in changes:
        revision = response.revisions[cell] = response.revisions.get(cell, 0) + 1
        rows.append(
            AnswerChange(
                response=response,
                cell=cell,
                revision=revision,
                before=before,
                after=after,
                user=by,
                name=str(by),
                source=source,
            )
        )
    AnswerChange.objects.bulk_create(rows)
    response.state, response.submitted_at, response.changed_at = ResponseState.DRAFT, None, timezone.now()
    response.save(update_fields=["answers", "revisions", "state", "submitted_at", "changed_at"])


def _reopen(document: Document, parts: Iterable[str], by: User) -> None:
    """Parts that were handed in were so on other questions. Their people are told, and hand in again."""
    PartSubmission.objects.filter(response__document=document).delete()
    for part in parts:
        for link in document.links.live().filter(side=part, scope=LinkScope.FILL).exclude(recipient_email=""):
            emails.send_moved(link, document, str(by))
