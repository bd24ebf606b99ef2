"""What a rendered document is made of: plain data, ready for templates that decide nothing."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.rendering.display import Drawn, Shown
from toolkit.schema.definition import Definition
from toolkit.talking import Aside

# Characters of nine points that fit beside each other on A4, upright and on its side
UPRIGHT = 100
ON_ITS_SIDE = 150
# A longer text than this may be broken into lines, down to this many characters a line
LINE = 19
GAP = 3
# A text up to this length is not broken into lines.
ONE_LINE = 17
# A row with a longer text may be broken over pages.
MUCH = 700
# A longer word, such as an address, is broken where it must be.
LONG_WORD = 30
# A record is named by a text up to this length among its first answers.
TITLE = 80
LONG_TITLE = 160
TITLE_WITHIN = 4
# A page with more sections than this has a list of contents.
SHORT_SHEET = 5
# A certificate whose text has more characters is set closer.
FULL_BODY = 1200
TWO = 2
# So few rows are read better one below the other than on a page turned on its side.
FEW_ROWS = 3


CERTIFICATE = "certificate"
DRESSES = {"registration": CERTIFICATE, "traveller": "letter"}

# What stands below its question, not beside it
SIGNED_LOOKS = frozenset({"signature", "unsigned", "void"})
LONG_LOOKS = SIGNED_LOOKS | {"paragraphs"}


@dataclass(frozen=True, kw_only=True)
class Answer(Drawn):
    """A question with its answer."""

    label: str
    shown: Shown
    owner: str = ""
    place: str = ""
    aside: Aside | None = None

    @property
    def is_long(self) -> bool:
        return self.shown.look in LONG_LOOKS


@dataclass(frozen=True, kw_only=True)
class Answers(Drawn):
    """Questions that follow each other, all of them with short answers or all with long ones."""

    answers: tuple[Answer, ...]
    is_long: bool = False
    template = "toolkit/read/answers.html"


@dataclass(frozen=True, kw_only=True)
class Note(Drawn):
    text: str
    template = "toolkit/read/note.html"


@dataclass(frozen=True, kw_only=True)
class Pair(Drawn):
    """A question with the answers of both sides, and how far they are apart."""

    label: str
    left: Shown
    right: Shown
    gap: str = ""
    is_far: bool = False
    place: str = ""
    asides: tuple[Aside | None, Aside | None] = (None, None)

    @property
    def is_long(self) -> bool:
        return len(self.left.text) > MUCH or len(self.right.text) > MUCH


@dataclass(frozen=True, kw_only=True)
class Pairs(Drawn):
    title: str
    left: str
    right: str
    pairs: tuple[Pair, ...]
    has_gaps: bool = False
    template = "toolkit/read/pairs.html"


@dataclass(frozen=True, kw_only=True)
class Column(Drawn):
    label: str
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class Cell(Drawn):
    """``css`` says how it is set; ``text`` is there when nothing but a text is drawn."""

    label: str
    shown: Shown
    css: str = ""
    text: str = ""
    direction: str = "auto"

    @property
    def is_title(self) -> bool:
        shown = self.shown
        return shown.look == "line" and shown.number is None and len(self.text) <= TITLE and self.css != "number"


def cell_of(column: Column, shown: Shown) -> Cell:
    text, css = shown.text, "number" if column.is_number else ""
    if shown.look == "nothing":
        return Cell(label=column.label, shown=shown, css=f"{css} doc-none".strip(), text="—")
    if len(text) > LONG_WORD and _longest_word(text) > LONG_WORD:
        css = "wrap"
    elif shown.look == "line" and len(text) <= ONE_LINE:
        css = css or "short"
    if shown.look != "line":
        return Cell(label=column.label, shown=shown, css=css)
    return Cell(label=column.label, shown=shown, css=css, text=text, direction=shown.direction)


@dataclass(frozen=True, kw_only=True)
class Row(Drawn):
    """``head`` is the first cell when it names the row, and ``rest`` the others. ``names_at`` is the column whose
    answers say what a row is about, if the form has one."""

    number: int
    cells: tuple[Cell, ...]
    head: Cell | None
    rest: tuple[Cell, ...]
    names_at: int | None = None

    @property
    def title_at(self) -> int | None:
        """Where a record says what it is about: in its naming column, else in its first short answer, no number."""
        if self.names_at is not None and 0 < len(self.cells[self.names_at].shown.text) <= LONG_TITLE:
            return self.names_at
        return next((n for n, cell in enumerate(self.cells[:TITLE_WITHIN]) if cell.is_title), None)

    @property
    def title(self) -> str:
        return self.cells[self.title_at].shown.text if self.title_at is not None else ""

    @property
    def is_long(self) -> bool:
        """Whether it may be broken over pages: else it would leave too much of a page empty."""
        return max((len(cell.shown.text) for cell in self.cells), default=0) > MUCH

    @property
    def is_long_record(self) -> bool:
        return sum(len(cell.shown.text) for cell in self.cells) > MUCH

    @property
    def short_cells(self) -> list[Cell]:
        return [cell for cell in self._told if cell.shown.look not in LONG_LOOKS]

    @property
    def long_cells(self) -> list[Cell]:
        return [cell for cell in self._told if cell.shown.look in LONG_LOOKS]

    @property
    def _told(self) -> tuple[Cell, ...]:
        """What a record says below its title."""
        at = self.title_at
        return tuple(cell for n, cell in enumerate(self.cells) if n != at and cell.shown.look != "blank")


def row_of(number: int, cells: tuple[Cell, ...], names_at: int | None = None) -> Row:
    head = cells[0] if cells and cells[0].is_title else None
    return Row(number=number, cells=cells, head=head, rest=cells[1:] if head else cells, names_at=names_at)


@dataclass(frozen=True, kw_only=True)
class Table(Drawn):
    """A repeat. ``form`` is how it reads best: table, wide (on a page turned on its side) or records."""

    id: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    form: str = "table"
    totals: tuple[str, ...] = ()
    is_titled: bool = True
    aside: Aside | None = None

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
class Section(Drawn):
    """A group of the form."""

    id: str
    label: str
    blocks: tuple[Answers | Note | Table | Pairs, ...]
    owner: str = ""

    @property
    def is_wide(self) -> bool:
        return any(isinstance(block, Table) and block.form == "wide" for block in self.blocks)


@dataclass(frozen=True, kw_only=True)
class Notice(Drawn):
    """Something the reader must know before reading. ``tone`` is one of the page's tones."""

    tone: str
    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact(Drawn):
    label: str
    value: str
    direction: str = "auto"


