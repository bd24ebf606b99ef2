"""What an author notes of a choice beside its name, label and score, for filters to ask: ``country: KE``."""

from collections.abc import Iterable, Mapping
from typing import Any

from .errors import ExpressionError
from .expressions import parse_expression
from .numbers import to_text
from .parts import parts_of
from .report import Report
from .structure import CHOICE, MISSING, NAME, mapping, numeral, string
from .words import _
from .yaml_file import Path

MAX_COLUMNS = 20
VALUE_LENGTH = 100
# Words with a meaning of their own in an expression, or on XLSForm's sheet of choices
RESERVED = frozenset("and or div mod list_name media image audio video".split())
_VALUE = string(rf".{{1,{VALUE_LENGTH}}}", "a short text for a column")


def columns_of(choice: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a choice as it is written."""
    return {key: value for key, value in choice.items() if key not in CHOICE}


def columns_in(choices: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns that any of ``choices`` has, in the order in which they come up."""
    return list(dict.fromkeys(str(key) for choice in choices for key in columns_of(choice)))


def read_choice(report: Report, path: Path, raw: Any) -> dict[str, Any] | None:
    """A choice with its columns, everything else reported; None when it has no name."""
    columns = columns_of(raw) if isinstance(raw, dict) and not raw.keys() <= CHOICE.keys() else {}
    # Beside a label that is missing, “lable” is no column
    missing = [key for key, rule in CHOICE.items() if rule.needed and key not in raw] if columns else ()
    columns = {key: value for key, value in columns.items() if not (missing and report.near(str(key), missing))}
    own = {key: value for key, value in raw.items() if key not in columns} if columns else raw
    choice = mapping(report, path, own, CHOICE, "a choice", holds_by=("name",))
    read = {key: _value(report, (*path, key), key, value) for key, value in columns.items() if value is not None}
    if len(columns) > MAX_COLUMNS:
        report.add(path, _("A choice has %(limit)d columns at most.", limit=MAX_COLUMNS))
    return choice if choice is None else choice | {key: each for key, each in read.items() if each is not MISSING}


def _value(report: Report, path: Path, key: Any, value: Any) -> Any:
    if NAME(report, path, key) is MISSING:
        return MISSING
    if key in RESERVED:
        report.add(path, _("A column of choices cannot be called “%(name)s”.", name=key))
        return MISSING
    if isinstance(value, int | float) and not isinstance(value, bool):
        read = numeral(report, path, value)
        return read if read is MISSING else to_text(read)
    read = _VALUE(report, path, value)
    return read if read is MISSING else read.strip()


# Which filters ask for which columns, in a tool as it is written


def asked_columns(raw: Mapping[str, Any]) -> dict[str, set[str]]:
    """The columns that the filters of ``raw`` ask for, by list. A filter that cannot be read asks for all of them."""
    found: dict[str, set[str]] = {}
    lists = raw.get("choices")
    for part in parts_of(raw).values():
        written, name = part.entry.get("choice_filter"), str(part.entry.get("type", "")).partition(" ")[2]
        if isinstance(written, str) and isinstance(lists, Mapping) and name in lists:
            found.setdefault(name, set()).update(columns_asked(written) or columns_in(_choices(lists[name])))
    return found


def columns_asked(text: str) -> set[str]:
    """The columns that one filter asks for."""
    try:
        waiting: list[Any] = [parse_expression(text.strip(), columns=True)]
    except ExpressionError:
        return set()
    found = set()
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, list):
            found |= {tree[1]} if tree[0] == "choice" else set()
            waiting += tree[1:]
    return found


def _choices(entries: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def idle_columns(raw: Mapping[str, Any]) -> dict[str, list[str]]:
    """The columns that nothing asks for, of lists that something chooses from."""
    lists = raw.get("choices")
    columns = {name: columns_in(_choices(each)) for name, each in lists.items()} if isinstance(lists, Mapping) else {}
    if not any(columns.values()):
        return {}
    asked = asked_columns(raw)
    used = {str(part.entry.get("type", "")).partition(" ")[2] for part in parts_of(raw).values()}
    idle = {name: [each for each in known if each not in asked.get(name, ())] for name, known in columns.items()}
    return {name: names for name, names in idle.items() if names and name in used}


def tell_idle(report: Report, written: Mapping[str, Any]) -> None:
    """A column that nothing asks for is a slip of the pen, or what is left of a filter."""
    for name, columns in idle_columns(written).items():
        for column in columns:
            at = next(n for n, choice in enumerate(written["choices"][name]) if column in choice)
            report.add(
                ("choices", name, at, column),
                _("“%(key)s” is not a key of a choice, and no filter asks for it as a column.", key=column),
            )


def without_idle(tool: dict[str, Any], *before: Mapping[str, Any]) -> dict[str, Any]:
    """``tool`` without the columns that a filter of ``before`` asked for and none asks for any more."""
    idle = idle_columns(tool)
    were = [asked_columns(raw) for raw in before] if idle else []
    gone = {
        name: {column for column in columns if any(column in asked.get(name, ()) for asked in were)}
        for name, columns in idle.items()
    }
    if not any(gone.values()):
        return tool
    lists = {
        name: [_without(choice, gone[name]) for choice in choices] if gone.get(name) else choices
        for name, choices in tool["choices"].items()
    }
    return {**tool, "choices": lists}


def _without(choice: Any, columns: set[str]) -> Any:
    return {key: each for key, each in choice.items() if key not in columns} if isinstance(choice, Mapping) else choice


def with_columns(choices: Any, base: Any) -> Any:
    """``choices`` with the columns that those of the same names have in ``base`` and that none of them has."""
    if not isinstance(choices, list):
        return choices
    known = {choice.get("name"): choice for choice in _choices(base)}
    new = set(columns_in(known.values())) - set(columns_in(_choices(choices)))
    if not new:
        return choices
    return [
        {**choice, **{key: each for key, each in known.get(choice.get("name"), {}).items() if key in new}}
        if isinstance(choice, Mapping)
        else choice
        for choice in choices
    ]
