"""The way of a version: draft, in review, published; and tools that leave the library for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.models import record
from toolkit.actions.library import next_number
from toolkit.models import Tool, ToolVersion
from toolkit.models.library import position_of
from toolkit.permissions import can_edit_tool
from toolkit.rendering.body import body_fault
from toolkit.rendering.sample import body_problems
from toolkit.schema.errors import Problem, SchemaError
from toolkit.schema.locks import left_out_now, lock_violations
from toolkit.schema.words import _ as message
from toolkit.states import VersionState, version_can_become

# What a copy has from its base: people find it under the same number, in the same place.
KEPT_BY_COPIES = {
    "number": message("A copy keeps the number of the tool it was made from."),
    "section": message("A copy keeps the section of the tool it was made from."),
    "kind": message("A copy stays the kind of tool that it was made from."),
}


class NotSoundError(ValidationError):
    """A draft that cannot be published as it is. ``problems`` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(_("Something must be put right before this can be published."), code="problems")


def needs_review(tool: Tool) -> bool:
    """Whether another curator must look before a version of ``tool`` is published.

    Copies are their owner's business, and who is the only curator here has nobody to ask.
    """
    return settings.TOOLKIT_REVIEW and not tool.is_copy and has_other_curators()


def has_other_curators() -> bool:
    return User.objects.filter(Q(is_curator=True) | Q(is_admin=True), is_active=True)[:2].count() > 1


def problems_of(version: ToolVersion) -> tuple[Problem, ...]:
    """All that keeps a draft from being published: faults of the form and of its text, and in a copy what its base
    holds fast."""
    problems = (*version.problems(), *_text_problems(version))
    if not version.base_version_id:
        return problems
    base, raw = version.base_version.raw, version.raw
    kept = [Problem(path=key, message=words) for key, words in KEPT_BY_COPIES.items() if base.get(key) != raw.get(key)]
    # What was published without a question stays so; a first version is held against the base.
    published = version.tool.versions.published().first()
    told = lock_violations(base, raw)
    locked = {problem.part for problem in told}
    missed = left_out_now(base, published.raw if published else base, raw)
    return (*problems, *told, *(each for each in missed if each.part not in locked), *kept)


def _text_problems(version: ToolVersion) -> tuple[Problem, ...]:
    """What is wrong with a document's text: one that loops for ever or calls what is not there is never published."""
    try:
        told = body_problems(version.form)
    except SchemaError:  # nothing can be answered yet; the text is put together all the same
        body = version.raw.get("body")
        texts = body.items() if isinstance(body, Mapping) else ()
        told = [(lang, fault) for lang, text in texts if isinstance(text, str) and (fault := body_fault(text))]
    return tuple(Problem(path=f"body.{lang}", message=message("%(problem)s", problem=each)) for lang, each in told)


@transaction.atomic
def ask_review(version: ToolVersion, *, change_note: str, by: User) -> None:
    """Hand a sound draft to another curator."""
    locked = _lock(version, by=by)
    if locked.tool.is_copy:
        raise ValidationError(_("A copy is published by its owner; nobody else reviews it."), code="transition")
    _refuse_unsound(locked)
    _move(locked, VersionState.IN_REVIEW)
    locked.change_note = _note(change_note)
    locked.review_asked_by, locked.review_asked_at, locked.review_note = by, timezone.now(), ""
    locked.save(update_fields=["state", "change_note", "review_asked_by", "review_asked_at", "review_note"])
    _bring_up_to_date(version, locked)


@transaction.atomic
def return_to_draft(version: ToolVersion, *, note: str, by: User) -> None:
    """Out of the review: sent back by a reviewer, who says why, or taken back by whoever asked."""
    locked = _lock(version, by=by)
    if not note.strip() and locked.review_asked_by_id != by.pk:
        raise ValidationError(_("Please say what should change."), code="note")
    if locked.state != VersionState.IN_REVIEW:
        raise ValidationError(_("This version is not in review."), code="transition")
    _move(locked, VersionState.DRAFT)
    locked.review_note = note.strip()
    locked.save(update_fields=["state", "review_note"])
    _bring_up_to_date(version, locked)


@transaction.atomic
def publish(version: ToolVersion, *, change_note: str, by: User) -> ToolVersion:
    """Freeze ``version`` and put it in the place of the one before.

    Refused: a version that has changed since it was read, a faulty one (NotSoundError), one in which nothing is new,
    and one that another curator must see first.
    """
    locked = _lock(version, by=by)
    if not version_can_become(locked.state, VersionState.PUBLISHED):
        raise ValidationError(_("This version was published already."), code="transition")
    tool = locked.tool
    if reason := why_not_yet(locked, by):
        raise ValidationError(reason, code="transition")
    _refuse_unsound(locked)
    before = tool.versions.published().first()
    if before:
        before.state = VersionState.SUPERSEDED
        before.save(update_fields=["state"])
        locked.number = locked.number if locked.number > before.number else next_number(tool)
    locked.set_definition(locked.raw)
    locked.state, locked.published_by, locked.published_at = VersionState.PUBLISHED, by, timezone.now()
    locked.change_note = _note(change_note)
    locked.save()
    _follow(tool, locked.raw)
    _tell(tool, locked, "tool.published", by=by, number=locked.number)
    return locked


