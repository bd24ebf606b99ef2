"""Tools, drafts and copies for the tests of versions."""

from accounts.models import User
from partnerships.models import Partnership, Programme
from tests.factories.toolkit import FORM, make_tool
from toolkit.actions.adapting import adapt_tool
from toolkit.actions.drafting import edit_draft, open_draft
from toolkit.actions.library import publish_raw
from toolkit.actions.publishing import publish
from toolkit.models import Tool, ToolVersion
from toolkit.schema.editing import Raw, add_part, delete_part, set_properties
from toolkit.schema.parts import parts_of

# FORM with an indicator: f_days, its group and nothing else are held fast in copies.
LOCKED_FORM = FORM.replace("max: 366,", "max: 366, feeds: [professional_days],")


def worded(raw: Raw, name: str, words: str, key: str = "label") -> Raw:
    old = parts_of(raw)[name].entry.get(key) or {}
    return set_properties(raw, name, {key: {**old, "en": words}})


def shorter(raw: Raw) -> Raw:
    return delete_part(raw, "f_why")


def with_question(
    raw: Raw, label: str = "Something new", *, kind: str = "text", parent: str = "g_visit", **properties
) -> Raw:
    raw, name = add_part(raw, "item", parent=parent, kind=kind, label=label)
    return set_properties(raw, name, properties) if properties else raw


def make_draft(tool: Tool, change, *, by: User) -> ToolVersion:
    """The open draft of ``tool`` after ``change``."""
    return edit_draft(open_draft(tool, by=by), change, by=by)


def publish_next(tool: Tool, change, **fields) -> ToolVersion:
    """A newer published version of a library tool, as if a curator had made it."""
    return publish_raw(tool, change(tool.versions.published().get().raw), **fields)


def make_copy(
    owner: Partnership | Programme, *, by: User, base: Tool | None = None, change=None, published: bool = False
) -> ToolVersion:
    """A copy of a tool, by default a draft; with ``published`` in use."""
    draft = adapt_tool(base or make_tool(form=LOCKED_FORM, title="Trip").tool, owner=owner, by=by)
    if change:
        draft = edit_draft(draft, change, by=by)
    return publish(draft, change_note="Ours.", by=by) if published else draft
