"""Who may read, write and steer documents. Whether a document may be seen at all is ``Document.visible_to``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from partnerships.models import Partnership, Programme
from partnerships.permissions import can_edit_partnership, sides_of
from partnerships.waiting_rows import steered_by
from toolkit.models import AnswerChange, Document, HandedFile, Response, ShareLink, Tool
from toolkit.states import LinkScope, Mode, Part, ResponseState, Source


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who is typing, on behalf of which parts: one side for a link, perhaps several for a person with an account.

    ``handed`` is the file that their answers are taken from, if they come from one.
    """

    name: str
    parts: frozenset[str]
    user: User | None = None
    link: ShareLink | None = None
    handed: HandedFile | None = None

    def may_write(self, side: str) -> bool:
        """Whether an item of ``side`` (a part, or ``both``) is theirs to fill in."""
        return side == "both" or side in self.parts

    @property
    def side(self) -> str:
        """What a change is signed with: the only part, else the coordinator's."""
        return next(iter(self.parts)) if len(self.parts) == 1 else Part.COORDINATOR


def writer_for_user(user: User, document: Document) -> Writer:
    """``user`` as a writer of ``document``; without parts if they may only read it."""
    parts = sides_of(user, document.partnership)
    if can_edit_partnership(user, document.partnership):
        parts.add(Part.COORDINATOR)
    return Writer(name=str(user), parts=frozenset(parts), user=user)


def writer_for_link(link: ShareLink) -> Writer:
    parts = frozenset({link.side}) if link.scope == LinkScope.FILL else frozenset()
    return Writer(name=link.writer_name, parts=parts, link=link)


def can_start_document(user: User, partnership: Partnership) -> bool:
    # See also may_start_in()
    return can_edit_partnership(user, partnership)


def may_start_in(user: User) -> QuerySet[Partnership]:
    """The open partnerships in which ``user`` may put a tool to work."""
    return (Partnership.objects.all() if user.is_admin else steered_by(user)).open()


def can_steer_document(user: User, document: Document) -> bool:
    """Make links, return, accept, withdraw: the partnership's coordinators."""
    return can_edit_partnership(user, document.partnership)


def can_write_response(writer: Writer, response: Response) -> bool:
    """In a document that each side fills alone, only that side writes; otherwise everybody with a part."""
    if response.document.mode == Mode.EACH:
        return response.side in writer.parts
    return bool(writer.parts)


def can_read_response(writer: Writer, response: Response, *, among: Iterable[Response] | None = None) -> bool:
    """Each side's own answers are sealed until every side has submitted.

    ``among``: every response of the document, from whoever has read them already.
    """
    document = response.document
    if document.mode != Mode.EACH or response.side in writer.parts:
        return True
    if among is not None:
        return all(each.state != ResponseState.DRAFT for each in among)
    return not document.responses.filter(state=ResponseState.DRAFT).exists()


def sees_sensitive(writer: Writer, response: Response | None = None) -> bool:
    """Sensitive answers are for the partnership's coordinators, and for the side that answers on its own."""
    own = response is not None and response.document.mode == Mode.EACH and response.side in writer.parts
    return own or Part.COORDINATOR in writer.parts


def can_see_handed(writer: Writer, handed: HandedFile) -> bool:
    """Whoever may write that side's answers sees what is offered for them, and decides; coordinators see all that
    they may read."""
    ours = handed.side in writer.parts or Part.COORDINATOR in writer.parts
    return ours and can_write_response(writer, handed.response)


def can_read_scan(writer: Writer, handed: HandedFile) -> bool:
    """The scan of a paper is for whoever typed it in, and for those who may read all that stands on it: also what is
    sensitive."""
    if writer.user and handed.user_id == writer.user.pk:
        return True
    if not can_read_response(writer, handed.response):
        return False
    if handed.side in writer.parts or sees_sensitive(writer, handed.response):
        return True
    form = handed.response.document.version.form
    return bool(writer.user) and not any(item.sensitive for item in form.items)


def can_type_paper(writer: Writer, document: Document, side: str) -> bool:
    """A side types in the papers of its own people; coordinators those of both sides.

    Where each side answers on its own, what a side has written itself is sealed: nobody else types on top of it.
    """
    if side in writer.parts:
        return True
    if Part.COORDINATOR not in writer.parts:
        return False
    own = Q(response__side=side) & ~Q(source__in=[Source.RECORD, Source.DEFAULT, Source.PAPER])
    written = AnswerChange.objects.filter(own, response__document=document)
    return document.mode != Mode.EACH or not written.exists()


def can_curate(user: User | AnonymousUser) -> bool:
    """Look after the tools of everybody: write, review, publish, take in what was offered."""
    return user.is_authenticated and (user.is_curator or user.is_admin)


def can_edit_tool(user: User | AnonymousUser, tool: Tool) -> bool:
    """Curators edit the library and the copies of programmes, a partnership's coordinators its own copies."""
    if not user.is_authenticated:
        return False
    if tool.partnership:
        return can_edit_partnership(user, tool.partnership)
    return can_curate(user)


def can_learn(user: User | AnonymousUser, tool: Tool) -> bool:
    """What became of a tool is told to those who look after it: curators, and of a copy also its owner."""
    return can_curate(user) or tool.is_copy and can_edit_tool(user, tool)


def may_adapt_for_programmes(user: User) -> QuerySet[Programme]:
    """The programmes for which ``user`` may adapt tools. For partnerships see may_start_in()."""
    return Programme.objects.all() if can_curate(user) else Programme.objects.none()


def can_adapt_for(user: User | AnonymousUser, owner: Programme | Partnership) -> bool:
    """Coordinators adapt tools for their partnerships, curators and administrators for programmes."""
    if not user.is_authenticated:
        return False
    return can_edit_partnership(user, owner) if isinstance(owner, Partnership) else can_curate(user)


def editable_tools(user: User) -> QuerySet[Tool]:
    """The tools that ``user`` may edit, as far as work goes on in them."""
    # See also can_edit_tool()
    mine = Q(partnership__in=may_start_in(user).values("pk"))
    return Tool.objects.filter(mine | Q(partnership__isnull=True) if can_curate(user) else mine)
