"""Drafts of tools: opened, changed one step at a time by several people at once, given up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from toolkit.actions.library import next_number
from toolkit.models import Tool, ToolVersion
from toolkit.models.library import position_of
from toolkit.permissions import can_curate, can_edit_tool
from toolkit.schema.definition import KINDS_OF_TOOL, SECTIONS
from toolkit.schema.editing import EditError, Raw, new_tool
from toolkit.schema.locks import lock_violations
from toolkit.schema.parts import parts_of
from toolkit.schema.places import stamp
from toolkit.schema.report import Report
from toolkit.schema.structure import MISSING, TOOL
from toolkit.states import VersionState
from twinning.slugs import latin_slug

# Words that addresses below /toolkit/ use themselves
RESERVED = frozenset("copies drafts export import learn new packs preview propose proposals review".split())
SLUG_LENGTH = 60
CONTENT = ("definition", "content_hash", "titles", "purposes", "mode", "minutes", "languages", "words", "revision")


class StaleDraftError(ValidationError):
    """Somebody changed the same part first. ``current`` is the draft as it stands now."""

    def __init__(self, current: ToolVersion):
        self.current = current
        super().__init__(_("Somebody else changed this while you were writing."), code="stale")


@transaction.atomic
def open_draft(tool: Tool, *, by: User) -> ToolVersion:
    """The version of ``tool`` that is being worked on; a new draft from the published one where there is none."""
    locked = Tool.objects.select_for_update(of=("self",)).get(pk=tool.pk)
    _refuse_stranger(by, locked)
    found = locked.versions.open().first()
    if found:
        return found
    published = locked.versions.published().first()
    if published is None:
        raise ValidationError(_("This tool has no version to start from."), code="closed")
    draft = ToolVersion(
        tool=locked,
        number=next_number(locked),
        base_version=published.base_version,
        credit=published.credit,
        created_by=by,
    )
    draft.set_definition(published.raw)
    draft.save()
    return draft


@transaction.atomic
def new_library_tool(*, title: str, section: str, kind: str, language: str, by: User, slug: str = "") -> ToolVersion:
    """A tool of everybody's library with an empty first draft; without a ``slug`` it is made from the title."""
    if not can_curate(by):
        raise PermissionDenied
    slug = free_slug(slug or title)
    raw = new_tool(slug, section=section, kind=kind, title=title, language=language)
    tool = Tool.objects.create(slug=slug, section_id=section, kind=kind, position=position_of(""))
    draft = ToolVersion(tool=tool, number=1, created_by=by)
    draft.set_definition(raw)
    draft.save()
    return draft


def stem_of(title: str) -> str:
    """``title`` in Latin letters as a short name; empty where it has no letters."""
    return re.sub(r"-+", "-", latin_slug(title).replace("_", "-")).lstrip("-0123456789")[:SLUG_LENGTH].strip("-")


def is_free(slug: str) -> bool:
    return slug not in RESERVED and not Tool.objects.filter(slug=slug).exists()


def free_slug(title: str) -> str:
    """A short name that no tool has, made from ``title`` in Latin letters."""
    stem = stem_of(title) or "tool"
    if stem in RESERVED:
        stem = f"{stem}-tool"
    taken = set(Tool.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return name


@transaction.atomic
def edit_draft(
    version: ToolVersion,
    change: Callable[[Raw], Raw],
    *,
    by: User,
    seen: Mapping[str, str] | None = None,
    seen_revision: int | None = None,
    whole: bool = False,
    credit: str | None = None,
) -> ToolVersion:
    """The draft after ``change``, which takes the raw tool as it stands and gives a new one.

    People who work on different parts never meet: ``seen`` holds the stamps (places.py) of the parts that ``change``
    is about as their writer saw them, with ``whole`` of all that stands in them too. Where one of them has changed
    since, StaleDraftError is raised and nothing is written. A change of the tool as a whole gives ``seen_revision``.
    """
    locked = (
        ToolVersion.objects.select_for_update(of=("self",)).select_related("tool", "base_version").get(pk=version.pk)
    )
    _refuse_stranger(by, locked.tool)
    refuse_unless_draft(locked)
    before = locked.raw
    if seen_revision is not None and seen_revision != locked.revision:
        raise StaleDraftError(locked)
    parts = parts_of(before) if seen else {}
    if seen and any(stamp(parts, before, name, whole=whole) != sign for name, sign in seen.items()):
        raise StaleDraftError(locked)
    try:
        after = change(before)
    except EditError as error:
        raise ValidationError(error.message.translated(_), code="edit") from None
    _refuse_unlocking(locked, before, after)
    known = locked.content_hash
    locked.set_definition(after)
    if locked.content_hash == known and credit in (None, locked.credit):
        return locked
    locked.revision += 1
    locked.credit = locked.credit if credit is None else credit
    locked.save(update_fields=[*CONTENT, "credit"])
    if locked.number == 1 and not locked.tool.is_copy:
        follow_draft(locked.tool, after)
    return locked


def refuse_unless_draft(version: ToolVersion) -> None:
    if version.state == VersionState.IN_REVIEW:
        raise ValidationError(
            _("This version is in review. Take it back to a draft before you change it."), code="closed"
        )
    if version.state != VersionState.DRAFT:
        raise ValidationError(_("This version was published and no longer changes."), code="closed")


def _refuse_stranger(user: User, tool: Tool) -> None:
    if not can_edit_tool(user, tool):
        raise PermissionDenied


def _refuse_unlocking(version: ToolVersion, before: Raw, after: Raw) -> None:
    """Copies keep the questions that feed indicators; what was so before is not this change's fault."""
    if not version.base_version:
        return
    base = version.base_version.raw
    known = {(problem.part, problem.message) for problem in lock_violations(base, before)}
    new = [each for each in lock_violations(base, after) if (each.part, each.message) not in known]
    if new:
        raise ValidationError([ValidationError(each.message.translated(_), code="locked") for each in new])


def follow_draft(tool: Tool, raw: Raw) -> None:
    """Let the row of a tool that was never published say where the draft wants it to stand."""
    number = raw.get("number", "")
    if number and TOOL["number"].read(Report(), (), number) is MISSING:
        number = ""
    wanted = {
        "section_id": raw.get("section") if raw.get("section") in SECTIONS else tool.section_id,
        "kind": raw.get("kind") if raw.get("kind") in KINDS_OF_TOOL else tool.kind,
        "number": number,
        "position": position_of(number),
    }
    if any(getattr(tool, key) != value for key, value in wanted.items()):
        Tool.objects.filter(pk=tool.pk).update(**wanted)


@transaction.atomic
def discard_draft(version: ToolVersion, *, by: User) -> None:
    """Give the draft up. A tool that has no other version goes with it."""
    locked = ToolVersion.objects.select_for_update(of=("self",)).select_related("tool").get(pk=version.pk)
    _refuse_stranger(by, locked.tool)
    refuse_unless_draft(locked)
    tool = locked.tool
    locked.delete()
    if not tool.versions.exists() and not tool.copies.exists():
        tool.delete()


@transaction.atomic
def set_licence(tool: Tool, licence: str, *, by: User) -> None:
    """On what terms others may use the tool; it holds for all its versions at once."""
    _refuse_stranger(by, tool)
    if tool.licence != licence:
        tool.licence = licence
        tool.save(update_fields=["licence"])
