"""The lists of answers that XLSForm must be given and our types bring along: yes and no, marks, countries, …"""

from collections.abc import Callable, Iterable

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import override

from toolkit.rendering.display import RATINGS, display_text
from toolkit.schema.codes import COUNTRIES, CURRENCIES, LANGUAGES
from toolkit.schema.definition import Definition, Item, Text

Labels = dict[str, Text]
# What XLSForm lets people choose from, by the type whose answer it is
_OF_KIND = {
    "yes_no": "yes_no",
    "rating": "rating",
    "check": "check",
    "money": "currency",
    "country": "country",
    "language": "language",
}


def in_languages(say: Callable[[], str], languages: tuple[str, ...]) -> Text:
    """What ``say`` says in each language; where nobody translated it, in English."""
    said = {}
    for lang in languages:
        with override(lang):
            said[lang] = say()
    return said


class Lists:
    """The lists that a form needs beside its own, under names that its own do not have."""

    def __init__(self, definition: Definition):
        self.definition = definition
        self.languages = definition.languages
        self.names: dict[str, str] = {}

    def name_for(self, kind: str) -> str:
        """The name of the list that answers of ``kind`` are chosen from."""
        stem = _OF_KIND[kind]
        if stem not in self.names:
            name = stem
            while name in self.definition.lists:
                name = f"{name}_"
            self.names[stem] = name
        return self.names[stem]

    def choices(self) -> dict[str, Labels]:
        """Every list that was asked for, with its choices and their labels."""
        return {name: _LABELS[stem](self) for stem, name in self.names.items()}

    def kinds(self) -> list[tuple[str, str]]:
        """Each list that was asked for: the type it stands for, and its name."""
        return [(kind, self.names[stem]) for kind, stem in _OF_KIND.items() if stem in self.names]

    def each(self, say: Callable[[], str]) -> Text:
        return in_languages(say, self.languages)

    def used(self, kind: str) -> set[str]:
        """Codes that answers written into the form have and that the usual list may lack."""
        return {
            value for item in self.definition.items if item.kind == kind for value in _written(self.definition, item)
        }


def _written(definition: Definition, item: Item) -> list[str]:
    values = [item.default, item.currency]
    table = definition.by_id.get(item.repeat or "")
    values += [row.get(item.id) for row in table.rows] if table else []
    return [value for value in values if isinstance(value, str)]


def _yes_no(lists: Lists) -> Labels:
    return {"yes": lists.each(lambda: _("Yes")), "no": lists.each(lambda: _("No"))}


def _rating(lists: Lists) -> Labels:
    marks = {str(mark): dict.fromkeys(lists.languages, str(mark)) for mark in range(1, RATINGS + 1)}
    return marks | {"na": lists.each(lambda: _("Not applicable"))}


def _check(lists: Lists) -> Labels:
    # Not yet done is no answer, with us as there.
    return {"done": lists.each(lambda: _("Done")), "not_needed": lists.each(lambda: _("Not needed"))}


def _currency(lists: Lists) -> Labels:
    return {code: dict.fromkeys(lists.languages, code) for code in sorted(CURRENCIES)}


def _country(lists: Lists) -> Labels:
    return _named(lists, "country", COUNTRIES)


def _language(lists: Lists) -> Labels:
    tags = LANGUAGES | lists.used("language")
    english = Locale("en").languages
    # Languages that no catalogue names would only be codes to choose from.
    tags = {tag for tag in tags if tag.partition("-")[0] in english}
    return _named(lists, "language", tags)


def _named(lists: Lists, kind: str, codes: Iterable[str]) -> Labels:
    """Codes with the names that readers of an answer see, in the order of the first language."""
    item = Item(id="f_code", name="code", kind=kind, label={})
    labels: Labels = {code: {} for code in codes}
    for lang in lists.languages:
        with override(lang):
            for code, names in labels.items():
                names[lang] = display_text(item, code, definition=lists.definition, lang=lang) or code
    return dict(sorted(labels.items(), key=lambda pair: next(iter(pair[1].values())).casefold()))


_LABELS: dict[str, Callable[[Lists], Labels]] = {
    "yes_no": _yes_no,
    "rating": _rating,
    "check": _check,
    "currency": _currency,
    "country": _country,
    "language": _language,
}
