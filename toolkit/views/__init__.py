from toolkit.views.document import document_detail, document_list, document_pdf, document_start
from toolkit.views.filling import document_file, document_fill
from toolkit.views.library import tool_blank_pdf, tool_detail, tool_list
from toolkit.views.link import document_links, link_revoke, link_send
from toolkit.views.shared import shared_done, shared_file, shared_fill, shared_pdf
from toolkit.views.steer import document_accept, document_finish, document_return, document_withdraw

__all__ = [
    "document_accept",
    "document_detail",
    "document_file",
    "document_fill",
    "document_finish",
    "document_links",
    "document_list",
    "document_pdf",
    "document_return",
    "document_start",
    "document_withdraw",
    "link_revoke",
    "link_send",
    "shared_done",
    "shared_file",
    "shared_fill",
    "shared_pdf",
    "tool_blank_pdf",
    "tool_detail",
    "tool_list",
]
