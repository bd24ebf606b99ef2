"""The library at a glance: one light entry for each published tool, read in one query however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language

from toolkit.schema.definition import Text, tr
from toolkit.schema.folding import has_words
from toolkit.states import ToolKind

FIELDS = ("tool", "tool__slug", "tool__number", "tool__section", "tool__kind", "tool__base", "minutes", "languages",
          "titles", "purposes")  # fmt: skip
ORDER = ("tool__section__number", "tool__position", "tool__number", "tool__slug")


@dataclass(frozen=True, slots=True)
class Entry:
    pk: int
    slug: str
    number: str
    section: str
    kind: str
    base: int | None
    minutes: int | None
    languages: list[str]
    titles: Text
    purposes: Text

    @property
    def title(self) -> str:
        return tr(self.titles, get_language() or "en")

    @property
    def is_copy(self) -> bool:
        return self.base is not None

    @property
    def is_guide(self) -> bool:
        return self.kind == ToolKind.GUIDE

    def rank(self, wanted: Sequence[str]) -> int:
        """Where the words of a search stand: 0 in the title, 1 also in the purpose, 2 elsewhere."""
        titles = " ".join((self.number, *self.titles.values()))
        if has_words(titles, wanted):
            return 0
        return 1 if has_words(" ".join((titles, *self.purposes.values())), wanted) else 2


def read_shelf(published: QuerySet) -> dict[int, Entry]:
    """The tools of ``published`` versions by their ids, in the order of the library."""
    return {row[0]: Entry(*row) for row in published.order_by(*ORDER).values_list(*FIELDS)}


def by_relevance(entries: Iterable[Entry], wanted: Sequence[str]) -> list[Entry]:
    """What a search found, the titles first; the order of the library among equals."""
    return sorted(entries, key=lambda entry: entry.rank(wanted)) if wanted else list(entries)
