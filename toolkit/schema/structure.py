"""What keys a tool file may have and what each may hold, written as tables."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .clean_text import CONTROL, SURROGATE
from .codes import CURRENCIES, language_tag
from .definition import KINDS_OF_TOOL, MODES, SECTIONS, SIDES
from .indicators import INDICATORS
from .kinds import KINDS
from .numbers import BOUND
from .report import Report
from .words import _
from .yaml_file import Path

MISSING: Any = object()
Reader = Callable[[Report, Path, Any], Any]

SUBJECTS = tuple(
    """partnership organization exchange traveller workshop registration session period contribution
    meeting activity transfer resource person programme""".split()
)
RECORDS = tuple(
    """organization contact objective activity indicator exchange workshop session period
    partnership programme award topic document tool meeting risk contribution person rows""".split()
)
APPEARANCES = ("short", "wide", "likert", "smileys", "minimal")
MAX_ROWS = 1000


# Readers: each gives what it read, or reports and gives MISSING


def string(pattern: str = r".{1,200}", what: str = "", *, hint: Callable[[Any], Any] | None = None) -> Reader:
    regex = re.compile(pattern)

    def read(report: Report, path: Path, value: Any) -> Any:
        if not isinstance(value, str):
            report.add(path, _("Write this in quotes, as text."))
        elif not regex.fullmatch(value) or CONTROL.search(value) or SURROGATE.search(value):
            report.add(path, _("“%(value)s” is not %(what)s.", value=value[:60], what=what))
        else:
            return value
        return MISSING

    return read


def one_of(options: tuple[str, ...]) -> Reader:
    def read(report: Report, path: Path, value: Any) -> Any:
        if isinstance(value, str) and value in options:
            return value
        near = report.near(str(value), options)
        report.add(
            path,
            _("“%(value)s” is unknown. Did you mean “%(near)s”?", value=str(value)[:60], near=near)
            if near
            else _(
                "“%(value)s” is unknown. Write one of: %(options)s.",
                value=str(value)[:60],
                options=", ".join(options),
            ),
        )
        return MISSING

    return read


def several_of(options: tuple[str, ...]) -> Reader:
    one = one_of(options)

    def read(report: Report, path: Path, value: Any) -> Any:
        if not isinstance(value, list) or not value:
            report.add(path, _("Write a list of names: [one, two]."))
            return MISSING
        kept = [one(report, (*path, at), name) for at, name in enumerate(value)]
        return MISSING if MISSING in kept else list(dict.fromkeys(kept))

    return read


def whole(least: int, most: int) -> Reader:
    def read(report: Report, path: Path, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        report.add(path, _("Write a whole number from %(least)d to %(most)d.", least=least, most=most))
        return MISSING

    return read


def numeral(report: Report, path: Path, value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < BOUND:
        return value
    report.add(path, _("Write a number."))
    return MISSING


def boolean(report: Report, path: Path, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    report.add(path, _("Write true or false."))
    return MISSING


def expression(report: Report, path: Path, value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    report.add(path, _("Write an expression in quotes."))
    return MISSING


def truth_or_expression(report: Report, path: Path, value: Any) -> Any:
    return value if isinstance(value, bool) else expression(report, path, value)


def anything(report: Report, path: Path, value: Any) -> Any:
    return value


def text(limit: int) -> Reader:
    """A text in one or more languages; a plain string is in the tool's first language."""

    def read(report: Report, path: Path, value: Any) -> Any:
        first = report.languages[0]
        texts = {first: value} if isinstance(value, str) else value
        if not isinstance(texts, dict):
            report.add(path, _("Write a text as {%(first)s: …}.", first=first))
            return MISSING
        kept = {}
        for lang, words in texts.items():
            if lang not in report.languages:
                report.add((*path, lang), _unlisted(lang))
            elif not isinstance(words, str):
                report.add((*path, lang), _("Write this in quotes, as text."))
            elif len(words) > limit:
                report.add((*path, lang), _("This is longer than %(limit)d characters.", limit=limit))
            elif CONTROL.search(words) or SURROGATE.search(words):
                report.add((*path, lang), _("This text holds a character that cannot be printed."))
            elif words.strip():
                kept[lang] = words.strip()
        if first not in kept and not report.has_under(path):
            report.add(path, _("The text in “%(lang)s” is missing.", lang=first))
        return kept if first in kept else MISSING

    return read


