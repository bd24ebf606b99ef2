"""HTML made of Markdown, written on paper for a word processor: headings, lists, tables, bold, links."""

from __future__ import annotations

from html.parser import HTMLParser

from docx.text.paragraph import Paragraph

from toolkit.exchange.word_paper import Paper

_DEEPEST_LIST = 3


def write_html(paper: Paper, html: str, *, top: int = 2) -> None:
    """``html`` as toolkit.rendering.body makes it; ``top`` is the level of its highest heading."""
    writer = _Writer(paper, top)
    writer.feed(html)
    writer.close()


class _Writer(HTMLParser):
    def __init__(self, paper: Paper, top: int):
        super().__init__(convert_charrefs=True)
        self.paper, self.top = paper, top
        self.highest = 0
        self.paragraph: Paragraph | None = None
        self.lists: list[str] = []
        self.bold = self.italic = 0
        self.href = ""
        self.quoted = 0
        self.rows: list[list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("b", "strong"):
            self.bold += 1
        elif tag in ("i", "em"):
            self.italic += 1
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""
        elif tag == "br":
            self._break()
        elif tag == "blockquote":
            self.quoted += 1
        elif tag in ("table", "tr", "td", "th"):
            self._grow(tag)
        else:
            self._block(tag)

    def _block(self, tag: str) -> None:
        """The start of a list, of an entry, of a paragraph or of a heading."""
        if tag in ("ul", "ol"):
            self.lists.append("List Bullet" if tag == "ul" else "List Number")
        elif tag == "li":
            deep = min(len(self.lists), _DEEPEST_LIST)
            self._begin(f"{self.lists[-1] if self.lists else 'List Bullet'}{f' {deep}' if deep > 1 else ''}")
        elif tag == "p" and not (self.lists and self.paragraph is not None and not self.paragraph.text):
            self._begin("Quote" if self.quoted else "Normal" if not self.lists else "List Continue")
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.highest = self.highest or int(tag[1])
            self._begin(f"Heading {min(self.top + max(int(tag[1]) - self.highest, 0), 4)}")

    def _grow(self, tag: str) -> None:
        if tag == "table":
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("b", "strong"):
            self.bold -= 1
        elif tag in ("i", "em"):
            self.italic -= 1
        elif tag == "a":
            self.href = ""
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.paragraph = None
        elif tag == "blockquote":
            self.quoted -= 1
        elif tag == "table" and self.rows is not None:
            self._table(self.rows)
            self.rows = None
        elif tag in ("p", "li") or (len(tag) == 2 and tag[0] == "h"):
            self.paragraph = None

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        text = f"{' ' if data[:1].isspace() else ''}{text}{' ' if data[-1:].isspace() and text else ''}"
        if self.rows is not None:
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += text
            return
        if not text.strip() and self.paragraph is None:
            return
        if self.paragraph is None:
            self._begin("Normal")
        if not self.paragraph.text or self.paragraph.text.endswith("\n"):
            text = text.lstrip()
        if self.href:
            self.paper.link(self.paragraph, text, self.href)
        elif text:
            self.paper.add(self.paragraph, text, bold=self.bold > 0 or None, italic=self.italic > 0 or None)

    def _begin(self, style: str) -> None:
        self.paragraph = self.paper.write("", style)

    def _break(self) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += "\n"
        elif self.paragraph is not None:
            self.paragraph.add_run().add_break()

    def _table(self, rows: list[list[str]]) -> None:
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        table = self.paper.grid(len(rows), [1 / columns] * columns)
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=False):
                self.paper.fill(cell, text.strip(), "Cell")
        self.paragraph = None
        self.paper.write("", "Gap")
