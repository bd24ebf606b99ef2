"""Regular expressions that cannot run away and mean the same in Python and in a browser.

A pattern is read by a small parser of its own, which counts in how many ways it could be tried on
a text of MAX_INPUT characters and refuses it when they are too many. What is left is written out
again with only what both engines read alike: \\d is 0–9, \\w is A–Z, a–z, 0–9 and _.
"""

import re

from .errors import ExpressionError
from .words import _

MAX_PATTERN = 200
MAX_INPUT = 200
MAX_WAYS = 10_000_000
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}
_CONTROLS = {"t": r"\t", "n": r"\n", "r": r"\r"}
_SYNTAX = frozenset("\\^$.|?*+()[]{}/")
# Inside [ ]: the hyphen means a range, and Python reads && and ~~ otherwise than a browser.
_IN_SET = {"-": r"\-", "&": r"\x26", "~": r"\x7e"}
_COUNT = re.compile(r"\{([0-9]{1,3})(?:(,)([0-9]{0,3}))?\}")


def safe_pattern(pattern: str, position: int = 0) -> str:
    """``pattern`` in the common dialect, to be matched against a whole text."""
    if len(pattern) > MAX_PATTERN:
        raise ExpressionError(_("A pattern may have %(limit)d characters at most.", limit=MAX_PATTERN), position)
    body = pattern.removeprefix("^")
    if body.endswith("$") and (len(body) - len(body[:-1].rstrip("\\"))) % 2 == 1:
        body = body[:-1]
    reader = _Reader(body, position)
    text, ways = reader.choices(0)
    if reader.at < len(body):
        raise reader.refuse(_("This pattern closes a bracket that it never opened."))
    if ways > MAX_WAYS:
        raise reader.refuse(_("This pattern could be tried in too many ways. Use fewer *, + and repeated groups."))
    try:
        re.compile(text, re.ASCII)
    except re.error:
        raise reader.refuse(_("This pattern cannot be read.")) from None
    return text


class _Reader:
    """Reads a pattern; each method gives the text to write and the ways it can be tried."""

    def __init__(self, pattern: str, position: int):
        self.pattern = pattern
        self.position = position
        self.at = 0

    def refuse(self, message) -> ExpressionError:
        return ExpressionError(message, self.position)

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        self.at += 1
        return character

    def choices(self, depth: int) -> tuple[str, int]:
        if depth > 10:
            raise self.refuse(_("This pattern is nested too deep."))
        text, ways = self.sequence(depth)
        while self.peek() == "|":
            self.at += 1
            more, more_ways = self.sequence(depth)
            text, ways = f"{text}|{more}", ways + more_ways
        return text, ways

    def sequence(self, depth: int) -> tuple[str, int]:
        text, ways = "", 1
        while self.peek() and self.peek() not in "|)":
            atom, atom_ways = self.atom(depth)
            least, most, sign = self.quantifier()
            text += atom + sign
            ways = min(ways * _repeated(atom_ways, least, most), MAX_WAYS + 1)
        return text, ways

    def atom(self, depth: int) -> tuple[str, int]:
        character = self.take()
        if character == "(":
            return self.group(depth)
        if character == "[":
            return self.set(), 1
        if character == "\\":
            return self.escape(inside=False), 1
        if character == ".":
            return r"[^\n]", 1
        if character in "^$":
            raise self.refuse(_("Use ^ only at the start of a pattern and $ only at its end."))
        if character in "*+?{}]":
            raise self.refuse(_("“%(sign)s” in this pattern repeats nothing.", sign=character))
        return _literal(character), 1

    def group(self, depth: int) -> tuple[str, int]:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self.peek() == "?":
            raise self.refuse(_("A pattern may group with ( ) or (?: ) only."))
        text, ways = self.choices(depth + 1)
        if self.take() != ")":
            raise self.refuse(_("A bracket in this pattern is never closed."))
        return f"(?:{text})", ways

    def escape(self, *, inside: bool) -> str:
        character = self.take()
        if character in _CLASSES and character:
            return _CLASSES[character] if inside else f"[{_CLASSES[character]}]"
        if character in _CONTROLS and character:
            return _CONTROLS[character]
        if character in ("D", "W", "S") and not inside:
            return f"[^{_CLASSES[character.lower()]}]"
        if not character or character.isalnum():
            raise self.refuse(_("A pattern may not use \\%(code)s. Write the characters out.", code=character))
        return _literal(character, inside=inside)

    def set(self) -> str:
        text = "[" + (self.take() if self.peek() == "^" else "")
        start = self.at
        while self.peek() != "]":
            first = self.member()
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self.member()
                if {first, last} & set(_CLASSES.values()):
                    raise self.refuse(_("This pattern cannot be read."))
                text += f"{first}-{last}"
            else:
                text += first
        if self.at == start:
            raise self.refuse(_("A pair of square brackets in this pattern is empty."))
        self.at += 1
        return f"{text}]"

    def member(self) -> str:
        character = self.take()
        if not character:
            raise self.refuse(_("A square bracket in this pattern is never closed."))
        if character == "\\":
            return self.escape(inside=True)
        return _literal(character, inside=True)

    def quantifier(self) -> tuple[int, int, str]:
        least, most, sign = 1, 1, ""
        if self.peek() and self.peek() in "*+?":
            sign = self.take()
            least, most = {"*": (0, MAX_INPUT), "+": (1, MAX_INPUT), "?": (0, 1)}[sign]
        elif self.peek() == "{":
            match = _COUNT.match(self.pattern, self.at)
            if not match:
                raise self.refuse(_("Write a count in a pattern as {3} or {2,5}."))
            self.at = match.end()
            sign, least = match[0], int(match[1])
            most = least if not match[2] else int(match[3]) if match[3] else MAX_INPUT
            if most < least or most > MAX_INPUT:
                raise self.refuse(_("The count %(count)s in this pattern is wrong.", count=sign))
        if sign and self.peek() and self.peek() in "*+?{":
            raise self.refuse(_("A pattern may not repeat a repeat."))
        return least, most, sign


def _repeated(ways: int, least: int, most: int) -> int:
    if ways == 1:
        return most - least + 1
    # Each round multiplies, so 200 rounds of two ways are beyond all bounds.
    total = sum(min(ways, 1000) ** rounds for rounds in range(least, min(most, 30) + 1))
    return min(max(total, 1) if most <= 30 else MAX_WAYS + 1, MAX_WAYS + 1)


def _literal(character: str, *, inside: bool = False) -> str:
    if inside and character in _IN_SET:
        return _IN_SET[character]
    return f"\\{character}" if character in _SYNTAX else character
