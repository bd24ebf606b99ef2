"""Expressions of XLSForm in our words: names as they are called here, and functions that we spell otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NAME = re.compile(r"\$\{\s*([^{}]{1,120}?)\s*\}")
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_TEXT = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# What is the same here, written otherwise. Ours leave empty answers out of sums without being told.
_REWRITTEN = (
    (re.compile(r"\[\s*\.\s*!=\s*(?:''|\"\")(?:\s*and\s*\.\s*!=\s*'na')?\s*\]"), ""),
    (re.compile(r"current\(\)\s*/\s*\."), "."),
    (re.compile(r"\bdecimal-(?:date-time|date|time)\("), "number("),
    (re.compile(r"\bformat-date-time\("), "format-date("),
)


@dataclass
class Dictionary:
    """What each name of the form is called here: a question or table, or a column and its table."""

    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    doubles: frozenset[str] = frozenset()

    def translated(self, text: str, table: str = "") -> str:
        """``text`` as an expression of ours, seen from within ``table``."""

        def name(match: re.Match[str]) -> str:
            ours, of = self.names.get(match[1], (match[1], ""))
            qualified = of and of != table and ours in self.doubles
            return f"${{{of}.{ours}}}" if qualified else f"${{{ours}}}"

        text = text.translate(_STRAIGHT)
        for pattern, ours in _REWRITTEN:
            text = pattern.sub(ours, text)
        if self.choices:
            text = _TEXT.sub(self._choice, text)
        return _NAME.sub(name, text).strip()

    def _choice(self, match: re.Match[str]) -> str:
        word = match[1] if match[1] is not None else match[2]
        quote = match[0][0]
        return f"{quote}{self.choices.get(word, word)}{quote}"


def is_yes(cell: str) -> bool:
    return cell.strip().casefold() in ("yes", "true", "true()", "1", "y")


def is_no(cell: str) -> bool:
    return cell.strip().casefold() in ("", "no", "false", "false()", "0", "n")
