"""What a card of the library says of a tool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models.fields.json import KeyTransform
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from toolkit.models import Feedback, Tool, ToolVersion
from toolkit.models.learning import Rating
from toolkit.schema.definition import tr
from toolkit.schema.folding import fold, has_words, texts_searched
from toolkit.states import Mode, ToolKind
from toolkit.statistics import FEW, partnerships_using
from twinning.languages import own_name

LONGEST_QUOTE, BEFORE = 24, 6  # words
# Marks of Markdown and of the language of texts, which nobody reads
_SIGNS = re.compile(r"{[{%].*?[%}]}|[#*_|`>]+|\s-+(?=\s)")


@dataclass(frozen=True)
class Found:
    """Where a search found a tool when neither title nor purpose says so: the words of a question, or its text.

    ``words`` are pairs of a word and whether it is one of those looked for.
    """

    place: str
    words: Sequence[tuple[str, bool]] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    tool: Tool
    version: ToolVersion
    n_partnerships: int = 0
    rating: Rating | None = None
    found: Found | None = None

    @property
    def title(self) -> str:
        return self.version.title

    @property
    def is_guide(self) -> bool:
        return self.tool.kind == ToolKind.GUIDE

    @cached_property
    def filled_by(self) -> str:
        return tr(self.version.filled_by, get_language() or "en") or ("" if self.is_guide else self.mode)

    @cached_property
    def frequency(self) -> str:
        return tr(self.version.frequency, get_language() or "en")

    @property
    def mode(self) -> str:
        return str(Mode(self.version.mode).label)

    @cached_property
    def minutes(self) -> str:
        return minutes_of(self.version)

    @property
    def languages(self) -> str:
        return languages_of(self.version)

    @property
    def use(self) -> str:
        return use_text(self.n_partnerships)

    @property
    def stars(self) -> str:
        return stars_of(self.rating) if self.rating else ""


def use_text(n_partnerships: int) -> str:
    if not n_partnerships:
        return ""
    if n_partnerships < FEW:
        return _("Used in fewer than %(few)s partnerships") % {"few": FEW}
    return ngettext("Used in %(n)s partnership", "Used in %(n)s partnerships", n_partnerships) % {"n": n_partnerships}


def stars_of(rating: Rating) -> str:
    """The mean and how many gave one: “4.3 of 5 (12)”."""
    return _("%(mean)s of 5 (%(n)s)") % {"mean": number_format(round(rating.mean, 1), 1), "n": rating.count}


def minutes_of(version: ToolVersion) -> str:
    """About how long it takes, in hours from an hour and a half on."""
    minutes = version.minutes
    if not minutes:
        return ""
    if minutes < 90:
        return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 30) / 2
    said = number_format(hours, 0 if hours.is_integer() else 1)
    return ngettext("about %(n)s hour", "about %(n)s hours", 1 if hours == 1 else 2) % {"n": said}


def languages_of(version: ToolVersion) -> str:
    """The languages a tool is written in, each by its own name."""
    return ", ".join(own_name(code) for code in version.languages)


def cards_of(tools: Sequence[int], *, wanted: Sequence[str] = ()) -> list[Card]:
    """The cards of ``tools`` in their order; ``wanted`` are the folded words of a search that found them."""
    rows = Tool.objects.select_related("section", "programme", "partnership").in_bulk(tools)
    versions = (
        ToolVersion.objects.published()
        .filter(tool__in=tools)
        .defer("definition", "words")
        .annotate(filled_by=KeyTransform("filled_by", "definition"), frequency=KeyTransform("repeats", "definition"))
    )
    current = {version.tool_id: version for version in versions}
    used, rated = partnerships_using(tools), Feedback.objects.rating_of(tools)
    found = _found(current.values(), wanted) if wanted else {}
    return [
        Card(
            tool=rows[pk],
            version=current[pk],
            n_partnerships=0 if rows[pk].is_copy else used.get(pk, 0),
            rating=rated.get(pk),
            found=found.get(pk),
        )
        for pk in tools
        if pk in current
    ]


def _found(versions: Iterable[ToolVersion], wanted: Sequence[str]) -> dict[int, Found]:
    """Where the words stand in tools whose titles and purposes do not have them all."""
    plain = {version.tool_id for version in versions if not has_words(f"{version.title} {version.purpose}", wanted)}
    if not plain:
        return {}
    definitions = ToolVersion.objects.published().filter(tool__in=plain).values_list("tool", "definition")
    places = {tool: _place(definition, wanted) for tool, definition in definitions}
    return {tool: place for tool, place in places.items() if place}


def _place(definition: dict, wanted: Sequence[str]) -> Found | None:
    """The text with most of the words, the first of its kind; none when they stand in the head of the tool."""
    best, most = None, 0
    for place, text in texts_searched(definition):
        folded = fold(text)
        n = sum(word in folded for word in wanted)
        if n > most:
            best, most = (place, text), n
            if n == len(wanted):
                break
    return Found(best[0], _quote(*best, wanted)) if best else None


def _quote(place: str, text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The words around the first of those looked for: of a question from its beginning, of a text from just before."""
    words = (_SIGNS.sub(" ", text) if place == "text" else text).split()

    def is_hit(word: str) -> bool:
        return any(each in fold(word) for each in wanted)

    hit = next((n for n, word in enumerate(words) if is_hit(word)), 0) if place == "text" else 0
    first = max(0, hit - BEFORE)
    quoted = [(word, is_hit(word)) for word in words[first : first + LONGEST_QUOTE]]
    before, after = first > 0, first + LONGEST_QUOTE < len(words)
    return [*[("…", False)] * before, *quoted, *[("…", False)] * after]
