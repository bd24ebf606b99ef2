"""Who has signed a document and where it is signed still, for the pages that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.urls import reverse

from toolkit.models import Document, Response, ShareLink, Signature, Submission
from toolkit.permissions import Writer, can_read_response
from toolkit.review_permissions import can_enter_signature, can_sign, sees_within
from toolkit.signing import Spot, is_signed, spots_of
from toolkit.states import SIGNABLE, ResponseState
from toolkit.talking import about_url


@dataclass(frozen=True, kw_only=True)
class SignPlace:
    """Where people sign: with which template, at which address, where the way back leads, and where scans are."""

    template: str
    here: str
    back: str
    scan_url: Callable[[str], str]
    file_url: Callable[[str], str]


def place_of(document: Document) -> SignPlace:
    """For people with an account."""
    reference = document.reference
    return SignPlace(
        template="toolkit/review/sign.html",
        here=reverse("toolkit:document-sign", args=[reference]),
        back=document.get_absolute_url(),
        scan_url=lambda public_id: reverse("toolkit:document-scan", args=[reference, public_id]),
        file_url=lambda public_id: reverse("toolkit:document-file", args=[reference, public_id]),
    )


def place_of_link(link: ShareLink) -> SignPlace:
    token = link.token
    return SignPlace(
        template="toolkit/shared/sign.html",
        here=reverse("toolkit:shared-sign", args=[token]),
        back=reverse("toolkit:shared-done", args=[token]),
        scan_url=lambda public_id: reverse("toolkit:shared-scan", args=[token, public_id]),
        file_url=lambda public_id: reverse("toolkit:shared-file", args=[token, public_id]),
    )


def signatures_panel(document: Document, responses: Iterable[Response], writer: Writer, place: SignPlace) -> dict:
    """``spots``: where what stands now is signed, or to be signed; ``void``: signatures that count no longer."""
    form = document.version.form
    readable = _readable(document, list(responses), writer) if is_signed(form) else []
    if not readable:
        return {"spots": [], "void": []}
    prefetch_related_objects(readable, "signatures")
    latest = {each.response_id: each for each in _latest(readable)} if document.state in SIGNABLE else {}
    spots, void = [], []
    for response in readable:
        response.document = document
        given = response.signatures.all()
        is_in = response.state == ResponseState.SUBMITTED
        for spot in spots_of(response, latest.get(response.pk) if is_in else None, given):
            if sees_within(writer, response, spot.item):
                spots.append(_row(document, response, spot, writer, place))
        for signature in given:
            item = form.by_id.get(signature.cell.rpartition("/")[2])
            if not signature.is_live and item is not None and sees_within(writer, response, item):
                void.append({"signature": signature, "scan_url": _scan_url(signature, place)})
    return {"spots": spots, "void": void}


def _readable(document: Document, responses: list[Response], writer: Writer) -> list[Response]:
    for response in responses:
        response.document = document
    return [each for each in responses if can_read_response(writer, each, among=responses)]


def _latest(responses: Sequence[Response]) -> Iterable[Submission]:
    """The last submission of each; see responses_of(), which knows their numbers."""
    known = [getattr(response, "last_submission", None) for response in responses]
    return Submission.objects.filter(pk__in=[pk for pk in known if pk])


def _row(document: Document, response: Response, spot: Spot, writer: Writer, place: SignPlace) -> dict:
    own = can_sign(writer, response, spot.item.side)
    is_open = spot.live is None and document.partnership.is_open
    return {
        "label": spot.label(document.language),
        "side": document.part_label(spot.item.side if spot.item.side != "both" else response.side),
        "signature": spot.live,
        "scan_url": _scan_url(spot.live, place) if spot.live else "",
        "unbound": spot.unbound,
        "url": about_url(place.here, response, spot.cell)
        if is_open and (own or can_enter_signature(writer.user, document))
        else "",
        "is_own": own,
    }


def _scan_url(signature: Signature, place: SignPlace) -> str:
    return place.scan_url(signature.public_id) if signature.scan else ""
