"""The editor of drafts, page by page."""

from toolkit.views.editor.about import tool_edit_about, tool_new
from toolkit.views.editor.body import tool_edit_body, tool_edit_body_preview
from toolkit.views.editor.outline import tool_edit_add, tool_edit_delete, tool_edit_outline
from toolkit.views.editor.part import tool_edit
from toolkit.views.editor.start import tool_drafts, tool_edit_discard, tool_edit_preview, tool_edit_start
from toolkit.views.editor.texts import tool_edit_languages, tool_edit_texts

__all__ = [
    "tool_drafts",
    "tool_edit",
    "tool_edit_about",
    "tool_edit_add",
    "tool_edit_body",
    "tool_edit_body_preview",
    "tool_edit_delete",
    "tool_edit_discard",
    "tool_edit_languages",
    "tool_edit_outline",
    "tool_edit_preview",
    "tool_edit_start",
    "tool_edit_texts",
    "tool_new",
]
