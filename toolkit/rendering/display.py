"""Answers in words: what each kind of value looks like to a reader, on a page, on paper and in a document's text.

Nothing here trusts a value. One that has not the shape of its kind (an old one, a choice that is gone) is shown as the
text it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_countries import countries

from toolkit.rendering.plain import SPACE, amount_text, as_text, date_text, direction_of, locale_of, number_text, tidy
from toolkit.schema.definition import Definition, Item, tr

RATINGS = 5

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
WEB = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE)
MAIL = re.compile(r"[^\s@<>:/?\"]+@[^\s@<>:/?\"]+")


class Drawn:
    """Data for templates. Django asks for an item before an attribute; answering that at once halves the time."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


@dataclass(frozen=True)
class FileShown(Drawn):
    name: str
    size: str
    url: str = ""


@dataclass(frozen=True)
class Shown(Drawn):
    """An answer ready to be drawn. ``text`` is the whole of it in one string; empty when there is no answer.

    ``look`` names the partial that draws it, ``parts`` holds what that partial needs besides the text, ``direction``
    is that of the text as ``dir`` says it. ``number`` is the figure behind it, if it is one.
    """

    text: str = ""
    look: str = "line"
    parts: tuple = ()
    direction: str = "auto"
    href: str = ""
    number: float | None = None

    @property
    def template(self) -> str:
        return f"toolkit/read/look_{self.look}.html"

    @property
    def is_plain(self) -> bool:
        """Whether nothing but its text is drawn, so that a table need not ask a partial."""
        return self.look == "line"


NOTHING = Shown(look="nothing")


