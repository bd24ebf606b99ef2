"""Tools out of this installation and into it: packs, XLSForms and tool files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from toolkit.actions.drafting import free_slug, open_draft
from toolkit.exchange.archive import write_zip
from toolkit.exchange.pack import Pack, PackedTool, read_pack, write_pack
from toolkit.exchange.refusals import ImportRefused, PackRefused, RowNote
from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.exchange.yaml_out import to_yaml
from toolkit.models import Incoming, Section, Tool, ToolVersion, WorkedExample
from toolkit.models.library import position_of
from toolkit.permissions import can_curate
from toolkit.rendering.html import blank_pdf
from toolkit.rendering.sample import body_html, body_problems
from toolkit.schema.answers import starting_answers
from toolkit.schema.changes import Change, compare
from toolkit.schema.definition import Definition, language_of
from toolkit.schema.errors import SchemaError
from toolkit.schema.examples import Example
from toolkit.schema.parsing import content_hash, read_yaml
from toolkit.schema.words import Message
from toolkit.states import Licence, VersionState

LARGEST = 20_000_000
# Characters in the texts of all documents of a file; the library has half of it
LONGEST_TEXTS = 100_000
PACK, XLSFORM, YAML = "pack", "xlsform", "yaml"
# These speak one language each
PRINTED = frozenset({"docx", "pdf"})
# “4.1-” before the name of a tool, in the names of the files that we hand out
_NUMBER = re.compile(r"^(?:[0-9]+\.[0-9]+[a-z]?|[GV][0-9]+)-")
# Where a form from elsewhere stands until a curator says better
USUAL_SECTION = "implement"
NOWHERE: Mapping[str, str] = {}
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# Out


@dataclass(frozen=True, kw_only=True)
class Made:
    """A file to hand over. ``notes`` say what it could not take along."""

    name: str
    content: bytes
    content_type: str
    notes: tuple[Message, ...] = ()


def tool_file(version: ToolVersion, wanted: str, *, language: str) -> Made:
    """One tool as ``wanted``: pack, xlsform, docx, yaml or pdf; on paper in ``language``."""
    form = version.form
    name = form.file_stem
    if wanted == "pack":
        return replace(pack_of([version.tool]), name=f"{name}.zip")
    if wanted == "xlsform":
        made = to_xlsform(form)
        return Made(name=f"{name}.xlsx", content=made.content, content_type=XLSX, notes=made.notes)
    if wanted == "docx":
        from toolkit.exchange.word import to_docx  # eleven megabytes that most servers never need

        name += f".{language_of(form, language)}" if len(form.languages) > 1 else ""
        content = to_docx(form, language, version=version.number)
        return Made(name=f"{name}.docx", content=content, content_type=DOCX)
    if wanted == "yaml":
        return Made(name=f"{form.tool}.yaml", content=to_yaml(form.written).encode(), content_type="application/yaml")
    content, own_name = blank_pdf(version, lang=language)
    return Made(name=own_name, content=content, content_type="application/pdf")


def selection_of(versions: Iterable[ToolVersion], wanted: str, *, language: str) -> Made:
    """Several tools as one zip of files; what is printed comes in every language that a tool speaks."""
    made = [
        tool_file(version, wanted, language=spoken)
        for version in versions
        for spoken in (version.form.languages if wanted in PRINTED else (language,))
    ]
    content = write_zip({each.name: each.content for each in made})
    return Made(name=f"toolkit-{wanted}.zip", content=content, content_type=ZIP)


def pack_of(tools: Iterable[Tool]) -> Made:
    """The published versions of ``tools`` as a pack, with their worked examples."""
    chosen = list(tools)
    versions = ToolVersion.objects.filter(tool__in=chosen).exclude(published_at=None).order_by("tool", "-number")
    examples = {example.tool_id: example for example in WorkedExample.objects.filter(tool__in=chosen)}
    current: dict[int, ToolVersion] = {}
    history: dict[int, list[str]] = {}
    for version in versions.select_related("tool"):
        if version.state == VersionState.PUBLISHED:
            current[version.tool_id] = version
        else:
            history.setdefault(version.tool_id, []).append(version.content_hash)
    packed = [_on_its_way(version, history.get(key, []), examples.get(key)) for key, version in current.items()]
    content = write_pack(packed, source=settings.SITE_URL, exported_at=timezone.now())
    return Made(name="toolkit.zip", content=content, content_type=ZIP)


def _on_its_way(version: ToolVersion, history: Sequence[str], example: WorkedExample | None) -> PackedTool:
    kept = None
    if example:
        told = {"title": example.titles, "about": example.abouts, "language": example.language}
        kept = Example(**told, answers=example.answers, partnership=example.partnership)
    return PackedTool(
        definition=version.form,
        licence=version.tool.licence,
        credit=version.credit,
        version=version.number,
        history=tuple(history),
        example=kept,
    )


# In: what it is, and what it would change


class What(StrEnum):
    """What bringing a tool in would do to the library."""

    NEW = "new"
    SAME = "same"
    UPDATE = "update"
    OLDER = "older"
    CONFLICT = "conflict"


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A tool that could be brought in. ``changes`` is against the version in use here.

    ``problems`` must be put right before it can be published; ``asks_section``: the file does not say where it belongs.
    """

    slug: str
    title: Mapping[str, str]
    raw: Mapping[str, Any]
    form: Definition
    what: What
    changes: tuple[Change, ...] = ()
    licence: str = ""
    credit: str = ""
    example: Example | None = None
    has_draft: bool = False
    asks_section: bool = False
    problems: tuple[str, ...] = ()

    @property
    def is_offered(self) -> bool:
        return self.what != What.SAME


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A file that was read without a fault: what it is, what could come of it, and what could not be carried over."""

    sort: str
    source: str
    coming: tuple[Coming, ...]
    notes: tuple[RowNote, ...] = ()


def read_delivery(content: bytes, name: str) -> Delivery:
    """What is in a file, by what it holds and not by its name. ValidationError with every reason for a refusal."""
    if len(content) > LARGEST:
        raise ValidationError(_("A file may have %(n)d MB at most.") % {"n": LARGEST // 1_000_000}, code="size")
    try:
        if not content.startswith(b"PK"):
            definition = read_yaml(content, name=name)
            return _delivery(YAML, [PackedTool(definition=definition)])
        if is_workbook(content):
            return _workbook_delivery(content, name)
        return _pack_delivery(read_pack(content))
    except SchemaError as error:
        raise ValidationError([f"{name}, {problem}" for problem in error.problems], code="faulty") from None
    except PackRefused as error:
        raise ValidationError([problem.translated(_) for problem in error.problems], code="faulty") from None
    except ImportRefused as error:
        raise ValidationError(error.message.translated(_), code="faulty") from None


def is_workbook(content: bytes) -> bool:
    """Whether a zip is a workbook: only the names in it are looked at, and only as bytes."""
    return b"[Content_Types].xml" in content and b"xl/" in content


def _workbook_delivery(content: bytes, name: str) -> Delivery:
    """A workbook named like a tool here, as our own export names it, is that tool; any other is a new one."""
    stem = _NUMBER.sub("", name.rpartition(".")[0] or name)
    known = Tool.objects.library().filter(slug=stem).first()
    slug = known.slug if known else free_slug(stem)
    read = from_xlsform(content, slug=slug, section=known.section_id if known else USUAL_SECTION)
    delivery = _delivery(XLSFORM, [PackedTool(definition=read.definition)])
    coming = tuple(replace(each, asks_section=known is None) for each in delivery.coming)
    return replace(delivery, notes=tuple(read.notes), coming=coming)


def _pack_delivery(pack: Pack) -> Delivery:
    return replace(_delivery(PACK, pack.tools), source=pack.source)


def _delivery(sort: str, tools: Sequence[PackedTool]) -> Delivery:
    slugs = [each.definition.tool for each in tools]
    length = sum(len(text) for each in tools for text in (each.definition.body or {}).values())
    if length > LONGEST_TEXTS:
        words = {"found": length, "limit": LONGEST_TEXTS}
        raise ValidationError(
            _("The texts of the documents in this file have %(found)d characters; %(limit)d are read at a time.")
            % words,
            code="size",
        )
    texts = {each.slug: _text_problems(each.definition) for each in tools}
    if broken := [problem for stops, _told in texts.values() for problem in stops]:
        raise ValidationError(broken, code="faulty")
    known = {tool.slug: tool for tool in Tool.objects.filter(slug__in=slugs).prefetch_related("versions")}
    coming = tuple(_coming(each, known.get(each.slug), texts[each.slug][1]) for each in tools)
    return Delivery(sort=sort, source="", coming=coming)


def _text_problems(form: Definition) -> tuple[list[str], list[str]]:
    """What publishing would find wrong with a document's text: what cannot be put together at all, and the rest.

    A text that loops for ever or asks for what there is not is no draft to go on with.
    """
    stops: list[str] = []
    told: list[str] = []
    for lang, problem in body_problems(form):
        words = {"tool": form.tool, "lang": lang, "problem": problem}
        is_broken = body_html(form, starting_answers(form), lang=lang)[1]
        (stops if is_broken else told).append(_("%(tool)s, text of the document (%(lang)s), %(problem)s") % words)
    return stops, told


def _coming(packed: PackedTool, tool: Tool | None, problems: Sequence[str]) -> Coming:
    raw = {key: value for key, value in packed.definition.written.items() if key != "compiled"}
    versions = list(tool.versions.all()) if tool else []
    current = next((version for version in versions if version.state == VersionState.PUBLISHED), None)
    changes = tuple(compare(current.raw, raw)) if current else ()
    return Coming(
        slug=packed.definition.tool,
        title=packed.definition.title,
        raw=raw,
        form=packed.definition,
        what=_what(packed, content_hash(raw), tool, versions, current),
        changes=changes,
        licence=packed.licence if packed.licence in Licence.values else "",
        credit=packed.credit,
        example=packed.example,
        has_draft=any(version.is_open for version in versions),
        problems=tuple(problems),
    )


def _what(packed: PackedTool, sha: str, tool: Tool | None, versions: Sequence[ToolVersion], current) -> What:
    """An update comes from what is in use here; anything else that differs was changed on both sides."""
    if tool is None:
        return What.NEW
    if tool.is_copy or current is None:
        return What.CONFLICT
    if current.content_hash == sha:
        return What.SAME
    if current.content_hash in packed.history:
        return What.UPDATE
    if sha in {version.content_hash for version in versions}:
        return What.OLDER
    return What.CONFLICT


# In: keeping the file, and doing it


@transaction.atomic
def keep_incoming(content: bytes, name: str, *, by: User) -> tuple[Incoming, Delivery]:
    """Read a file and keep it until its sender says yes. Of a refused file nothing is kept."""
    _refuse_stranger(by)
    delivery = read_delivery(content, name)
    _refuse_without_sections()
    for old in Incoming.objects.stale():
        drop_incoming(old)
    incoming = Incoming(name=name[:150], sha256=hashlib.sha256(content).hexdigest(), by=by)
    incoming.file.save(incoming.public_id, ContentFile(content), save=False)
    incoming.save()
    return incoming, delivery


def reread(incoming: Incoming) -> Delivery:
    """What ``incoming`` would change now."""
    with incoming.file.open("rb") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != incoming.sha256:
        raise ValidationError(_("The file was damaged on our side. Please upload it again."), code="damaged")
    return read_delivery(content, incoming.name)


@transaction.atomic
def bring_in(
    incoming: Incoming, chosen: Mapping[str, str], *, by: User, sections: Mapping[str, str] = NOWHERE
) -> list[ToolVersion]:
    """A draft for each tool that was chosen: ``{slug: "take" | "beside"}``; nothing is published by this.

    ``beside`` makes a tool of its own next to the one here. A tool that somebody is working on here is not touched.
    """
    _refuse_stranger(by)
    delivery = reread(incoming)
    _refuse_without_sections()
    offered = {each.slug: each for each in delivery.coming if each.is_offered}
    if not chosen.keys() & offered.keys():
        raise ValidationError(_("Choose at least one tool."), code="nothing")
    sound = [slug for slug in chosen if slug in offered]
    drafts = [_draft_of(offered[slug], chosen[slug], by=by, section=sections.get(slug, "")) for slug in sound]
    drop_incoming(incoming)
    return drafts


def drop_incoming(incoming: Incoming) -> None:
    storage, name = incoming.file.storage, incoming.file.name
    incoming.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _draft_of(coming: Coming, how: str, *, by: User, section: str = "") -> ToolVersion:
    raw = {**coming.raw, **({"section": section} if section and coming.asks_section else {})}
    if coming.what == What.NEW or how == "beside":
        slug = coming.slug if coming.what == What.NEW else free_slug(coming.slug)
        return _new_tool(coming, {**raw, "tool": slug}, by=by)
    if coming.has_draft:
        raise ValidationError(
            _("Somebody is working on “%(title)s” here. Publish or discard that draft first, or bring it in beside it.")
            % {"title": coming.slug},
            code="draft",
        )
    tool = Tool.objects.select_for_update(of=("self",)).get(slug=coming.slug)
    if tool.is_copy:
        raise ValidationError(_("“%(tool)s” is a copy here; bring it in beside it.") % {"tool": tool.slug}, code="copy")
    draft = open_draft(tool, by=by)
    draft.set_definition(raw)
    draft.credit = coming.credit or draft.credit
    draft.save()
    _keep_example(tool, coming.example)
    return draft


def _new_tool(coming: Coming, raw: dict[str, Any], *, by: User) -> ToolVersion:
    number = raw.get("number", "")
    tool = Tool.objects.create(
        slug=raw["tool"],
        section_id=raw["section"],
        kind=raw["kind"],
        number=number,
        position=position_of(number),
        licence=coming.licence or Licence.OWN_USE,
    )
    draft = ToolVersion(tool=tool, number=1, credit=coming.credit, created_by=by)
    draft.set_definition(raw)
    draft.save()
    _keep_example(tool, coming.example)
    return draft


def _keep_example(tool: Tool, example: Example | None) -> None:
    if example:
        told = {"titles": example.title, "abouts": example.about, "language": example.language}
        filled = {"answers": dict(example.answers), "partnership": dict(example.partnership)}
        WorkedExample.objects.update_or_create(tool=tool, defaults={**told, **filled})


def _refuse_stranger(by: User) -> None:
    if not can_curate(by):
        raise PermissionDenied


def _refuse_without_sections() -> None:
    """A database that was only migrated has no place for a tool yet."""
    if not Section.objects.exists():
        raise ValidationError(
            _(
                "The toolkit here has no sections yet, so there is no place for this. "
                "Whoever looks after the installation runs “manage.py load_toolkit” first."
            ),
            code="sections",
        )
