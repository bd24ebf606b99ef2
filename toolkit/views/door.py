"""Through which door somebody came to a document: with an account, or by a link. The same pages stand behind both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from toolkit.models import Document, Response, ShareLink
from toolkit.permissions import Writer, can_write_response, writer_for_link, writer_for_user
from toolkit.states import Mode, Part
from toolkit.views.filling import get_document


@dataclass(frozen=True, kw_only=True)
class Door:
    """``address(page, …)`` is where a page of this document is behind this door; for the names see ACCOUNT."""

    document: Document
    writer: Writer
    layout: str
    home: str
    address: Callable[..., str]

    @property
    def responses(self) -> list[Response]:
        """The responses that this person writes."""
        found = []
        for response in self.document.discussed_responses():
            response.document = self.document
            if can_write_response(self.writer, response):
                found.append(response)
        return found

    def response(self, request: HttpRequest) -> Response:
        """The one that is asked for with ``?side=``, else the first."""
        wanted = request.GET.get("side")
        found = [each for each in self.responses if wanted in (None, "", each.side)]
        if not found:
            raise PermissionDenied
        return found[0]

    def sides(self, response: Response) -> list[str]:
        """Whose paper may be printed for ``response``."""
        if response.side:
            return [response.side]
        mine = [part for part in (Part.HOST, Part.RESOURCE, Part.COORDINATOR) if part in self.writer.parts]
        if Part.COORDINATOR in mine:
            mine = [Part.HOST, Part.RESOURCE]
        return [str(part) for part in mine] if self.document.mode != Mode.SINGLE or len(mine) == 1 else [""]


def account_door(request: HttpRequest, reference: str) -> Door:
    """403 for whoever may only read."""
    document = get_document(request, reference)
    if document.mode == Mode.OPEN:  # many people answer, each at an address of their own
        raise Http404
    writer = writer_for_user(request.user, document)
    if not writer.parts:
        raise PermissionDenied
    return Door(
        document=document,
        writer=writer,
        layout="layouts/app.html",
        home=document.get_absolute_url(),
        address=lambda page, *more: reverse(f"toolkit:{ACCOUNT[page]}", args=[reference, *more]),
    )


def link_door(link: ShareLink) -> Door:
    return Door(
        document=link.document,
        writer=writer_for_link(link),
        layout="layouts/public.html",
        home=reverse("toolkit:shared-fill", args=[link.token]),
        address=lambda page, *more: reverse(f"toolkit:{LINK[page]}", args=[link.token, *more]),
    )


ACCOUNT = {
    "take": "document-take",
    "workbook": "document-workbook",
    "paper": "document-paper",
    "fillable": "document-fillable",
    "handed": "handed-detail",
    "file": "handed-file",
}
LINK = {
    "take": "shared-take",
    "workbook": "shared-workbook",
    "paper": "shared-paper",
    "fillable": "shared-fillable",
    "handed": "shared-handed",
    "file": "shared-handed-file",
}
