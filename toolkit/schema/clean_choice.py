"""Answers picked from a list: yes or no, one or several choices, country, language."""

from collections.abc import Collection

from .codes import COUNTRIES, language_tag
from .definition import Definition, Item, tr
from .errors import AnswerError
from .words import _


def _one(raw: object) -> str:
    if not isinstance(raw, str):
        raise AnswerError("choice", _("Choose one of the answers offered."))
    return raw.strip()


def yes_no(item: Item, raw: object, definition: Definition) -> str | None:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    answer = _one(raw)
    if answer and answer not in ("yes", "no"):
        raise AnswerError("choice", _("Choose yes or no."))
    return answer or None


def _unknown(name: str) -> AnswerError:
    return AnswerError("choice", _("“%(name)s” is not one of the answers offered.", name=name[:60]))


def select_one(item: Item, raw: object, definition: Definition) -> str | None:
    name = _one(raw)
    if name and all(name != choice.name for choice in definition.lists[item.list]):
        raise _unknown(name)
    return name or None


def select_multiple(item: Item, raw: object, definition: Definition) -> list[str] | None:
    """Names in the order of the list. A string holds names between spaces, as in XLSForm."""
    picked = raw.split() if isinstance(raw, str) else raw
    if not isinstance(picked, (list, tuple)) or not all(isinstance(n, str) for n in picked):
        raise AnswerError("choice", _("Choose from the answers offered."))
    offered = [choice.name for choice in definition.lists[item.list]]
    for name in picked:
        if name and name not in offered:
            raise _unknown(name)
    chosen = set(picked)
    return [name for name in offered if name in chosen] or None


def country(item: Item, raw: object, definition: Definition) -> str | None:
    code = _one(raw).upper()
    if code and code not in COUNTRIES:
        raise AnswerError("country", _("Choose a country from the list."))
    return code or None


def language(item: Item, raw: object, definition: Definition) -> str | None:
    text = _one(raw)
    if not text:
        return None
    tag = language_tag(text) if len(text) < 20 else None
    if tag is None:
        raise AnswerError("language", _("Choose a language from the list."))
    return tag


def picked(value: object) -> list[str]:
    """The names of the choices in a kept answer."""
    return value if isinstance(value, list) else [value] if isinstance(value, str) and value else []


def refuse_unoffered(
    item: Item, value: object, offered: Collection[str], *, definition: Definition, lang: str, but: Collection[str] = ()
) -> None:
    """Raise AnswerError for a choice in ``value`` that is not ``offered``, other than those in ``but``."""
    for name in picked(value):
        if name not in offered and name not in but:
            label = next((tr(each.label, lang) for each in definition.lists[item.list or ""] if each.name == name), "")
            raise AnswerError(
                "not_offered",
                _("“%(choice)s” does not go with the other answers. Choose one that does.", choice=label or name),
            )