def _lock(version: ToolVersion, *, by: User) -> ToolVersion:
    """The version as it stands now, held until the end, its tool first; PermissionDenied, or a refusal when stale."""
    tool = Tool.objects.select_for_update(of=("self",)).get(pk=version.tool_id)
    if not can_edit_tool(by, tool):
        raise PermissionDenied
    locked = ToolVersion.objects.select_for_update(of=("self",)).filter(pk=version.pk).first()
    if locked is None or locked.revision != version.revision:
        raise ValidationError(
            _("This version has changed since you opened the page. Look at it again first."), code="stale"
        )
    locked.tool = tool
    return locked


def _move(version: ToolVersion, new: str) -> None:
    if not version_can_become(version.state, new):
        words = {"old": version.get_state_display().lower(), "new": str(VersionState(new).label).lower()}
        raise ValidationError(_("A version that is %(old)s cannot become %(new)s."), code="transition", params=words)
    version.state = new


def why_not_yet(version: ToolVersion, by: User) -> str:
    """Why ``by`` cannot publish an open version although nothing is wrong with it: another curator has to see it."""
    if not needs_review(version.tool):
        return ""
    if version.state == VersionState.DRAFT:
        return _("Another curator must look at this version first. Ask for a review.")
    if version.review_asked_by_id == by.pk:
        return _("You asked for this review, so another curator publishes the version.")
    return ""


def _refuse_unsound(version: ToolVersion) -> None:
    if problems := problems_of(version):
        raise NotSoundError(problems)
    if is_unchanged(version, version.tool.versions.published().first()):
        raise ValidationError(_("Nothing has changed since the published version."), code="unchanged")


def is_unchanged(version: ToolVersion, before: ToolVersion | None) -> bool:
    """Whether ``version`` says what ``before``, the published one, says. A copy that moved on to another version of its
    base is new even where its own text stayed."""
    return (
        before is not None
        and before.content_hash == version.content_hash
        and before.base_version_id == version.base_version_id
    )


def _note(text: str) -> str:
    longest = ToolVersion._meta.get_field("change_note").max_length
    text = " ".join(text.split())
    if not text:
        raise ValidationError(_("Please say in a sentence what is new."), code="change_note")
    if len(text) > longest:
        raise ValidationError(_("Use at most %(most)s characters."), code="change_note", params={"most": longest})
    return text


def _follow(tool: Tool, raw: Mapping[str, Any]) -> None:
    """The tool stands where its published version says."""
    tool.kind, tool.section_id, tool.number = raw["kind"], raw["section"], raw.get("number", "")
    tool.position = position_of(tool.number)
    tool.save(update_fields=["kind", "section", "number", "position"])


def _bring_up_to_date(version: ToolVersion, locked: ToolVersion) -> None:
    for name in ("state", "change_note", "review_note", "review_asked_by_id", "review_asked_at"):
        setattr(version, name, getattr(locked, name))


def _tell(tool: Tool, version: ToolVersion | None, verb: str, *, by: User, **data: Any) -> None:
    """In the history of the partnership whose copy this is; the library has its own, which is its versions."""
    if tool.partnership:
        version = version or tool.versions.first()
        record(tool.partnership, verb, by=by, title=version.title if version else tool.slug, **data)


@transaction.atomic
def withdraw_tool(tool: Tool, *, by: User) -> None:
    """Out of the library. Documents under way go on, and copies stay what they are."""
    locked = _lock_tool(tool, by)
    if locked.withdrawn_at:
        raise ValidationError(_("This tool is withdrawn already."), code="withdrawn")
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    _tell(locked, None, "tool.withdrawn", by=by)
    tool.withdrawn_at = locked.withdrawn_at


@transaction.atomic
def restore_tool(tool: Tool, *, by: User) -> None:
    locked = _lock_tool(tool, by)
    if not locked.withdrawn_at:
        raise ValidationError(_("This tool is not withdrawn."), code="withdrawn")
    locked.withdrawn_at = None
    locked.save(update_fields=["withdrawn_at"])
    _tell(locked, None, "tool.restored", by=by)
    tool.withdrawn_at = None


def _lock_tool(tool: Tool, by: User) -> Tool:
    locked = Tool.objects.select_for_update(of=("self",)).get(pk=tool.pk)
    if not can_edit_tool(by, locked):
        raise PermissionDenied
    return locked
