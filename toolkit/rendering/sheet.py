"""What a rendered document is made of: plain data, ready for templates that decide nothing."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.rendering.display import Shown

# Characters of nine points that fit beside each other on A4, upright and on its side
UPRIGHT = 100
ON_ITS_SIDE = 150
# A longer text than this may be broken into lines, down to this many characters a line
LINE = 19
GAP = 3
# A text up to this length is not broken into lines, a row with more than that may be broken over pages.
ONE_LINE = 17
MUCH = 700
# So few rows are read better one below the other than on a page turned on its side.
FEW_ROWS = 3


# What stands below its question, not beside it
LONG_LOOKS = frozenset({"paragraphs", "signature", "unsigned"})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question with its answer."""

    label: str
    shown: Shown
    owner: str = ""

    @property
    def is_long(self) -> bool:
        return self.shown.look in LONG_LOOKS


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Questions that follow each other, all of them with short answers or all with long ones."""

    answers: tuple[Answer, ...]
    is_long: bool = False
    template = "toolkit/read/answers.html"


@dataclass(frozen=True, kw_only=True)
class Note:
    text: str
    template = "toolkit/read/note.html"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A question with the answers of both sides, and how far they are apart."""

    label: str
    left: Shown
    right: Shown
    gap: str = ""
    is_far: bool = False

    @property
    def is_long(self) -> bool:
        return len(self.left.text) > MUCH or len(self.right.text) > MUCH


@dataclass(frozen=True, kw_only=True)
class Pairs:
    title: str
    left: str
    right: str
    pairs: tuple[Pair, ...]
    has_gaps: bool = False
    template = "toolkit/read/pairs.html"


@dataclass(frozen=True, kw_only=True)
class Column:
    label: str
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class Cell:
    column: Column
    shown: Shown

    @property
    def is_short(self) -> bool:
        """Whether it stays on one line, as a date or a name does."""
        return self.shown.look == "line" and len(self.shown.text) <= ONE_LINE


@dataclass(frozen=True, kw_only=True)
class Row:
    number: int
    cells: tuple[Cell, ...]

    @property
    def title(self) -> str:
        """What the row is about: its first short answer."""
        first = self.cells[0].shown if self.cells else None
        return first.text if first and first.look == "line" and len(first.text) <= 80 else ""

    @property
    def is_long(self) -> bool:
        return any(len(cell.shown.text) > MUCH for cell in self.cells)

    @property
    def short_cells(self) -> list[Cell]:
        return [cell for cell in self._told if cell.shown.look not in LONG_LOOKS]

    @property
    def long_cells(self) -> list[Cell]:
        return [cell for cell in self._told if cell.shown.look in LONG_LOOKS]

    @property
    def _told(self) -> tuple[Cell, ...]:
        """What a record says below its title."""
        cells = self.cells[1:] if self.title else self.cells
        return tuple(cell for cell in cells if cell.shown.look != "blank")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A repeat. ``form`` is how it reads best: table, wide (on a page turned on its side) or records."""

    id: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    form: str = "table"
    totals: tuple[str, ...] = ()
    is_titled: bool = True

    @property
    def template(self) -> str:
        return "toolkit/read/records.html" if self.form == "records" else "toolkit/read/table.html"

    @property
    def sums(self) -> list[tuple[Column, str]]:
        return [(column, total) for column, total in zip(self.columns, self.totals, strict=False) if total]

    @property
    def totals_lead(self) -> int:
        """How many columns stand before the first total; the word “Total” spans them."""
        return next((n for n, total in enumerate(self.totals) if total), 0)

    @property
    def totals_tail(self) -> list[tuple[Column, str]]:
        return list(zip(self.columns, self.totals, strict=True))[self.totals_lead :]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A group of the form."""

    id: str
    label: str
    blocks: tuple[Answers | Note | Table | Pairs, ...]
    owner: str = ""

    @property
    def is_wide(self) -> bool:
        return any(isinstance(block, Table) and block.form == "wide" for block in self.blocks)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something the reader must know before reading. ``tone`` is one of the page's tones."""

    tone: str
    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    label: str
    value: str
    direction: str = "auto"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A whole document as it is drawn."""

    title: str
    kicker: str
    lang: str
    direction: str
    running: str
    footing: str
    facts: tuple[Fact, ...]
    notices: tuple[Notice, ...]
    sections: tuple[Section, ...]
    mark: str = ""
    body: str = ""
    signatures: tuple[Section, ...] = ()
    created: str = ""


def form_of(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> str:
    """How a table reads best, by the room its columns ask for."""
    if any(cell.shown.look in ("signature", "unsigned") for row in rows for cell in row.cells):
        return "records"
    room = GAP * len(columns)
    for n, column in enumerate(columns):
        room += max([_longest_word(column.label), *(_room(row.cells[n].shown) for row in rows)])
    if room <= UPRIGHT:
        return "table"
    return "wide" if room <= ON_ITS_SIDE and len(rows) > FEW_ROWS else "records"


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split(" ")), default=0)


def _room(shown: Shown) -> int:
    if len(shown.text) <= LINE:
        return max(_longest_word(shown.text), len(shown.text) if len(shown.text) <= ONE_LINE else 0)
    return max(LINE, min(_longest_word(shown.text), 40)) if len(shown.text) < 200 else 34
