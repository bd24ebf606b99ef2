"""Markdown as HTML that may stand on any page."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em h2 h3 h4 h5 h6 hr i li ol p pre s strong sub sup "
    "table tbody td tfoot th thead tr u ul".split()
)
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"colspan"}, "th": {"colspan", "scope"}}
LINKS = frozenset({"http", "https", "mailto"})

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")


def markdown_html(text: str, *, top: int = 3) -> SafeString:
    """Markdown as HTML that may stand on any page: no raw HTML, pictures, styles or odd links come through.

    Its highest heading becomes ``<h{top}>`` and no level is left out below it.
    """
    tokens = _markdown.parse(text or "")
    _fit_headings(tokens, top)
    return _safe(_markdown.renderer.render(tokens, _markdown.options, {}))


def _fit_headings(tokens: list[Token], top: int) -> None:
    written: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while written and written[-1] >= level:
                written.pop()
            written.append(level)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(top - 1 + len(written), 6)}"


def _safe(made: str) -> SafeString:
    cleaned = nh3.clean(
        made, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=set(LINKS), link_rel="noopener nofollow"
    )
    return mark_safe(cleaned)  # noqa: S308  # cleaned against a list of what may stand
