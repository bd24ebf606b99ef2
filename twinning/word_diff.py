"""Which words of a text changed: pieces that stayed, went or came, to be drawn with ``<del>`` and ``<ins>``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Beyond this many words a changed paragraph is shown whole, once as it was and once as it is, and so is a longer text.
MOST_WORDS = 600
MOST_LINES = 1_000
# Texts that share less than this are not marked word by word: it would read like a ransom note.
LEAST_ALIKE = 0.4
# Lines of an unchanged stretch that are shown before and after a change.
AROUND = 1

SAME, GONE, NEW, SKIPPED = "same", "gone", "new", "skipped"
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text and what happened to it: same, gone, new, or skipped (unchanged and left out)."""

    op: str
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of ``before`` and ``after`` in reading order; long unchanged stretches are left out."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > MOST_LINES:
        return tuple(_whole(before, after))
    pieces: list[Piece] = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            pieces += _shortened(old[a1:a2], is_first=a1 == 0, is_last=a2 == len(old))
        else:
            pieces += _words("".join(old[a1:a2]), "".join(new[b1:b2]))
    return _joined(pieces)


def _shortened(lines: Sequence[str], *, is_first: bool, is_last: bool) -> list[Piece]:
    head, tail = (0 if is_first else AROUND), (0 if is_last else AROUND)
    if len(lines) <= head + tail + 1:
        return [Piece(SAME, "".join(lines))]
    end = len(lines) - tail
    return [Piece(SAME, "".join(lines[:head])), Piece(SKIPPED, "\n"), Piece(SAME, "".join(lines[end:]))]


def _words(before: str, after: str) -> list[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _whole(before, after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = matcher.get_matching_blocks()
    kept = sum(len("".join(old[block.a : block.a + block.size]).strip()) for block in blocks)
    if kept < LEAST_ALIKE * max(len(before), len(after)) and before.strip() and after.strip():
        return _whole(before, after)
    pieces = []
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if op == "equal":
            pieces.append(Piece(SAME, "".join(old[a1:a2])))
        else:
            pieces += _whole("".join(old[a1:a2]), "".join(new[b1:b2]))
    return _bridged(pieces)


def _whole(before: str, after: str) -> list[Piece]:
    return [Piece(op, text) for op, text in ((GONE, before), (NEW, after)) if text]


def _bridged(pieces: list[Piece]) -> list[Piece]:
    """Two changed words with only a space between them are one change: “red car” to “blue bus”, not four marks."""
    runs: list[Piece] = []
    gone = new = ""
    for at, piece in enumerate(pieces):
        if piece.op == SAME:
            is_gap = piece.text.isspace() and (gone or new) and at + 1 < len(pieces)
            if is_gap:
                gone, new = gone + piece.text, new + piece.text
                continue
            runs += [*_whole(gone, new), piece]
            gone = new = ""
        elif piece.op == GONE:
            gone += piece.text
        else:
            new += piece.text
    return runs + _whole(gone, new)


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].op == piece.op and piece.op != SKIPPED:
            joined[-1] = Piece(piece.op, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
