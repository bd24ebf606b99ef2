"""All texts of a tool, two languages side by side, a page at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.rendering.plain import locale_of
from toolkit.schema.editing import Raw
from toolkit.schema.report import Report
from toolkit.schema.structure import CHOICE, GROUP, ITEM, MISSING, REPEAT, TOOL
from toolkit.schema.texts import TextPlace, languages_of, missing_in, texts_of
from twinning.languages import language_options, name_here

PER_PAGE = 40
PREFIX = "text:"
KEY_NAMES = {
    "title": gettext_lazy("Title"),
    "purpose": gettext_lazy("Purpose"),
    "guidance": gettext_lazy("Guidance"),
    "filled_by": gettext_lazy("Filled in by"),
    "repeats": gettext_lazy("How often"),
    "source": gettext_lazy("Source"),
    "hint": gettext_lazy("Hint"),
    "unit": gettext_lazy("Unit"),
    "constraint_message": gettext_lazy("When an answer is not taken"),
}
SORT_NAMES = {
    "group": gettext_lazy("Group"),
    "table": gettext_lazy("Table"),
    "item": gettext_lazy("Question"),
    "choice": gettext_lazy("Choice"),
}
_KEYS = {"tool": TOOL, "group": GROUP, "table": REPEAT, "item": ITEM, "choice": CHOICE}


@dataclass(kw_only=True)
class TextRow:
    """One text: what it is in the first language, and what stands or was typed in the other."""

    place: TextPlace
    number: int
    first: str
    value: str
    stamp: str
    is_long: bool
    is_locked: bool = False
    error: str = ""
    theirs: str = ""

    @property
    def field(self) -> str:
        return f"{PREFIX}{self.place.name}"

    @property
    def what(self) -> str:
        return str(KEY_NAMES.get(self.place.key) or SORT_NAMES.get(self.place.part.sort, ""))


@dataclass(frozen=True, kw_only=True)
class LanguageView:
    code: str
    name: str
    direction: str
    missing: int
    written: int
    is_first: bool


def sign(text: str) -> str:
    """What a text was when the page was made, in a few letters."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:10]


class TextsPage:
    """The texts of one language; after a post with what was typed, and what was wrong with it."""

    def __init__(
        self,
        raw: Raw,
        lang: str,
        *,
        only_missing: bool = False,
        number: str = "1",
        locked: frozenset[tuple[str, str]] = frozenset(),
    ):
        self.raw, self.only_missing, self.locked = raw, only_missing, locked
        self.first, *others = languages_of(raw)
        self.lang = lang if lang in (self.first, *others) else next(iter(others), self.first)
        self.places = list(texts_of(raw))
        wanted = [place for place in self.places if not only_missing or not self._text(place, self.lang).strip()]
        self.n_wanted = len(wanted)
        self.n_pages = max(-(-len(wanted) // PER_PAGE), 1)
        self.number = min(max(int(number) if number.isdecimal() else 1, 1), self.n_pages)
        start = (self.number - 1) * PER_PAGE
        self.rows = [self._row(place, start + at) for at, place in enumerate(wanted[start : start + PER_PAGE], start=1)]

    def _text(self, place: TextPlace, lang: str) -> str:
        return place.texts.get(lang, "")

    def _row(self, place: TextPlace, number: int) -> TextRow:
        value = self._text(place, self.lang)
        return TextRow(
            place=place,
            number=number,
            first=self._text(place, self.first),
            value=value,
            stamp=sign(value),
            is_long=place.is_long(self.first) or place.is_long(self.lang),
            is_locked=(place.name, self.lang) in self.locked,
        )

    @cached_property
    def languages(self) -> list[LanguageView]:
        return [
            LanguageView(
                code=code,
                name=name_here(code),
                direction=locale_of(code).text_direction,
                missing=missing_in(self.places, code),
                written=len(self.places) - missing_in(self.places, code),
                is_first=code == self.first,
            )
            for code in languages_of(self.raw)
        ]

    @property
    def current(self) -> LanguageView:
        return next(each for each in self.languages if each.code == self.lang)

    @property
    def source(self) -> LanguageView:
        return self.languages[0]

    # What was posted

    def read(self, data: QueryDict) -> None:
        """The rows as the page sent them; those that it did not send stay away."""
        by_name = {place.name: place for place in self.places}
        self.rows = []
        for number, field in enumerate((name for name in data if name.startswith(PREFIX)), start=1):
            place = by_name.get(field.removeprefix(PREFIX))
            row = self._row(place, number) if place is not None and len(self.rows) < 2 * PER_PAGE else None
            if row and not row.is_locked:
                row.value = data[field].replace("\r\n", "\n")
                row.stamp = data.get(f"seen:{place.name}", "")
                self.rows.append(row)

    def changed(self) -> dict[str, str]:
        """The texts that the writer changed, by name; sound ones only. Errors and clashes are on the rows."""
        found = {}
        for row in self.rows:
            now = self._text(row.place, self.lang)
            if sign(row.value) in (row.stamp, sign(now)):
                continue
            if sign(now) != row.stamp:
                row.theirs = now or _("(deleted)")
                row.stamp = sign(now)
                continue
            row.error = self._fault(row)
            if not row.error:
                found[row.place.name] = row.value
        return found

    def _fault(self, row: TextRow) -> str:
        if self.lang == self.first and not row.value.strip() and row.place.key in ("title", "label", "purpose"):
            return ""  # a draft may be faulty; the list of problems says so
        report = Report()
        report.languages = (self.lang,)
        key = _KEYS[row.place.part.sort][row.place.key]
        if row.value.strip() and key.read(report, (), {self.lang: row.value}) is MISSING:
            return " ".join(problem.message.translated(_) for problem in report.problems)
        return ""

    @property
    def has_trouble(self) -> bool:
        return any(row.error or row.theirs for row in self.rows)


class LanguageForm(forms.Form):
    """A language to be added."""

    add = forms.ChoiceField(label=gettext_lazy("Add a language"))

    def __init__(self, data: QueryDict | None, *, known: list[str], lang: str):
        super().__init__(data)
        options = [(code, name) for code, name in language_options(lang) if code not in known]
        self.fields["add"].choices = [("", gettext_lazy("Choose a language")), *options]
