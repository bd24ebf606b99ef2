"""How much room each kind of answer needs on an empty form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil

from django.utils.translation import gettext as _

from toolkit.rendering.display import RATINGS, Drawn, Voice
from toolkit.rendering.faces import faces_of
from toolkit.schema.definition import Item, tr

WORDS_ON_A_LINE = 11
LETTERS_ON_A_LINE = 85
BOXES_IN_A_CELL = 4


@dataclass(frozen=True, kw_only=True)
class Space(Drawn):
    """Where an answer is written. ``look`` names the partial; ``lines`` is how many, ``room`` letters in a table."""

    look: str
    options: tuple[str, ...] = ()
    # The options in groups, each under a heading, where a filter parts them by the answer to another question
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    faces: tuple[str, ...] = ()
    lines: int = 1
    room: int = 16
    unit: str = ""

    @property
    def template(self) -> str:
        return f"toolkit/read/space_{self.look}.html"

    @property
    def times(self) -> range:
        return range(self.lines)

    @property
    def faced(self) -> list[tuple[str, str]]:
        """The options, each with its face or none."""
        return list(zip_longest(self.options, self.faces, fillvalue=""))


def _text(item: Item, voice: Voice) -> Space:
    if item.appearance == "short":
        return Space(look="short", room=10, unit=tr(item.unit, voice.lang))
    lines = 2 if item.appearance == "wide" or (item.max_length or 0) > 3 * LETTERS_ON_A_LINE else 1
    return Space(look="lines", lines=lines, room=18 + 2 * (lines - 1), unit=tr(item.unit, voice.lang))


def _long_text(item: Item, voice: Voice) -> Space:
    lines = 6
    if item.max_words:
        lines = ceil(item.max_words / WORDS_ON_A_LINE)
    elif item.max_length:
        lines = ceil(item.max_length / LETTERS_ON_A_LINE)
    return Space(look="lines", lines=min(max(lines, 3), 10), room=26)


def _line(item: Item, voice: Voice) -> Space:
    return Space(look="lines", room=18)


def _figure(item: Item, voice: Voice) -> Space:
    return Space(look="short", room=9, unit=tr(item.unit, voice.lang) or ("%" if item.kind == "percent" else ""))


def _plain(look: str, room: int) -> Callable[[Item, Voice], Space]:
    return lambda item, voice: Space(look=look, room=room)


def _yes_no(item: Item, voice: Voice) -> Space:
    return Space(look="row", options=(_("Yes"), _("No")), room=8)


def _choices(item: Item, voice: Voice) -> Space:
    options = tuple(tr(choice.label, voice.lang) for choice in voice.definition.lists.get(item.list or "", ()))
    is_row = item.appearance in ("likert", "smileys") or (len(options) <= 5 and sum(map(len, options)) <= 70)
    groups = tuple(_groups(item, voice))
    is_row = is_row and not groups
    many = item.kind == "select_multiple"
    room = max((len(option) for option in options), default=0) + 4 if len(options) <= BOXES_IN_A_CELL else 12
    look = "row" if is_row else "many" if many else "choices"
    return Space(look=look, options=options, groups=groups, faces=_faces(item, voice), room=min(room, 18))


def _groups(item: Item, voice: Voice) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The choices under the answers that let them be chosen, where the filter is no more than that."""
    tree, choices = item.choice_filter, voice.definition.lists.get(item.list or "", ())
    match tree:
        case ["or", [*told], ["=", ["choice", _column], ""]]:
            tree = told
    match tree:
        case ["=", ["choice", column], ["item" | "row", key]] | ["selected", ["item" | "row", key], ["choice", column]]:
            asked = voice.definition.by_id[key]
        case _:
            return
    answers = {choice.name: tr(choice.label, voice.lang) for choice in voice.definition.lists.get(asked.list or "", ())}
    for name, heading in answers.items():
        if labels := tuple(tr(each.label, voice.lang) for each in choices if each.columns.get(column) == name):
            yield heading, labels
    if others := tuple(tr(each.label, voice.lang) for each in choices if each.columns.get(column) not in answers):
        yield _("Other choices"), others


def _faces(item: Item, voice: Voice) -> tuple[str, ...]:
    faces = faces_of(item, voice.definition)
    names = [choice.name for choice in voice.definition.lists.get(item.list or "", ())] or list(faces)
    return tuple(faces.get(name, "") for name in names) if faces else ()


def _rating(item: Item, voice: Voice) -> Space:
    marks = (*(str(mark) for mark in range(1, RATINGS + 1)), _("Not applicable"))
    return Space(look="row", options=marks, faces=_faces(item, voice), room=8)


PAPER: dict[str, Callable[[Item, Voice], Space]] = {
    "text": _text,
    "long_text": _long_text,
    "integer": _figure,
    "decimal": _figure,
    "percent": _figure,
    "money": _plain("money", 13),
    "date": _plain("date", 11),
    "datetime": _plain("datetime", 18),
    "time": _plain("time", 7),
    "year": _plain("year", 7),
    "yes_no": _yes_no,
    "select_one": _choices,
    "select_multiple": _choices,
    "rating": _rating,
    "email": _line,
    "phone": _line,
    "url": _line,
    "country": _plain("lines", 12),
    "language": _plain("lines", 12),
    "reference": _line,
    "file": _plain("attach", 14),
    "image": _plain("attach", 14),
    "signature": _plain("signature", 40),
    "check": _plain("check", 16),
    "calculate": _plain("worked", 9),
    "note": _plain("lines", 0),
}
