"""A programme or a partnership makes its own copy of a tool, and keeps it in step with what it was made from."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.partnership import refuse_unless_open
from partnerships.models import Partnership, Programme, record
from toolkit.actions.drafting import edit_draft, open_draft
from toolkit.actions.publishing import problems_of
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import can_adapt_for, can_edit_tool
from toolkit.schema.errors import Problem
from toolkit.schema.merge import merge
from toolkit.schema.steps import Merged, Side
from toolkit.schema.switching import Refusal, switch
from toolkit.states import VersionState

SUFFIX = "abcdefghjkmnpqrstuvwxyz23456789"
SLUG_LENGTH = 80


@transaction.atomic
def adapt_tool(tool: Tool, *, owner: Programme | Partnership, by: User) -> ToolVersion:
    """A copy of ``tool`` for ``owner``: an open draft equal to the published version, to be changed before it is used.

    An owner has one copy of a tool at most; partnerships may also adapt the copies of their programme.
    """
    if not can_adapt_for(by, owner):
        raise PermissionDenied
    base = Tool.objects.select_for_update(of=("self",)).get(pk=tool.pk)
    published = base.versions.published().first()
    if published is None or base.withdrawn_at:
        raise ValidationError(_("Only a published tool can be adapted."), code="closed")
    _refuse_owner(base, owner)
    field = "partnership" if isinstance(owner, Partnership) else "programme"
    copy = Tool.objects.create(
        slug=_free_slug(base.slug),
        section_id=base.section_id,
        number=base.number,
        position=base.position,
        kind=base.kind,
        licence=base.licence,
        base=base,
        **{field: owner},
    )
    draft = ToolVersion(tool=copy, number=1, base_version=published, credit=published.credit, created_by=by)
    draft.set_definition({**published.raw, "tool": copy.slug})
    draft.save()
    if isinstance(owner, Partnership):
        record(owner, "tool.adapted", by=by, title=draft.title)
    return draft


def _refuse_owner(base: Tool, owner: Programme | Partnership) -> None:
    if isinstance(owner, Partnership):
        refuse_unless_open(Partnership.objects.select_for_update(of=("self",)).get(pk=owner.pk))
        is_theirs = base.programme_id is not None and base.programme_id == owner.programme_id
        known = base.copies.filter(partnership=owner)
    else:
        is_theirs = False
        known = base.copies.filter(programme=owner)
    if base.is_copy and not is_theirs:
        raise ValidationError(_("Adapt the tool that this copy was made from."), code="owner")
    if known.exists():
        raise ValidationError(
            _("%(owner)s has its own copy of this tool already. Change that one."),
            code="owner",
            params={"owner": owner},
        )


def _free_slug(slug: str) -> str:
    """The slug of the base and five characters by chance; an address says nothing of whose copy it is."""
    return f"{slug[: SLUG_LENGTH - 6].rstrip('-')}-{''.join(secrets.choice(SUFFIX) for _n in range(5))}"


# Questions off and on


class StillNeededError(ValidationError):
    """Questions that cannot be switched off. ``refusals`` says which and why."""

    def __init__(self, refusals: Iterable[Refusal]):
        self.refusals = tuple(refusals)
        super().__init__(_("Some questions cannot be switched off. Nothing was changed."), code="needed")


def switch_parts(tool: Tool, off: Iterable[str], *, seen: str, by: User) -> ToolVersion:
    """The draft of a copy without the questions ``off`` and with all other questions of the base.

    ``seen`` is the stamp of the copy as the page showed it (stamp_of).
    """
    with transaction.atomic():
        _lock_copy(tool, by)
        if stamp_of(tool) != seen:
            raise ValidationError(_("This copy has changed since you opened the page."), code="stale")
        draft = open_draft(tool, by=by)
        base, wanted = draft.base_version.raw, frozenset(off)

        def change(raw: dict[str, Any]) -> dict[str, Any]:
            switched, refusals = switch(base, raw, wanted)
            if refusals:
                raise StillNeededError(refusals)
            return switched

        return edit_draft(draft, change, by=by)


def current_version(tool: Tool) -> ToolVersion | None:
    """What is being worked on, else what is in use."""
    found = tool.versions.filter(state__in=["draft", "in_review", "published"]).select_related("base_version")
    return min(found, key=lambda version: not version.is_open, default=None)


def stamp_of(tool: Tool) -> str:
    """What a page shows of a copy: its version that counts and how often that was changed."""
    version = current_version(tool)
    return f"{version.pk}.{version.revision}.{version.state}" if version else ""


# What is new in the base


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A newer version of the base, merged with a copy. Nothing of it is in the copy before it is taken."""

    before: ToolVersion
    theirs: ToolVersion
    ours: ToolVersion
    merged: Merged

    @property
    def stamp(self) -> str:
        return f"{self.theirs.pk}.{self.ours.pk}.{self.ours.revision}.{self.ours.state}"

    @property
    def outcome(self) -> ToolVersion:
        """The draft that would come out, not saved."""
        version = ToolVersion(tool=self.ours.tool, base_version=self.theirs, number=self.ours.number)
        version.set_definition(self.merged.raw)
        return version