@dataclass(frozen=True, kw_only=True)
class Logo(Drawn):
    """A picture that somebody added as an answer: ``key`` names it to the PDF renderer, ``url`` to a page."""

    key: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet(Drawn):
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
    code: str = ""
    body: str = ""
    signatures: tuple[Section, ...] = ()
    # What the body says below the signatures
    body_rest: str = ""
    logos: tuple[Logo, ...] = ()
    created: str = ""
    # How it is dressed, when not like every other document
    dress: str = ""

    @property
    def contents(self) -> tuple[Section, ...]:
        """The headings to lead to, when there are many."""
        return tuple(s for s in self.sections if s.label) if len(self.sections) > SHORT_SHEET else ()

    @property
    def is_full(self) -> bool:
        """Whether its text must be set close to end on one page."""
        return len(self.body) > FULL_BODY

    @property
    def has_many_signers(self) -> bool:
        """Whether two beside each other would take too many rows."""
        blocks = [block for section in self.signatures for block in section.blocks if isinstance(block, Answers)]
        return sum(len(block.answers) for block in blocks) > TWO


def dress_of(form: Definition) -> str:
    """A text about one registration is a certificate, to hang on a wall; one about one traveller is a letter."""
    return DRESSES.get(form.subject, "") if form.body else ""


def form_of(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> str:
    """How a table reads best, by the room its columns ask for."""
    if any(cell.shown.look in SIGNED_LOOKS for row in rows for cell in row.cells):
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
    return max(LINE, min(_longest_word(shown.text), LONG_WORD)) if len(shown.text) < 200 else 34
