"""What the readers of foreign files say when they refuse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.schema.words import Message

# Of notes of one kind so many are told one by one
TOLD = 3


class ImportRefused(ValueError):
    """A file that is not what it should be, with a sentence that says why and where."""

    def __init__(self, message: Message):
        self.message = message
        super().__init__(message)


class TooManyRows(ImportRefused):
    """A sheet that is longer than was asked for."""


class PackRefused(ValueError):
    """A pack in which something is wrong: every problem that was found, as sentences."""

    def __init__(self, problems: Sequence[Message]):
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class RowNote:
    """One row of a workbook that could not be carried over whole, and what of it. Row 0 is the whole sheet."""

    sheet: str
    row: int
    message: Message

    def __str__(self):
        return f"{self.sheet} {self.row}: {self.message}" if self.row else f"{self.sheet}: {self.message}"


@dataclass(frozen=True, kw_only=True)
class NoteGroup:
    """Notes of one kind on one sheet: the first few, and how many more there are."""

    notes: tuple[RowNote, ...]
    n_more: int = 0


def told_together(notes: Iterable[RowNote]) -> list[NoteGroup]:
    """``notes`` in their order, those that say the same thing of many rows as one."""
    kinds: dict[tuple[str, ...], list[RowNote]] = {}
    for note in notes:
        kinds.setdefault((note.sheet, *_templates(note.message)), []).append(note)
    return [NoteGroup(notes=tuple(each[:TOLD]), n_more=len(each[TOLD:])) for each in kinds.values()]


def _templates(message: Message) -> tuple[str, ...]:
    """What a sentence says whatever it names; a reason within it counts."""
    within = (param for param in message.params.values() if isinstance(param, Message))
    return (message.template, *(each.template for each in within))
