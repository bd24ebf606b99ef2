"""How the values of fields look when a PDF is opened: each drawn by the renderer on a small page of its own.

Readers draw anew what people type, with their own fonts. What is there already is drawn here, because few readers can
join Arabic letters or have an Ethiopic font.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pikepdf
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from toolkit.rendering.pdf import RenderFailed, html_to_pdf
from toolkit.rendering.plain import direction_of

# Points below each field, so that a value that is too long for it is never broken over pages
ROOM = 50_000
# Beyond so many different ones, readers draw the values themselves.
MOST = 400
_SIZE = (
    "@page v{} {{ size: {}pt {}pt; margin: 0 3pt }} "
    ".v{} {{ page: v{}; height: 1pt; font-size: {}pt; line-height: {}pt }} .v{} p {{ top: {}pt }}\n"
)
_PAGE = (
    '<!DOCTYPE html><html lang="{}"><head><title>values</title><style>'
    "body {{ margin: 0; color: #17201f }} "
    "div {{ break-after: page; position: relative; white-space: pre }} "
    "p {{ left: 0; margin: 0; position: absolute; right: 0; top: 0 }} "
    ".many {{ white-space: pre-wrap; overflow-wrap: break-word }} "
    "[dir=rtl] {{ direction: rtl; text-align: right }}\n{}</style></head><body>{}</body></html>"
)


@dataclass(frozen=True)
class Value:
    """A text in a field of this many points. ``is_long``: it is broken into lines."""

    text: str
    width: float
    height: float
    is_long: bool = False

    @property
    def size(self) -> float:
        """Of its letters, in points."""
        return 9.5 if self.height >= 18 else 8.5


def drawn_values(values: Mapping[int, Value], *, lang: str) -> dict[int, tuple[pikepdf.Pdf, int]]:
    """For each key of ``values`` the file and the page on which it is drawn; not all, when they are very many.

    Raises PdfUnavailable, and RenderFailed when the workers are busy.
    """
    page_of: dict[Value, int] = {}
    for value in values.values():
        page_of.setdefault(value, len(page_of))
    wanted = [value for value, n in page_of.items() if n < MOST]
    if not wanted:
        return {}
    try:
        made = pikepdf.open(io.BytesIO(html_to_pdf(_html(wanted, lang), stylesheet=None)))
    except RenderFailed as failure:
        if failure.reason == "busy":
            raise
        return {}
    if len(made.pages) != len(wanted):  # one that was broken over two pages has shifted all that follow
        return {}
    return {key: (made, page_of[value]) for key, value in values.items() if page_of[value] < MOST}


def _html(values: Sequence[Value], lang: str) -> SafeString:
    sizes = sorted({(value.width, value.height, value.is_long) for value in values})
    number = {size: n for n, size in enumerate(sizes)}
    rules = format_html_join("", _SIZE, (_rule(n, *size) for size, n in number.items()))
    body = format_html_join(
        "",
        '<div class="v{}{}" dir="{}"><p>{}</p></div>',
        (
            (
                number[value.width, value.height, value.is_long],
                " many" if value.is_long else "",
                "rtl" if direction_of(value.text) == "rtl" else "ltr",
                value.text,
            )
            for value in values
        ),
    )
    return format_html(_PAGE, lang, rules, body)


def _rule(n: int, width: float, height: float, is_long: bool) -> tuple:
    letters = Value("", width, height).size
    line = round(letters * 1.25, 2) if is_long else height
    return n, width, round(height + ROOM, 2), n, n, letters, line, n, 2 if is_long else 0


def as_appearance(target: pikepdf.Pdf, drawn: tuple[pikepdf.Pdf, int]) -> pikepdf.Object:
    """A page as the appearance of a field in ``target``: without its tags, marked as what the field holds."""
    source, number = drawn
    form = target.copy_foreign(source.pages[number].as_form_xobject())
    kept = [
        (operands, operator)
        for operands, operator in pikepdf.parse_content_stream(form)
        if str(operator) not in ("BDC", "BMC", "EMC")
    ]
    form.write(b"/Tx BMC q\n" + pikepdf.unparse_content_stream(kept) + b"\nQ EMC")
    left, foot, right, top = (float(edge) for edge in form.BBox)
    form.BBox = pikepdf.Array([left, foot + ROOM, right, top])
    for key in ("/StructParents", "/Group"):
        if key in form:
            del form[key]
    return form
