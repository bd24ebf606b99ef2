"""Who may return, accept and reopen what was handed in, comment on questions and sign. See docs/documents.md."""

from __future__ import annotations

from accounts.models import User
from partnerships.permissions import approving_roles, can_edit_partnership
from toolkit.models import Document, PartSubmission, Response
from toolkit.permissions import Writer, can_read_response, can_write_response, sees_sensitive
from toolkit.schema.definition import Item, Repeat
from toolkit.states import AGREED, DELIVERED, FILLABLE, LinkScope, Mode, Part

EVERYBODYS = frozenset({"", "both", AGREED, *Part.values})
OTHER = {Part.HOST: Part.RESOURCE, Part.RESOURCE: Part.HOST}


def returnable_sides(user: User, document: Document) -> frozenset[str]:
    """Whose words ``user`` may return: all for coordinators, for the lead of a side those of the other side.

    What both sides write (``both``) either lead may return. A document that one person fills in is returned by the
    lead of the side that did not hand it in.
    """
    if can_edit_partnership(user, document.partnership):
        return EVERYBODYS
    own = {side for side in approving_roles(user, document.partnership) if side in OTHER}
    if not own or document.mode == Mode.OPEN:
        return frozenset()
    if document.mode == Mode.SINGLE:
        return frozenset() if own & _sides_that_handed_in(document) else EVERYBODYS
    return frozenset({*(OTHER[side] for side in own), *(["both"] if document.mode == Mode.JOINT else [])})


def can_return_document(user: User, document: Document) -> bool:
    return bool(returnable_sides(user, document))


def can_accept_document(user: User, document: Document) -> bool:
    """Coordinators; and where one side filled it in alone, the lead of the other."""
    if can_edit_partnership(user, document.partnership):
        return True
    return document.mode == Mode.SINGLE and can_return_document(user, document)


def _sides_that_handed_in(document: Document) -> set[str]:
    """The sides of those who handed in a document that one person fills in."""
    rows = PartSubmission.objects.filter(response__document=document).select_related("link", "user")
    sides: set[str] = set()
    for row in rows:
        if row.link:
            sides.add(row.link.side)
        elif row.user:
            members = document.partnership.team.all()
            sides |= {member.side for member in members if member.is_current and member.contact.user_id == row.user_id}
    return sides


def can_comment(writer: Writer, response: Response) -> bool:
    """Everybody with an account who reads the answers, and whoever holds a link for more than reading."""
    return can_read_response(writer, response) and can_comment_within(writer, response)


def can_comment_within(writer: Writer, response: Response) -> bool:
    """As can_comment(), on a response that ``writer`` is known to read."""
    if writer.link and writer.link.scope == LinkScope.READ:
        return False
    document = response.document
    return document.state in (*FILLABLE, *DELIVERED) and document.partnership.is_open


def sees_question(writer: Writer, response: Response, node: Item | Repeat) -> bool:
    """Whether the answer to a question is shown to ``writer``; what is said about it is shown to nobody else."""
    return can_read_response(writer, response) and sees_within(writer, response, node)


def sees_within(writer: Writer, response: Response, node: Item | Repeat) -> bool:
    """As sees_question(), of a response that ``writer`` is known to read: to be asked of many questions."""
    items = node.items if isinstance(node, Repeat) else (node,)
    hides = (item.sensitive and not writer.may_write(item.side) for item in items)
    return not all(hides) or sees_sensitive(writer, response)


def can_sign(writer: Writer, response: Response, side: str) -> bool:
    """Whoever writes for the part that the form has this signature for."""
    return bool(writer.parts) and writer.may_write(side) and can_write_response(writer, response)


def can_enter_signature(user: User | None, document: Document) -> bool:
    """Attach the scan of a page that another signed: the partnership's coordinators."""
    return user is not None and can_edit_partnership(user, document.partnership)
