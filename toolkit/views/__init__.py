from toolkit.views.adapt import adapt_merge, adapt_switch, tool_adapt, tool_copies
from toolkit.views.agreement import agreement_from_document, agreement_pdf
from toolkit.views.document import document_detail, document_list, document_pdf, document_start
from toolkit.views.editor import (
    tool_drafts,
    tool_edit,
    tool_edit_about,
    tool_edit_add,
    tool_edit_body,
    tool_edit_body_preview,
    tool_edit_delete,
    tool_edit_discard,
    tool_edit_languages,
    tool_edit_outline,
    tool_edit_preview,
    tool_edit_start,
    tool_edit_texts,
    tool_new,
)
from toolkit.views.filling import document_file, document_fill
from toolkit.views.learning import tool_learn, toolkit_learn
from toolkit.views.library import tool_list
from toolkit.views.link import document_links, link_revoke, link_send
from toolkit.views.move import document_move
from toolkit.views.publishing import tool_restore, tool_withdraw, version_publish, version_review
from toolkit.views.shared import shared_done, shared_file, shared_fill, shared_pdf
from toolkit.views.steer import document_accept, document_finish, document_reopen, document_return, document_withdraw
from toolkit.views.tool import tool_blank, tool_blank_pdf, tool_detail, tool_example, tool_example_pdf
from toolkit.views.trying import tool_try
from toolkit.views.version import tool_versions, version_compare, version_detail

__all__ = [
    "adapt_merge",
    "adapt_switch",
    "agreement_from_document",
    "agreement_pdf",
    "document_accept",
    "document_detail",
    "document_file",
    "document_fill",
    "document_finish",
    "document_links",
    "document_list",
    "document_move",
    "document_pdf",
    "document_reopen",
    "document_return",
    "document_start",
    "document_withdraw",
    "link_revoke",
    "link_send",
    "shared_done",
    "shared_file",
    "shared_fill",
    "shared_pdf",
    "tool_adapt",
    "tool_blank",
    "tool_blank_pdf",
    "tool_copies",
    "tool_detail",
    "tool_example",
    "tool_example_pdf",
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
    "tool_learn",
    "tool_list",
    "tool_try",
    "tool_new",
    "tool_restore",
    "tool_versions",
    "tool_withdraw",
    "toolkit_learn",
    "version_compare",
    "version_detail",
    "version_publish",
    "version_review",
]
