"""Texts with form: Markdown as safe HTML, and the body of a document written in Liquid and Markdown.

A body is written by the author of a tool; what stands in its gaps was typed by anybody. So typed text goes through
Liquid and Markdown in disguise: each sign that means something to either is a character of Unicode's private area
until the HTML is made and cleaned. It can be neither markup nor structure, whatever a filter did to it on its way.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import liquid
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from liquid.builtin.filters.array import join as liquid_join
from liquid.builtin.filters.math import times as liquid_times
from liquid.builtin.filters.string import replace as liquid_replace
from liquid.exceptions import FilterArgumentError, LiquidError

from toolkit.rendering.body_faults import spoken_fault
from toolkit.rendering.plain import tidy
from twinning.markdown import markdown_html

# A text is at most this long, and so is anything a filter makes on the way to it.
LONGEST = 200_000
LARGEST = 10**15

SIGNS = "\\`*_{}[]()<>#+-.!|~=:&^$"
_FIRST = 0xE000
_DISGUISE = {ord(sign): chr(_FIRST + ord(sign)) for sign in SIGNS}
_DISGUISED = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + 0x7F)}]")
# Follows every line break of a typed text, to tell it from one of the author's.
_TYPED = chr(_FIRST + 0x0A)
# Where the text wants its signatures: a paragraph of its own. Nobody can type this.
_SIGNED_HERE = chr(_FIRST + 0x01)
_SIGNATURES = re.compile(rf"<p>\s*{_SIGNED_HERE}\s*</p>")
_TAG = re.compile(r"(<[^>]*>)")
_OPEN, _CLOSE = _DISGUISE[ord("[")], _DISGUISE[ord("]")]
_GAP = re.compile(f"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}")
_TYPED_BREAKS = re.compile(rf"(?:[ \t]*\n{_TYPED}[ \t]*)+")
# The start of a line in which a typed text cannot begin a new paragraph
_IN_A_LIST = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)]|>)[ \t]")
_ON_ONE_LINE = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\|)")


@dataclass(frozen=True)
class Body:
    """A document's text, or what is wrong with it, for its author.

    ``rest`` is what stands below the signatures, where the text says that they stand in its middle.
    """

    html: SafeString
    problem: str = ""
    rest: SafeString = SafeString("")

    @property
    def whole(self) -> SafeString:
        return self.html + self.rest


def render_body(text: str, data: Mapping[str, Any], *, top: int = 2, marked: bool = False) -> Body:
    """``text`` with ``data`` in its gaps. Data are texts, and lists and mappings of texts, as people typed them.

    With ``marked``, what data hold in brackets stands out.
    """
    try:
        filled = _template(text).render(**{"signatures": _SIGNED_HERE, **disguised(data)})
        made = markdown_html(_with_breaks(filled), top=top)
    except (LiquidError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        return Body(html=SafeString(""), problem=spoken_fault(error, text, _liquid.from_string))
    above, *below = _SIGNATURES.split(_with_marks(made) if marked else made, maxsplit=1)
    return Body(html=_undisguised(above), rest=_undisguised("".join(below)))


def _undisguised(made: str) -> SafeString:
    return mark_safe(_DISGUISED.sub(_sign, made))  # noqa: S308  # each sign is escaped as it comes back


def _with_marks(made: str) -> str:
    """Brackets in disguise came from data; they are marked in what is read, not inside a tag."""
    parts = _TAG.split(made)
    parts[::2] = [_GAP.sub(r'<span class="doc-gap">\g<0></span>', text) for text in parts[::2]]
    return "".join(parts)


# Signs that mean something to Markdown wherever they stand; others do so only where a line begins.
_ANYWHERE = frozenset("\\`*_[]<>#|~&")
_AT_START = re.compile(rf"^([ \t]*[0-9]*)([{''.join(_DISGUISE[ord(sign)] for sign in '-+.=)')}])", re.MULTILINE)


def body_markdown(text: str, data: Mapping[str, Any]) -> str:
    """As render_body(), but the Markdown itself, to be written on. Raises ValueError when it cannot be put together."""
    try:
        filled = _with_breaks(_template(text).render(**disguised(data)))
    except (LiquidError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(spoken_fault(error, text, _liquid.from_string)) from error
    filled = _AT_START.sub(lambda match: f"{match[1]}\\{chr(ord(match[2]) - _FIRST)}", filled)
    # Quotation marks were escaped for HTML; what was typed as an entity is still in disguise.
    plain = _DISGUISED.sub(_written, html.unescape(filled))
    return re.sub(r"\n{3,}", "\n\n", plain).strip()


def _written(match: re.Match) -> str:
    sign = chr(ord(match[0]) - _FIRST)
    if sign not in SIGNS:
        return ""
    return f"\\{sign}" if sign in _ANYWHERE else sign


def body_fault(text: str) -> str:
    """What is wrong with the Liquid of ``text`` while nothing is answered yet; nothing when it can be put together."""
    return _fault_in(text, get_language())


@lru_cache(maxsize=256)
def _fault_in(text: str, _language: str | None) -> str:
    return render_body(text, {}).problem


def disguised(data: Any) -> Any:
    """``data`` with every text in it made safe for Liquid and Markdown."""
    if isinstance(data, Mapping):
        return {str(key): disguised(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [disguised(value) for value in data]
    text = _DISGUISED.sub("", tidy(data, lines=True))
    return re.sub(r"[ \t]*\n[ \t]*", f"\n{_TYPED}", text.translate(_DISGUISE))


def _sign(match: re.Match) -> str:
    code = ord(match[0]) - _FIRST
    return html.escape(chr(code)) if chr(code) in SIGNS else ""


def _with_breaks(text: str) -> str:
    """Typed line breaks as Markdown: a paragraph after an empty line where one may begin, else a plain break."""

    written = re.split(rf"\n(?!{_TYPED})", text)  # the author's lines; each may hold typed breaks
    return "\n".join(_TYPED_BREAKS.sub(_mark_for(line), line) for line in written)


def _mark_for(line: str) -> Callable[[re.Match], str]:
    def mark(match: re.Match) -> str:
        if _ON_ONE_LINE.match(line):
            return " "
        is_empty_line = match[0].count("\n") > 1
        return "\n\n" if is_empty_line and not _IN_A_LIST.match(line) else "\\\n"

    return mark


# Liquid, with bounds


def _times(left: Any, right: Any) -> Any:
    product = liquid_times(left, right)
    if abs(product) > LARGEST:
        raise FilterArgumentError("the product is too large", token=None)
    return product


def _replace(left: Any, old: Any, new: Any = "") -> str:
    text, old, new = str(left), str(old), str(new)
    if len(text) + (text.count(old)) * len(new) > LONGEST:
        raise FilterArgumentError("the text becomes too long", token=None)
    return liquid_replace(left, old, new)


def _join(left: Any, separator: Any = " ", *, environment: liquid.Environment) -> str:
    parts = [str(part) for part in left] if isinstance(left, (list, tuple)) else [str(left)]
    if sum(map(len, parts)) + len(parts) * len(str(separator)) > LONGEST:
        raise FilterArgumentError("the text becomes too long", token=None)
    return liquid_join(parts, separator, environment=environment)


_join.with_environment = True

KEPT_FILTERS = frozenset(
    "abs append at_least at_most capitalize ceil compact default divided_by downcase first floor join last lstrip map "
    "minus modulo plus prepend replace reverse round rstrip size slice sort split strip times truncate truncatewords "
    "uniq upcase where".split()
)


class _Environment(liquid.Environment):
    """Liquid without files, and with bounds on all that a text can make it do."""

    context_depth_limit = 10
    block_nesting_limit = 10
    loop_iteration_limit = 5000
    # A text answer that was assigned to a name is counted here, so this is no smaller than what may be written out.
    local_namespace_limit = LONGEST
    output_stream_limit = LONGEST

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        for name in ("include", "render", "tablerow"):
            self.tags.pop(name, None)
        self.filters = {name: self.filters[name] for name in KEPT_FILTERS}
        self.filters |= {"times": _times, "replace": _replace, "join": _join}


_liquid = _Environment(autoescape=True)


@lru_cache(maxsize=128)
def _template(text: str) -> liquid.BoundTemplate:
    return _liquid.from_string(text)
