"""The worked example of a tool: which it is, and where whoever fills the form in finds it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from toolkit.models import Tool, WorkedExample
from toolkit.schema.definition import Definition, tr


def example_of(tool: Tool) -> WorkedExample | None:
    """The example of ``tool``; a copy without one shows that of its base: answers hang on the ids of questions."""
    found = WorkedExample.objects.filter(tool__in=[tool.pk, tool.base_id]).select_related("tool")
    return max(found, key=lambda example: example.tool_id == tool.pk, default=None)


def example_beside(request: HttpRequest, tool: Tool, form: Definition, lang: str) -> dict[str, str]:
    """Title and address of the example that stands beside the form of ``tool``; nothing where none can be opened.

    Who comes by a link without an account sees that of the library, where the installation shares it.
    """
    example = None if tool.withdrawn_at else example_of(tool)
    if example is None:
        return {}
    shown = tool
    if not request.user.is_authenticated:
        shown = example.tool
        if shown.is_copy or shown.withdrawn_at or not settings.TOOLKIT_IS_PUBLIC:
            return {}
    return {
        "title": tr(example.titles, lang) or tr(form.title, lang),
        "language": lang if example.titles.get(lang) else "",
        "url": reverse("toolkit:tool-example", args=[shown.slug]),
    }
