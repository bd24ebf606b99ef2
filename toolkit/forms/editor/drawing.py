"""The HTML of what the editor has hundreds of: rows of the outline, and questions to choose from.

Templates take many times as long for each (docs/decisions/0003-fields-are-drawn-from-views.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from toolkit.forms.editor.condition import Asked
from toolkit.forms.editor.outline import OutlineRow
from toolkit.rendering.plain import locale_of

NOTHING = SafeString("")
# The drawings that a page with an outline defines once; see the tag icon_symbols
ICONS = (
    "arrow-up arrow-down copy trash-2 plus lock triangle-alert asterisk git-branch user-round-pen eye-off chart-column"
)

USE = '<svg class="icon" width="{1}" height="{1}" aria-hidden="true" focusable="false"><use href="#i-{0}"/></svg>'
ROW = (
    '<li class="outline__row outline--{depth} outline__row--{sort}{current}" id="row-{id}" data-part="{id}" '
    'data-parent="{parent}" data-sort="{sort}">'
    '<a class="outline__link" href="{edit}?at={id}#part"{aria}>'
    '<span class="outline__label"{tongue}>{label}</span><span class="outline__meta">{kind}{marks}</span></a>'
    '<span class="outline__tools">{tools}</span></li>'
)
MARK = ' <span class="outline__mark{2}" title="{1}">{0}<span class="visually-hidden">{1}</span></span>'
BUTTON = (
    '<button type="submit" name="do" value="{do} {id}"{place} title="{title}" aria-label="{title}: {label}">'
    "{picture}</button>"
)
LINK = '<a href="{url}?part={id}" title="{title}" aria-label="{title}: {label}">{picture}</a>'
ADD = '<li class="outline__add outline--{depth}" data-parent="{parent}">{links}</li>'
ADD_LINK = '<a href="{url}?sort={sort}&amp;parent={parent}">{picture}<span>{words}{place}</span></a>'


def use(name: str, size: int = 16) -> SafeString:
    return format_html(USE, name, size)


class Outline:
    """The rows of an outline as HTML; what all of them share is made once."""

    def __init__(self, *, edit: str, add: str, delete: str, lang: str):
        self.tongue = format_html(' lang="{}" dir="{}"', lang, locale_of(lang).text_direction)
        self.edit, self.add, self.delete = edit, add, delete
        self.pictures = {name: use(name) for name in ICONS.split()}
        self.small = {name: use(name, 14) for name in ICONS.split()}
        self.words = {"up": _("Move up"), "down": _("Move down"), "copy": _("Copy"), "delete": _("Delete")}
        self.sorts = {"item": _("Question"), "table": _("Table"), "group": _("Group")}

    def draw(self, rows: Iterable[OutlineRow]) -> SafeString:
        return format_html_join("", "{}", ((self._add(row) if row.adds else self._row(row),) for row in rows))

    def _row(self, row: OutlineRow) -> SafeString:
        return format_html(
            ROW,
            id=row.id,
            depth=row.depth,
            sort=row.sort,
            parent=row.parent,
            current=" outline__row--current" if row.is_current else "",
            aria=SafeString(' aria-current="true"') if row.is_current else NOTHING,
            edit=self.edit,
            tongue=self.tongue,
            label=Truncator(row.label).chars(90),
            kind=row.kind,
            marks=self._marks(row),
            tools=self._tools(row),
        )

    def _marks(self, row: OutlineRow) -> SafeString:
        marks = [(self.small[picture], words, "") for picture, words in row.marks]
        if row.is_locked:
            marks.append((self.small["lock"], _("Locked: it counts for an indicator"), ""))
        if row.n_problems:
            fault = (self.small["triangle-alert"], _("Something is to be put right"), " outline__mark--fault")
            marks.append(fault)
        return format_html_join("", MARK, marks)

    def _tools(self, row: OutlineRow) -> SafeString:
        label = Truncator(row.label).chars(60)
        pictures = {"up": "arrow-up", "down": "arrow-down", "copy": "copy"}
        buttons = [
            format_html(
                BUTTON,
                do=do,
                id=row.id,
                place=format_html(' id="{}-{}"', do, row.id) if do != "copy" else NOTHING,
                title=self.words[do],
                label=label,
                picture=self.pictures[picture],
            )
            for do, picture in pictures.items()
        ]
        if not row.is_locked:
            picture = self.pictures["trash-2"]
            title = self.words["delete"]
            buttons.append(format_html(LINK, url=self.delete, id=row.id, title=title, label=label, picture=picture))
        return format_html_join("", "{}", ((button,) for button in buttons))

    def _add(self, row: OutlineRow) -> SafeString:
        inside = _("in %(place)s") % {"place": row.label} if row.label else ""
        place = format_html('<span class="visually-hidden"> {}</span>', inside) if inside else NOTHING
        links = (
            (
                format_html(
                    ADD_LINK,
                    url=self.add,
                    sort=sort,
                    parent=row.parent,
                    picture=self.pictures["plus"],
                    words=self.sorts[sort] if len(row.adds) > 1 else _("Column"),
                    place=place,
                ),
            )
            for sort in row.adds
        )
        return format_html(ADD, depth=row.depth, parent=row.parent, links=format_html_join("", "{}", links))


def question_options(groups: Sequence[tuple[str, Sequence[Asked]]], chosen: str) -> SafeString:
    """The questions that a line may ask, under the headings of their groups."""
    return format_html_join("", "{}", ((_options(heading, questions, chosen),) for heading, questions in groups))


def _options(heading: str, questions: Iterable[Asked], chosen: str) -> SafeString:
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((each.name, SafeString(" selected") if each.name == chosen else "", each.label) for each in questions),
    )
    if not heading:
        return options
    return format_html('<optgroup label="{}">{}</optgroup>', Truncator(heading).chars(60), options)


def names_html(groups: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> SafeString:
    """What a formula may name, each with a button that inserts it where a formula is being written."""
    return format_html_join("", "{}", ((_names(heading, names),) for heading, names in groups))


def _names(heading: str, names: Iterable[tuple[str, str]]) -> SafeString:
    insert = _("Insert")
    rows = format_html_join(
        "",
        '<li><code>{0}</code> {1} <button class="btn btn-link btn-sm" type="button" hidden data-insert="{0}">{2}'
        '<span class="visually-hidden"> {0}</span></button></li>',
        ((text, label, insert) for text, label in names),
    )
    head = format_html('<p class="names__heading">{}</p>', heading) if heading else NOTHING
    return format_html("{}<ul>{}</ul>", head, rows)
