"""The worked example of a tool: which it is, and where whoever fills the form in finds it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from toolkit.forms.example import Example
from toolkit.models import Tool, WorkedExample
from toolkit.schema.definition import Definition, tr

ASKED = "example"


def example_of(tool: Tool) -> WorkedExample | None:
    """The example of ``tool``; a copy without one shows that of its base: answers hang on the ids of questions."""
    found = WorkedExample.objects.filter(tool__in=[tool.pk, tool.base_id]).select_related("tool")
    return max(found, key=lambda example: example.tool_id == tool.pk, default=None)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The example that a form can show: its title and address, and what turns it on and off in the form itself."""

    title: str
    language: str
    url: str
    toggle_url: str = ""
    shown: Example | None = None


def example_beside(
    request: HttpRequest, tool: Tool, form: Definition, lang: str, *, here: str = "", usual: bool | None = None
) -> Beside | None:
    """The example that stands beside the form of ``tool``; nothing where none can be opened.

    A page that fills the form gives its address ``here``, and whether the answers of the example are told there as a
    ``usual`` thing; ``?example=`` says otherwise. Who comes by a link without an account sees the example of the
    library, where the installation shares it.
    """
    example = None if tool.withdrawn_at else example_of(tool)
    if example is None:
        return None
    shown = tool
    if not request.user.is_authenticated:
        shown = example.tool
        if shown.is_copy or shown.withdrawn_at or not settings.TOOLKIT_IS_PUBLIC:
            return None
    is_on = usual is not None and wants_example(request, usual=usual)
    return Beside(
        title=tr(example.titles, lang) or tr(form.title, lang),
        language=lang if example.titles.get(lang) else "",
        url=reverse("toolkit:tool-example", args=[shown.slug]),
        toggle_url="" if usual is None else with_example(here, wanted=not is_on, usual=usual),
        shown=Example(form, example.answers, lang=lang, written_in=example.language) if is_on else None,
    )


def wants_example(request: HttpRequest, *, usual: bool) -> bool:
    """Whether the address asks for the answers of the example in the form; else as is ``usual`` on its page."""
    return {"yes": True, "no": False}.get(request.GET.get(ASKED, ""), usual)


def with_example(here: str, *, wanted: bool, usual: bool) -> str:
    """The address ``here`` with the wish in it; what is usual need not be said."""
    path, _mark, query = here.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != ASKED]
    if wanted != usual:
        kept.append((ASKED, "yes" if wanted else "no"))
    return f"{path}?{urlencode(kept)}" if kept else path
