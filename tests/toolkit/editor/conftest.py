"""A draft on the desk, and the pages around it."""

import pytest
from django.urls import reverse

from tests.factories.toolkit import make_tool
from toolkit.actions.drafting import open_draft
from toolkit.models import Tool, ToolVersion
from toolkit.schema.parts import parts_of

FORM = """
  - group: visit
    label: {en: The visit}
    items:
      - {id: f_title, name: title, type: text, required: true, label: {en: Title}}
      - {id: f_late, name: late, type: yes_no, label: {en: "Was it late?"}}
      - {id: f_why, name: why, type: long_text, relevant: "${late} = 'yes'", label: {en: "Why late?"}}
      - {id: f_state, name: state, type: select_one state, label: {en: State}, hint: {en: As you found it}}
      - {id: f_after, name: after, type: select_multiple state, label: {en: State after}}
      - {id: f_day, name: day, type: date, label: {en: Day}}
  - repeat: costs
    id: r_costs
    label: {en: Costs}
    totals: [amount]
    items:
      - {id: f_item, name: item, type: text, required: true, label: {en: Item}}
      - {id: f_amount, name: amount, type: decimal, label: {en: Amount}}
  - {id: c_total, name: total, type: calculate, calculation: "sum(${amount})", label: {en: Total cost}}
"""
CHOICES = """choices:
  state:
    - {name: good, label: {en: Good}, score: 2}
    - {name: poor, label: {en: Poor}, score: 0}
"""


@pytest.fixture
def published(db) -> ToolVersion:
    return make_tool(slug="ward-visit", title="Ward visit", form=FORM, extra=CHOICES)


@pytest.fixture
def draft(published, curator) -> ToolVersion:
    return open_draft(published.tool, by=curator)


def address(tool: Tool | str, page: str = "edit") -> str:
    return reverse(f"toolkit:tool-{page}", args=[tool if isinstance(tool, str) else tool.slug])


def raw_of(draft: ToolVersion) -> dict:
    draft.refresh_from_db()
    return draft.raw


def sent(response) -> dict:
    """What a browser would send back of the form of a part, unchanged: from the form in the page's context."""
    form, data = response.context["form"], {"seen": response.context["seen"]}
    for field in form:
        value = field.value()
        if value not in (None, False, ""):
            data[field.html_name] = field.field.prepare_value(value)
    for key, condition in getattr(form, "conditions", {}).items():
        data |= {f"{key}-how": condition.how, f"{key}-join": "any" if condition.is_any else "all"}
        data |= {f"{key}-text": condition.text}
        for part, name in (("q", "name"), ("asked", "asked"), ("value", "value"), ("other", "other")):
            data[f"{key}-{part}"] = [getattr(line, name) for line in condition.lines]
    for grid in getattr(form, "grids", ()):
        if hasattr(grid, "list_name"):
            for name in ("was", "name", "label", "score"):
                data[f"choice-{name}"] = [getattr(row, name) for row in grid.rows]
            data["choice-key"] = [str(at) for at in range(len(grid.rows))]
            data["choice-column"] = grid.columns
            data |= {f"choice-col-{column}": [row.cells[column] for row in grid.rows] for column in grid.columns}
        elif hasattr(grid, "picked"):
            data |= {"choice_filter-how": grid.how, "choice_filter-text": grid.text}
            data |= {"choice_filter-column": grid.picked.column, "choice_filter-question": grid.picked.question}
            data |= {"choice_filter-empty": "1"} if grid.picked.or_empty else {}
        else:
            data["row-id"] = [row.id for row in grid.rows]
            data["row-key"] = [str(at) for at in range(len(grid.rows))]
            for at, column in enumerate(grid.columns):
                data[column.field] = [row.cells[at][1] for row in grid.rows]
    return data


@pytest.fixture
def visit(draft, curator, login):
    """Open a part, change what its form sends, and send it."""
    client = login(curator)

    def _visit(part: str, *, drop: tuple[str, ...] = (), follow: bool = False, **changes):
        here = f"{address(draft.tool)}?at={part}"
        data = sent(client.get(here)) | changes
        for name in drop:
            data.pop(name, None)
        return client.post(here, data, follow=follow)

    return _visit


def entry_of(draft, part: str) -> dict:
    return dict(parts_of(raw_of(draft))[part].entry)


def text_of(response) -> str:
    return response.content.decode()
