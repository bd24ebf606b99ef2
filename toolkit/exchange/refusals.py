"""What the readers of foreign files say when they refuse."""

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.schema.words import Message


class ImportRefused(ValueError):
    """A file that is not what it should be, with a sentence that says why and where."""

    def __init__(self, message: Message):
        self.message = message
        super().__init__(message)


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