@dataclass(frozen=True)
class Voice:
    """In which language answers are said, and where their files may be fetched (nowhere, when None)."""

    definition: Definition
    lang: str = "en"
    file_url: Callable[[str], str] | None = None
    _labels: dict[str, dict[str, str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def locale(self) -> Locale:
        return locale_of(self.lang)

    def choice(self, item: Item, name: Any) -> str:
        """The label of a choice; one that the list has no longer is shown by its name."""
        labels = self._labels.get(item.list or "")
        if labels is None:
            listed = self.definition.lists.get(item.list or "", ())
            labels = self._labels[item.list or ""] = {choice.name: tr(choice.label, self.lang) for choice in listed}
        return labels.get(name) or tidy(name)


def show(item: Item, value: Any, voice: Voice) -> Shown:
    """``value`` as an answer to ``item``."""
    if value is None or value in ("", [], {}):
        return NOTHING
    try:
        shown = DISPLAY[item.kind](item, value, voice)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        shown = _line(as_text(value))
    return shown if shown.text else NOTHING


def display_text(item: Item, value: Any, *, definition: Definition, lang: str = "en") -> str:
    """``value`` as one string, such as ``3 March 2027``; empty when there is no answer."""
    with translation.override(lang):
        return show(item, value, Voice(definition, lang)).text


def total_text(total: Any, lang: str = "en") -> str:
    """The total of a column: a number, or an amount for each currency."""
    if isinstance(total, Mapping):
        total = [{"amount": amount, "currency": currency} for currency, amount in total.items()]
    try:
        if isinstance(total, list):
            return "; ".join(amount_text(each, lang) for each in total)
        return "" if total in (None, "") else number_text(total, lang)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return as_text(total)


# Numbers


def _line(text: str, **more: Any) -> Shown:
    return Shown(text, direction=direction_of(text), **more)


def _with_unit(text: str, item: Item, voice: Voice) -> str:
    unit = tr(item.unit, voice.lang)
    if unit == "%" and text:
        return _percent_text(text, voice)
    return f"{text}{SPACE}{unit}" if unit and text else text


def _percent_text(number: str, voice: Voice) -> str:
    """A number with the sign for percent as the language sets it: ``40%``, ``40 %``."""
    pattern = voice.locale.percent_formats[None].pattern
    return pattern.replace("#,##0", number).replace("#,##,##0", number)


def _number(item: Item, value: Any, voice: Voice) -> Shown:
    if isinstance(value, bool):
        raise TypeError(value)
    return _line(_with_unit(number_text(value, voice.lang), item, voice), number=float(Decimal(str(value))))


def _percent(item: Item, value: Any, voice: Voice) -> Shown:
    number = number_text(value, voice.lang)
    return _line(_percent_text(number, voice), number=float(Decimal(str(value))))


def _money(item: Item, value: Any, voice: Voice) -> Shown:
    return _line(amount_text(value, voice.lang), number=float(Decimal(str(value["amount"]))))


def _year(item: Item, value: Any, voice: Voice) -> Shown:
    return _line(str(int(value)))


def _rating(item: Item, value: Any, voice: Voice) -> Shown:
    if value == "na":
        return _line(_("Not applicable"))
    return _line(_("%(mark)d of %(most)d") % {"mark": int(value), "most": RATINGS}, number=float(value))


def _calculate(item: Item, value: Any, voice: Voice) -> Shown:
    if isinstance(value, bool):
        return _line(_("Yes") if value else _("No"))
    if isinstance(value, (int, float, Decimal)):
        return _number(item, value, voice)
    text = str(value)
    if ISO_DATE.fullmatch(text):
        return _line(date_text(text, voice.lang))
    return _line(_with_unit(tidy(text), item, voice))


# Dates and times


def _date(item: Item, value: Any, voice: Voice) -> Shown:
    return _line(date_text(value, voice.lang))


def _time(item: Item, value: Any, voice: Voice) -> Shown:
    return _line(time.fromisoformat(value).strftime("%H:%M"))


def _moment(item: Item, value: Any, voice: Voice) -> Shown:
    at = datetime.fromisoformat(value["at"])
    zone = tidy(value.get("zone") or "").replace("_", " ")
    said = f"{date_text(at.date().isoformat(), voice.lang)}, {at:%H:%M}"
    return _line(f"{said} ({zone})" if zone else said)


# Words


def _text(item: Item, value: Any, voice: Voice) -> Shown:
    return _line(_with_unit(tidy(value), item, voice))


def _long_text(item: Item, value: Any, voice: Voice) -> Shown:
    text = tidy(value, lines=True)
    parts = tuple((part, direction_of(part)) for part in re.split(r"\n[ \t]*\n\s*", text) if part.strip())
    return Shown(text, look="paragraphs", parts=parts, direction=direction_of(text))


def _email(item: Item, value: Any, voice: Voice) -> Shown:
    text = tidy(value)
    return Shown(text, look="link", direction="ltr", href=f"mailto:{text}") if MAIL.fullmatch(text) else _line(text)


def _url(item: Item, value: Any, voice: Voice) -> Shown:
    text = tidy(value)
    return Shown(text, look="link", direction="ltr", href=text) if WEB.fullmatch(text) else _line(text)


def _phone(item: Item, value: Any, voice: Voice) -> Shown:
    return Shown(tidy(value), direction="ltr")


# Choices


def _yes_no(item: Item, value: Any, voice: Voice) -> Shown:
    return _line({"yes": _("Yes"), "no": _("No")}.get(value) or tidy(value))


def _select_one(item: Item, value: Any, voice: Voice) -> Shown:
    if not isinstance(value, str):
        raise TypeError(value)
    scores = {choice.name: choice.score for choice in voice.definition.lists.get(item.list or "", ())}
    return _line(voice.choice(item, value), number=scores.get(value))


def _select_multiple(item: Item, value: Any, voice: Voice) -> Shown:
    names = value.split() if isinstance(value, str) else list(value)
    labels = [voice.choice(item, name) for name in names if isinstance(name, str)]
    parts = tuple((label, direction_of(label)) for label in labels)
    return Shown("; ".join(labels), look="list", parts=parts, direction=direction_of("".join(labels[:1])))


def _country(item: Item, value: Any, voice: Voice) -> Shown:
    return _line(country_name(str(value), voice.lang) or tidy(str(value)))


def country_name(code: str, lang: str) -> str:
    """What a country is called in ``lang``; empty for a code that is none.

    The list that people choose from has a few names in English only, so other languages take those that Babel knows.
    """
    if lang.partition("-")[0] != "en" and code in countries.countries and code in locale_of(lang).territories:
        return locale_of(lang).territories[code]
    return str(countries.name(code)) or locale_of(lang).territories.get(code, "")


def _language(item: Item, value: Any, voice: Voice) -> Shown:
    tag = str(value)
    return _line(_language_name(tag, voice.lang) or tidy(tag))


@lru_cache(maxsize=512)
def _language_name(tag: str, lang: str) -> str:
    locale = locale_of(lang)
    if tag in locale.languages:
        name = locale.languages[tag]
    else:
        try:
            name = Locale.parse(tag, sep="-").get_display_name(locale) or ""
        except (UnknownLocaleError, ValueError):
            return ""
    return name[:1].upper() + name[1:]


# Records


def _reference(item: Item, value: Any, voice: Voice) -> Shown:
    return _line(tidy(value["text"]) if isinstance(value, Mapping) else tidy(value))


def _files(item: Item, value: Any, voice: Voice) -> Shown:
    files = tuple(
        FileShown(
            name=tidy(each["name"]),
            size=filesizeformat(each.get("size") or 0),
            url=voice.file_url(str(each["id"])) if voice.file_url and each.get("id") else "",
        )
        for each in value
    )
    text = "; ".join(f"{file.name} ({file.size})" for file in files)
    return Shown(text, look="files", parts=files, direction="auto")


def _signature(item: Item, value: Any, voice: Voice) -> Shown:
    """Who signed. Without their consent nothing is signed, and the paper keeps a line for it."""
    on = date_text(value["on"], voice.lang) if value.get("on") else ""
    said = [tidy(value.get(key) or "") for key in ("name", "title", "organization")] + [on]
    agreed = value.get("agreed") is True
    labels = (_("Name"), pgettext("of a person", "Post"), _("Organization"), _("Date"))
    parts = tuple((label, text, direction_of(text)) for label, text in zip(labels, said, strict=True))
    # Only what is bound to the hash of a submission has a code: see toolkit/signing.py
    if code := value.get("code"):
        parts = (*parts, (_("Check code"), code, "ltr"))
    if void := value.get("void"):
        text = ", ".join([*filter(None, said), _("counts no longer: %(why)s") % {"why": void}])
        return Shown(text, look="void", parts=(*parts, ("", str(void), "auto")), direction="auto")
    word = _("agreed electronically") if agreed else _("not signed")
    text = ", ".join([*filter(None, said), word])
    return Shown(text, look="signature" if agreed else "unsigned", parts=parts, direction="auto")


def unsigned() -> Shown:
    """A signature that nobody gave: on paper, lines to sign on."""
    labels = (_("Name"), pgettext("of a person", "Post"), _("Organization"), _("Date"))
    return Shown("", look="unsigned", parts=tuple((label, "", "auto") for label in labels))


def _check(item: Item, value: Any, voice: Voice) -> Shown:
    words = {"done": _("Done"), "not_needed": _("Not needed"), "pending": _("Not yet done")}
    state = value["state"]
    on = date_text(value["on"], voice.lang) if value.get("on") else ""
    note = tidy(value.get("note") or "", lines=True)
    said = ", ".join(filter(None, (words.get(state) or tidy(state), on)))
    parts = ({"done": "☑", "not_needed": "–"}.get(state, "☐"), said, note, direction_of(note))
    return Shown(f"{said}: {note}" if note else said, look="check", parts=parts, direction=direction_of(said))


def _note(item: Item, value: Any, voice: Voice) -> Shown:
    return NOTHING


DISPLAY: dict[str, Callable[[Item, Any, Voice], Shown]] = {
    "text": _text,
    "long_text": _long_text,
    "integer": _number,
    "decimal": _number,
    "percent": _percent,
    "money": _money,
    "date": _date,
    "datetime": _moment,
    "time": _time,
    "year": _year,
    "yes_no": _yes_no,
    "select_one": _select_one,
    "select_multiple": _select_multiple,
    "rating": _rating,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "country": _country,
    "language": _language,
    "reference": _reference,
    "file": _files,
    "image": _files,
    "signature": _signature,
    "check": _check,
    "calculate": _calculate,
    "note": _note,
}
