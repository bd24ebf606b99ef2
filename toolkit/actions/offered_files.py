"""Files that came with a proposal, read as tools.

A text file is read before it is kept, so that its sender can mend it; other files are not opened before a curator asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from toolkit.actions.exchanging import XLSFORM, Coming, Delivery, read_delivery
from toolkit.exchange.refusals import NoteGroup, told_together
from toolkit.models import Proposal
from twinning.uploads import safe_name

WRITTEN = ("yaml", "yml")
# So many faults of a file are told to its sender at once.
MOST_FAULTS = 10
READABLE = (*WRITTEN, "xlsx", "zip")
# What a form from another program does not say of itself
OF_THE_TOOL = ("number", "kind", "title", "purpose", "guidance", "filled_by", "subject", "mode", "repeats", "minutes")


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A tool as a file holds it, or the reasons why there is none; ``notes`` tell what was left out on the way."""

    raw: Mapping[str, Any] | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def is_readable(proposal: Proposal) -> bool:
    """Whether the file is of a kind that may hold a tool, as far as its name tells."""
    return _ending(proposal.file_name) in READABLE


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def refuse_faulty(file: File) -> None:
    """ValidationError with each reason and its line for a tool as text (YAML) that is none."""
    name = safe_name(file.name)
    if _ending(name) not in WRITTEN:
        return
    file.seek(0)
    try:
        read_delivery(file.read(), name)
    except ValidationError as error:
        faults, n_more = error.messages[:MOST_FAULTS], len(error.messages) - MOST_FAULTS
        more = [_("… and %(n)s more like this.") % {"n": n_more}] if n_more > 0 else []
        raise ValidationError({"file": [*faults, *more]}) from None


def read_offer(proposal: Proposal) -> Offered:
    try:
        with proposal.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        return Offered(problems=(_("The file is no longer here."),))
    try:
        delivery = read_delivery(content, proposal.file_name)
    except ValidationError as error:
        return Offered(problems=tuple(error.messages))
    found = _the_one(delivery, proposal)
    if found is None:
        n = len(delivery.coming)
        why = _("This pack holds %(n)s tools. Download it, then choose from it under “Import”.") % {"n": n}
        return Offered(problems=(why,))
    raw = _completed(found.raw, proposal) if delivery.sort == XLSFORM else found.raw
    told = (words for group in told_together(delivery.notes) for words in _told(group))
    return Offered(raw=raw, notes=(*found.problems, *told))


def _the_one(delivery: Delivery, proposal: Proposal) -> Coming | None:
    """The tool that is meant: the only one, or the one that the proposal would change."""
    wanted = proposal.tool.slug if proposal.tool else ""
    named = [each for each in delivery.coming if each.slug == wanted]
    return next(iter(named or delivery.coming)) if named or len(delivery.coming) == 1 else None


def _completed(raw: Mapping[str, Any], proposal: Proposal) -> Mapping[str, Any]:
    """A form from another program with what it cannot say of itself; our own workbooks carry a number."""
    if "number" in raw:
        return raw
    current = proposal.tool.versions.published().first() if proposal.tool else None
    if current is None:
        return raw
    known = {key: current.raw[key] for key in OF_THE_TOOL if key in current.raw}
    first = raw["languages"][0]
    # A text must be there in the first language of the form; where the tool has none, the form's own stays.
    sound = {key: value for key, value in known.items() if not isinstance(value, dict) or first in value}
    return {**raw, **sound}


def _told(group: NoteGroup) -> Iterator[str]:
    for note in group.notes:
        words = {"sheet": note.sheet, "row": note.row, "words": note.message.translated(_)}
        if note.row:
            yield _("Sheet “%(sheet)s”, row %(row)s: %(words)s") % words
        else:
            yield _("Sheet “%(sheet)s”: %(words)s") % words
    if group.n_more:
        yield _("… and %(n)s more like this.") % {"n": group.n_more}