@dataclass(frozen=True)
class Faults:
    """What would have to be put right in ``version`` before it could be published."""

    version: ToolVersion
    problems: tuple[Problem, ...]

    @property
    def stamp(self) -> str:
        """What a page tells of them, in short; empty when there is nothing to tell."""
        told = "\n".join(str(problem) for problem in self.problems)
        return hashlib.sha256(told.encode()).hexdigest()[:16] if told else ""


class FaultyMergeError(ValidationError):
    """A merge whose outcome could not be published, which nobody was told yet."""

    def __init__(self, faults: Faults):
        self.faults = faults
        super().__init__(
            _("What you chose leaves something to put right. Choose otherwise, or make the draft all the same."),
            code="faults",
        )


def faults_of(offer: Offer) -> Faults:
    outcome = offer.outcome
    return Faults(outcome, problems_of(outcome))


def notes_of(offer: Offer) -> list[ToolVersion]:
    """The versions of the base that the copy does not know and that say what is new in them, the oldest first."""
    numbers = {"number__gt": offer.before.number, "number__lte": offer.theirs.number}
    newer = ToolVersion.objects.filter(tool=offer.theirs.tool_id, published_at__isnull=False, **numbers)
    return list(newer.exclude(change_note="").only("number", "change_note").order_by("number"))


def newer_base(tool: Tool) -> ToolVersion | None:
    """The published version of the base, if it is newer than the one that a copy knows."""
    if not tool.is_copy:
        return None
    ours = current_version(tool)
    if ours is None or ours.base_version is None:
        return None
    newer = ToolVersion.objects.published().filter(tool=tool.base_id, number__gt=ours.base_version.number)
    return newer.select_related("tool").first()


def offer_of(tool: Tool, choices: Mapping[str, Side] | None = None) -> Offer | None:
    """What the base of ``tool`` has that is newer than what the copy knows, merged; None when there is nothing."""
    theirs = newer_base(tool)
    ours = current_version(tool)
    if theirs is None or ours is None or ours.base_version is None:
        return None
    before = ours.base_version
    merged = merge(before.raw, theirs.raw, ours.raw, choices)
    return Offer(before=before, theirs=theirs, ours=ours, merged=merged)


@transaction.atomic
def take_merge(tool: Tool, choices: Mapping[str, Side], *, seen: str, by: User, known: str = "") -> ToolVersion:
    """The open draft of a copy with what is new in its base. Conflicts that ``choices`` leaves open stay as ours.

    Refused when the base or the copy moved on since ``seen`` (the stamp of the offer): people decide on what they saw.
    Refused too (FaultyMergeError) when the outcome has faults other than those ``known`` (their stamp).
    """
    _lock_copy(tool, by)
    offer = offer_of(tool, choices)
    if offer is None:
        raise ValidationError(_("There is nothing new to take: this copy is up to date."), code="closed")
    if offer.stamp != seen:
        raise ValidationError(
            _("The tool or your copy has changed since you opened the page. Look at it again."), code="stale"
        )
    faults = faults_of(offer)
    if faults.stamp and faults.stamp != known:
        raise FaultyMergeError(faults)
    draft = open_draft(tool, by=by)
    if draft.state != VersionState.DRAFT:
        raise ValidationError(_("Take the version back from its review first."), code="closed")
    draft.set_definition(offer.merged.raw)
    draft.base_version = offer.theirs
    draft.revision += 1
    draft.save()
    return draft


def _lock_copy(tool: Tool, by: User) -> None:
    locked = Tool.objects.select_for_update(of=("self",)).get(pk=tool.pk)
    if not can_edit_tool(by, locked):
        raise PermissionDenied
    if not locked.is_copy:
        raise ValidationError(_("This tool is no copy of another."), code="closed")
