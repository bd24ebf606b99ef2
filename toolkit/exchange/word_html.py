"""HTML made of Markdown, written on paper for a word processor: headings, lists, tables, bold, links."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from docx.text.paragraph import Paragraph

from toolkit.exchange.word_paper import Paper

_DEEPEST_LIST = 3
# The room of a column, in letters: no more than a line of a wide one, no less than a short word
_WIDEST, _NARROWEST = 40, 5


def write_html(paper: Paper, html: str, *, top: int = 2, style: str = "Normal") -> None:
    """``html`` as toolkit.rendering.body makes it; ``top`` is the level of its highest heading."""
    writer = _Writer(paper, top, style)
    writer.feed(html)
    writer.close()


@dataclass(frozen=True)
class _Piece:
    text: str
    is_bold: bool
    is_italic: bool
    href: str


@dataclass
class _List:
    style: str
    numbering: int = 0


class _Writer(HTMLParser):
    def __init__(self, paper: Paper, top: int, style: str):
        super().__init__(convert_charrefs=True)
        self.paper, self.top, self.style = paper, top, style
        self.highest = 0
        self.paragraph: Paragraph | None = None
        self.is_fresh = True  # nothing stands in the paragraph yet
        self.lists: list[_List] = []
        self.bold = self.italic = self.quoted = 0
        self.is_code = False
        self.href = ""
        self.rows: list[list[list[_Piece]]] | None = None
        self.is_in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("table", "tr", "td", "th"):
            self._open_table(tag)
        elif tag in _MARKS:
            self._mark(tag, 1)
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""
        elif tag == "br":
            self._break()
        elif tag in ("ul", "ol"):
            self._open_list(tag, dict(attrs).get("start") or "")
        elif tag == "li":
            self._begin(self.lists[-1].style if self.lists else "List Bullet")
            if self.lists and self.lists[-1].numbering:
                self.paper.number(self.paragraph, self.lists[-1].numbering)
        elif tag == "blockquote":
            self.quoted += 1
        elif tag == "pre":
            self.is_code = True
            self._begin("Code")
        elif tag == "p" and not (self.lists and self.paragraph is not None and self.is_fresh):
            self._begin(self._plain())
        elif _is_heading(tag):
            self.highest = self.highest or int(tag[1])
            self._begin(f"Heading {min(self.top + max(int(tag[1]) - self.highest, 0), 4)}")

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            self._mark(tag, -1)
        elif tag == "a":
            self.href = ""
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.paragraph = None
        elif tag == "blockquote":
            self.quoted -= 1
        elif tag in ("td", "th"):
            self.is_in_cell = False
        elif tag == "table" and self.rows is not None:
            rows, self.rows = self.rows, None
            self._table(rows)
        elif tag in ("p", "li", "pre") or _is_heading(tag):
            self.paragraph = None
            self.is_code = self.is_code and tag != "pre"

    def handle_data(self, data: str) -> None:
        text = data.rstrip("\n") if self.is_code else _on_one_line(data)
        if self.rows is not None:
            if self.is_in_cell and self.rows and self.rows[-1]:
                self.rows[-1][-1].append(self._piece(text))
            return
        if self.paragraph is None or self.is_fresh:
            text = text if self.is_code else text.lstrip()
        if not text:
            return
        if self.paragraph is None:
            self._begin(self._plain())
        self._put(self.paragraph, self._piece(text))
        self.is_fresh = False

    def _mark(self, tag: str, change: int) -> None:
        if _MARKS[tag] == "bold":
            self.bold += change
        else:
            self.italic += change

    def _open_table(self, tag: str) -> None:
        if tag == "table":
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif self.rows:
            self.rows[-1].append([])
            self.is_in_cell = True

    def _open_list(self, tag: str, start: str) -> None:
        deep = min(len(self.lists) + 1, _DEEPEST_LIST)
        style = f"{'List Bullet' if tag == 'ul' else 'List Number'}{f' {deep}' if deep > 1 else ''}"
        first = int(start) if start.isdecimal() and len(start) < 7 else 1
        self.lists.append(_List(style, 0 if tag == "ul" else self.paper.start_numbering(style, first)))
        self.paragraph = None

    def _plain(self) -> str:
        """The style of a paragraph that says nothing of its own."""
        if self.lists:
            deep = min(len(self.lists), _DEEPEST_LIST)
            return f"List Continue{f' {deep}' if deep > 1 else ''}"
        return "Quote" if self.quoted else self.style

    def _piece(self, text: str) -> _Piece:
        return _Piece(text, self.bold > 0, self.italic > 0, self.href)

    def _put(self, paragraph: Paragraph, piece: _Piece) -> None:
        if piece.href:
            self.paper.link(paragraph, piece.text, piece.href)
        else:
            self.paper.add(paragraph, piece.text, bold=piece.is_bold or None, italic=piece.is_italic or None)

    def _begin(self, style: str) -> None:
        self.paragraph, self.is_fresh = self.paper.write("", style), True

    def _break(self) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1].append(self._piece("\n"))
        elif self.paragraph is not None:
            self.paragraph.add_run().add_break()
            self.is_fresh = True

    def _table(self, rows: list[list[list[_Piece]]]) -> None:
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        rooms = [max((_room(row[n]) for row in rows if n < len(row)), default=_NARROWEST) for n in range(columns)]
        table = self.paper.grid(len(rows), [room / sum(rooms) for room in rooms])
        self.paper.head(table)
        for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
            for cell, pieces in zip(row.cells, cells, strict=False):
                paragraph = self.paper.fill(cell, "", "Cell" if number else "Cell head")
                for piece in pieces:
                    self._put(paragraph, piece)
        self.paragraph = None
        self.paper.write("", "Gap")


_MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic"}


def _is_heading(tag: str) -> bool:
    return len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()


def _on_one_line(data: str) -> str:
    text = " ".join(data.split())
    return f"{' ' if data[:1].isspace() else ''}{text}{' ' if data[-1:].isspace() and text else ''}"


def _room(pieces: list[_Piece]) -> int:
    text = "".join(piece.text for piece in pieces)
    longest = max((len(word) for word in text.split()), default=0)
    return max(_NARROWEST, longest, min(len(text), _WIDEST)) + 2