_MARKUP = re.compile(
    r"<\s*/?\s*(?:script|style|iframe|object|embed|link|meta|base|form|svg|img)\b|javascript\s*:", re.I
)


def markdown(limit: int) -> Reader:
    """A text in Markdown. Pages never let HTML through; here its author is told instead of wondering."""
    read_text = text(limit)

    def read(report: Report, path: Path, value: Any) -> Any:
        kept = read_text(report, path, value)
        for lang, words in kept.items() if kept is not MISSING else ():
            if found := _MARKUP.search(words):
                line = words.count("\n", 0, found.start()) + 1
                report.add(
                    (*path, lang),
                    _("“%(markup)s” in line %(line)d has no place in Markdown.", markup=found[0], line=line),
                )
        return kept

    return read


def _unlisted(lang: str):
    if " " in lang:  # {en: One thing, and another} is two keys to YAML
        return _("“%(lang)s” is no language. Put a text with a comma in quotes.", lang=lang[:60])
    return _("The language “%(lang)s” is not listed.", lang=lang[:60])


def names(report: Report, path: Path, value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    report.add(path, _("Write a list of names: [one, two]."))
    return MISSING


def sequence(report: Report, path: Path, value: Any) -> Any:
    if isinstance(value, list):
        return value
    report.add(path, _("Write a list here, each entry after a “-”."))
    return MISSING


def languages(report: Report, path: Path, value: Any) -> Any:
    sound = isinstance(value, list) and 0 < len(value) <= 30
    sound = sound and all(isinstance(tag, str) and language_tag(tag) == tag for tag in value)
    if sound and len(set(value)) == len(value):
        return value
    report.add(path, _("Write the languages as a list of codes: [en, fr]."))
    return MISSING


def item_type(report: Report, path: Path, value: Any) -> Any:
    words = value.split() if isinstance(value, str) else [""]
    kind = words[0] if words else ""
    if kind not in KINDS:
        return one_of(tuple(KINDS))(report, path, kind or value)
    if kind in ("select_one", "select_multiple"):
        if len(words) == 2:
            return " ".join(words)
        report.add(path, _("Name the list of choices: “%(kind)s name_of_list”.", kind=kind))
        return MISSING
    if len(words) > 1:
        report.add(path, _("“%(kind)s” stands alone.", kind=kind))
        return MISSING
    return kind


@dataclass(frozen=True)
class Key:
    read: Reader
    needed: bool = False


NAME = string(r"[a-z][a-z0-9_]{0,59}", "a name: small letters, digits and _, a letter first")
LABEL, HELP, MARKDOWN = text(1000), text(2000), markdown(20_000)
SLUG = string(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "a short name such as trip-report")

TOOL: dict[str, Key] = {
    "tool": Key(SLUG, needed=True),
    "number": Key(string(r"[0-9]{1,2}\.[0-9]{1,2}[a-z]?|[GV][0-9]{1,2}", "a number such as 4.1, G2 or V3")),
    "section": Key(one_of(SECTIONS), needed=True),
    "kind": Key(one_of(KINDS_OF_TOOL), needed=True),
    "title": Key(text(200), needed=True),
    "purpose": Key(HELP, needed=True),
    "guidance": Key(MARKDOWN),
    "filled_by": Key(LABEL),
    "subject": Key(one_of(SUBJECTS)),
    "mode": Key(one_of(MODES)),
    "repeats": Key(LABEL),
    "minutes": Key(whole(1, 10_000)),
    "source": Key(HELP),
    "languages": Key(languages),
    "choices": Key(anything),
    "form": Key(sequence),
    "body": Key(markdown(100_000)),
    "compiled": Key(anything),
}
GROUP: dict[str, Key] = {
    "group": Key(NAME, needed=True),
    "label": Key(LABEL, needed=True),
    "guidance": Key(MARKDOWN),
    "side": Key(one_of(SIDES)),
    "relevant": Key(expression),
    "items": Key(sequence, needed=True),
}
REPEAT: dict[str, Key] = {
    "repeat": Key(NAME, needed=True),
    "id": Key(string(r"r_[a-z0-9_]{1,60}", "an id for a table, such as r_costs"), needed=True),
    "label": Key(LABEL, needed=True),
    "hint": Key(HELP),
    "guidance": Key(MARKDOWN),
    "side": Key(one_of(SIDES)),
    "relevant": Key(expression),
    "min": Key(whole(0, MAX_ROWS)),
    "max": Key(whole(1, MAX_ROWS)),
    "prefill": Key(string(r".{1,80}", "a path")),
    "totals": Key(names),
    "rows": Key(sequence),
    "fixed": Key(boolean),
    "items": Key(sequence, needed=True),
}
ITEM: dict[str, Key] = {
    "id": Key(string(r"[fcn]_[a-z0-9_]{1,60}", "an id such as f_title"), needed=True),
    "name": Key(NAME, needed=True),
    "type": Key(item_type, needed=True),
    "label": Key(LABEL, needed=True),
    "hint": Key(HELP),
    "guidance": Key(MARKDOWN),
    "required": Key(truth_or_expression),
    "relevant": Key(expression),
    "constraint": Key(expression),
    "constraint_message": Key(LABEL),
    "choice_filter": Key(expression),
    "calculation": Key(expression),
    "default": Key(anything),
    "bind": Key(string(r".{1,80}", "a path")),
    "appearance": Key(one_of(APPEARANCES)),
    "readonly": Key(boolean),
    "sensitive": Key(boolean),
    "feeds": Key(several_of(INDICATORS)),
    "side": Key(one_of(SIDES)),
    "max_words": Key(whole(1, 20_000)),
    "max_length": Key(whole(1, 100_000)),
    "min": Key(numeral),
    "max": Key(numeral),
    "unit": Key(text(40)),
    "currency": Key(one_of(tuple(sorted(CURRENCIES)))),
    "of": Key(one_of(RECORDS)),
    "rows_of": Key(NAME),
    "label_from": Key(NAME),
}
CHOICE: dict[str, Key] = {
    "name": Key(
        string(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}", "a choice's name: letters, digits, _ . -"),
        needed=True,
    ),
    "label": Key(LABEL, needed=True),
    "score": Key(numeral),
}

_NUMBERS = frozenset({"integer", "decimal", "percent", "money", "year"})
_WORDS = frozenset({"text", "long_text"})
_ANSWERED = frozenset(kind for kind, entry in KINDS.items() if entry.answered)
_PICKED = frozenset({"select_one", "rating", "yes_no", "select_multiple"})
# Keys that only some kinds of item may have.
ONLY_FOR: dict[str, frozenset[str]] = {
    "calculation": frozenset({"calculate"}),
    "choice_filter": frozenset({"select_one", "select_multiple"}),
    "max_words": _WORDS,
    "max_length": _WORDS,
    "min": _NUMBERS,
    "max": _NUMBERS,
    "unit": _NUMBERS | {"calculate"},
    "currency": frozenset({"money"}),
    "of": frozenset({"reference"}),
    "rows_of": frozenset({"reference"}),
    "label_from": frozenset({"reference"}),
    "required": _ANSWERED,
    "constraint": _ANSWERED,
    "constraint_message": _ANSWERED,
    "default": _ANSWERED - {"file", "image", "signature"},
    "bind": _ANSWERED - {"file", "image", "signature", "check"},
    "readonly": _ANSWERED,
    "feeds": _ANSWERED | {"calculate"},
}


def mapping(
    report: Report, path: Path, raw: Any, keys: Mapping[str, Key], what: str, *, holds_by: tuple[str, ...]
) -> dict[str, Any] | None:
    """The sound keys of ``raw``, everything else reported; None when one of ``holds_by`` is not there.

    What has those can be checked further, so that its first fault does not hide the others.
    """
    if not isinstance(raw, dict):
        report.add(path, _("Write %(what)s as key: value pairs.", what=what))
        return None
    for key in raw.keys() - keys.keys():
        report.add((*path, key), _unknown_key(report, str(key), keys, what))
    kept: dict[str, Any] = {}
    for key, rule in keys.items():
        if key in raw and raw[key] is not None:
            value = rule.read(report, (*path, key), raw[key])
            if value is not MISSING:
                kept[key] = value
        elif rule.needed:
            report.add(path, _("The key “%(key)s” of %(what)s is missing.", key=key, what=what))
    return kept if kept.keys() >= set(holds_by) else None


def _unknown_key(report: Report, key: str, keys: Mapping[str, Key], what: str):
    near = report.near(key, keys)
    if near:
        return _(
            "“%(key)s” is not a key of %(what)s. Did you mean “%(near)s”?",
            key=key[:60],
            what=what,
            near=near,
        )
    return _("“%(key)s” is not a key of %(what)s.", key=key[:60], what=what)
