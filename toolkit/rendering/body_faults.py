"""Why the text of a document cannot be put together, in the words of whoever writes it and with the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from liquid.exceptions import (
    BlockNestingError,
    ContextDepthError,
    LiquidError,
    LocalNamespaceLimitError,
    LoopIterationLimitError,
    OutputStreamLimitError,
    UnknownFilterError,
)

from toolkit.rendering.plain import tidy

_MARKUP = re.compile(r"\{%-?\s*(\w+)?.*?%\}|\{\{.*?\}\}", re.DOTALL)
_BLOCKS = frozenset("if unless for case capture comment ifchanged raw".split())
_NEVER_CLOSED = re.compile(r"expected tag end\w+, found|unexpected tag 'end of expression'|(\w+) tag was never closed")
_ONLY_INSIDE = frozenset({"else", "elsif", "when", "break", "continue"})
# So many pieces of a text are tried, to find the one that the engine gives no line of.
_MOST_TRIED = 500


def spoken_fault(error: Exception, text: str, parse: Callable[[str], object]) -> str:
    """``error``, which came of putting ``text`` together, as a sentence. ``parse`` reads a piece of text."""
    reason = _said(error)
    line = _line_of(error)
    raw = _raw(error)
    if _NEVER_CLOSED.match(raw):
        tag, line = next(_open_tags(text), ("", line))
        reason = (
            _("“%(tag)s” is never closed: write {%% end%(tag)s %%} where it ends.") % {"tag": tag} if tag else reason
        )
    elif line is None and isinstance(error, LiquidError):
        line = next((at for at, piece in _pieces(text) if _fails_alike(piece, raw, parse)), None)
    return _("line %(line)s: %(reason)s") % {"line": line, "reason": reason} if line else reason


def _raw(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return tidy(lines[0])[:300] if lines else type(error).__name__


def _line_of(error: Exception) -> int | None:
    place = error.context() if isinstance(error, LiquidError) else None
    return place[0] if place else None


def _said(error: Exception) -> str:
    raw = _raw(error)
    named = re.search(r"'([^']{1,60})'", raw)
    name = named[1] if named else ""
    if isinstance(error, LoopIterationLimitError):
        return _("A loop goes round too often; the limit is 5000 rounds.")
    if isinstance(error, OutputStreamLimitError | LocalNamespaceLimitError):
        return _("The text becomes too long; the limit is 200,000 characters.")
    if isinstance(error, BlockNestingError | ContextDepthError):
        return _("Too much stands inside each other; the limit is 10 conditions and loops.")
    if isinstance(error, UnknownFilterError):
        return _("There is no filter “%(name)s” here.") % {"name": name}
    if raw.startswith("unexpected tag"):
        return _misplaced(name)
    if raw.startswith("expected '}}'"):
        return _("“{{” is never closed with “}}”.")
    if raw.startswith("missing tag name"):
        return _("“{%” is never closed with “%}”, or has no name.")
    if "found end of expression" in raw:
        return _("Something is missing before the end of what stands in braces.")
    if "missing" in raw and "argument" in raw:
        return _("A filter needs something after its colon.")
    return raw


def _misplaced(name: str) -> str:
    if name.startswith("end") or name in _ONLY_INSIDE:
        return _("“%(name)s” stands here without what it belongs to.") % {"name": name}
    return _("There is no tag “%(name)s” here.") % {"name": name}


def _pieces(text: str) -> Iterator[tuple[int, re.Match]]:
    for n, match in enumerate(_MARKUP.finditer(text)):
        if n == _MOST_TRIED:
            return
        yield text.count("\n", 0, match.start()) + 1, match


def _open_tags(text: str) -> Iterator[tuple[str, int]]:
    """The tags that nothing closes, the innermost first, with their lines."""
    waiting: list[tuple[str, int]] = []
    for line, match in _pieces(text):
        name = match[1] or ""
        if name in _BLOCKS:
            waiting.append((name, line))
        elif waiting and name == f"end{waiting[-1][0]}":
            waiting.pop()
    yield from reversed(waiting)


def _fails_alike(piece: re.Match, raw: str, parse: Callable[[str], object]) -> bool:
    """Whether a piece of the text by itself, closed where it opens something, is refused for the same reason."""
    name = piece[1] or ""
    alone = f"{{% if true %}}{piece[0]}{{% endif %}}" if name == "elsif" else piece[0]
    try:
        parse(f"{alone}{{% end{name} %}}" if name in _BLOCKS else alone)
    except LiquidError as error:
        return _raw(error) == raw
    return False
