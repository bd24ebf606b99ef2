"""What waits for one person: parts to fill in, documents to accept, links that run out, steps that are free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Prefetch, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Invitation, User
from accounts.permissions import can_invite
from partnerships.facts import partnership_facts, row_facts, with_facts
from partnerships.guards import STATUS_FACTS, status_moves
from partnerships.models import Participation, Partnership, Phase, TeamMember
from partnerships.permissions import EDITING_ROLES, approving_roles
from partnerships.sides import sides_waiting
from partnerships.states import Status
from partnerships.waiting import Row, Waiting, WaitingRows, in_order, rows_waiting
from toolkit.facts import delivered_in, facts_of
from toolkit.models import Document, PartSubmission, Proposal, ShareLink, ToolVersion
from toolkit.models.version import warm_forms
from toolkit.permissions import can_curate
from toolkit.states import AGREED, FILLABLE, DocumentState, LinkScope, Mode, Part, VersionState

LINK_WARNING = timedelta(days=3)
GRADUATION_WARNING = timedelta(days=90)


@dataclass(kw_only=True)
class Desk:
    """A person's open partnerships and all that belongs to them, read in a number of queries that never grows."""

    user: User
    partnerships: list[Partnership]
    documents: list[Document] = field(default_factory=list)
    submitted: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    links: list[ShareLink] = field(default_factory=list)

    def sides(self, partnership: Partnership) -> set[str]:
        return {member.side for member in self._own(partnership)}

    def steers(self, partnership: Partnership) -> bool:
        """See also can_edit_partnership(); an administrator's desk holds only what is theirs as a coordinator."""
        own = partnership.coordinator_id == self.user.pk
        return own or any(member.role in EDITING_ROLES for member in self._own(partnership))

    def parts(self, document: Document) -> list[str]:
        """The parts of ``document`` that wait for this person; "" is a document that one person fills in."""
        partnership = document.partnership
        mine = self.sides(partnership) | ({Part.COORDINATOR} if self.steers(partnership) else set())
        if document.mode == Mode.SINGLE:
            mine = {""} if self.sides(partnership) else set()
        elif document.mode == Mode.EACH:
            # When the time is over nobody answers any more; whoever has a part may agree with the others.
            mine = {AGREED} if document.agreed_at and mine else set() if document.has_closed else mine
        return [part for part in self.open_parts(document) if part in mine]

    def open_parts(self, document: Document) -> list[str]:
        return [part for part in document.parts if part not in self.submitted[document.pk]]

    def _own(self, partnership: Partnership) -> list[TeamMember]:
        return [
            member for member in partnership.team.all() if member.contact.user_id == self.user.pk and member.is_current
        ]


def desk_of(user: User) -> Desk:
    partnerships = list(
        with_facts(Partnership.objects.mine(user).open(), only=STATUS_FACTS)
        .select_related("programme", "work_plan")
        .prefetch_related(
            Prefetch("participations", Participation.objects.current().select_related("organization")),
            Prefetch("team", TeamMember.objects.select_related("contact")),
            Prefetch("phases", Phase.objects.select_related("definition")),
        )
        .order_by("name", "pk")
    )
    desk = Desk(user=user, partnerships=partnerships)
    if partnerships:
        _lay_out(desk)
    return desk


def _lay_out(desk: Desk) -> None:
    """Put the documents, what was submitted of them and the live links on the desk."""
    by_id = {partnership.pk: partnership for partnership in desk.partnerships}
    # What was accepted waits for nobody, and there is more of it every year: _free_steps() asks what it proves.
    wanted = [*FILLABLE, DocumentState.SUBMITTED]
    desk.documents = list(
        Document.objects.filter(partnership__in=by_id, state__in=wanted)
        .select_related("version__tool__base__base")
        .defer("version__definition", "version__words", "return_reason")
        .order_by("due_on", "started_at", "pk")
    )
    for document in desk.documents:
        document.partnership = by_id[document.partnership_id]
    fillable = {document.pk: document for document in desk.documents if document.state in FILLABLE}
    warm_forms(document.version for document in fillable.values())
    pairs = PartSubmission.objects.filter(response__document__in=fillable).values_list("response__document", "part")
    for pk, part in pairs:
        desk.submitted[pk].add(part)
    soon = timezone.now() + LINK_WARNING
    desk.links = list(
        ShareLink.objects.live()
        .filter(document__in=fillable, scope=LinkScope.FILL, expires_at__lt=soon)
        .order_by("expires_at", "pk")
    )
    for link in desk.links:
        link.document = fillable[link.document_id]


def waiting_for(user: User, desk: Desk | None = None) -> list[Waiting]:
    """Everything that waits for ``user``: late things first, then by date, then what has no date."""
    desk = desk or desk_of(user)
    found = (
        *_to_fill(desk),
        *_to_accept(desk),
        *_running_out(desk),
        *_free_steps(desk),
        *sides_waiting(partnership for partnership in desk.partnerships if desk.steers(partnership)),
        *_offered(user),
        *_to_review(user),
        *rows_waiting(user),
    )
    return in_order(found)


def ids_waiting_for(user: User) -> set[int]:
    """The documents among all that waits for ``user``, for a list."""
    return {one.document.pk for one in waiting_for(user) if one.document is not None}


def _to_fill(desk: Desk) -> Iterable[Waiting]:
    for document in desk.documents:
        if document.state not in FILLABLE:
            continue
        parts = desk.parts(document)
        if parts:
            is_returned = document.state == DocumentState.RETURNED
            side = f"?side={parts[0]}" if document.mode == Mode.EACH else ""
            yield _about(
                document,
                kind="returned" if is_returned else "fill",
                text=_("Returned for changes") if is_returned else _for_parts(document, parts),
                url=reverse("toolkit:document-fill", args=[document.reference]) + side,
                action=_("Fill in"),
            )
        elif document.has_closed and not document.agreed_at and desk.steers(document.partnership):
            yield _about(
                document,
                kind="closed",
                text=_("The time to answer is over: see what came"),
                url=document.get_absolute_url(),
                action=_("Read"),
            )
        elif document.is_overdue and desk.steers(document.partnership):
            waiting = ", ".join(filter(None, (document.part_label(part) for part in desk.open_parts(document))))
            told = _("Still to come: %(parts)s") % {"parts": waiting}
            yield _about(
                document,
                kind="overdue",
                text=told if waiting else _("Nobody has submitted it yet"),
                url=reverse("toolkit:document-links", args=[document.reference]),
                action=_("Remind them"),
            )


def _for_parts(document: Document, parts: list[str]) -> str:
    labels = ", ".join(document.part_label(part) for part in parts if part)
    return _("Your part: %(parts)s") % {"parts": labels} if labels else _("To be filled in")


def _to_accept(desk: Desk) -> Iterable[Waiting]:
    for document in desk.documents:
        if document.state == DocumentState.SUBMITTED and desk.steers(document.partnership):
            yield _about(
                document,
                kind="accept",
                text=_("Submitted: read it, then accept or return it"),
                url=document.get_absolute_url(),
                action=_("Read"),
            )


def _about(document: Document, *, kind: str, text: str, url: str, action: str) -> Waiting:
    return Waiting(
        kind=kind,
        title=document.title,
        text=f"{text} · {document.partnership.name}",
        url=url,
        action=action,
        due_on=document.due_on if document.state in FILLABLE else None,
        is_late=document.is_overdue,
        document=document,
    )


def _running_out(desk: Desk) -> Iterable[Waiting]:
    for link in desk.links:
        document = link.document
        done = desk.submitted[document.pk]
        if desk.steers(document.partnership) and not done & {"", link.side}:
            who = link.recipient_name or document.part_label(link.side)
            yield Waiting(
                kind="link",
                title=_("The link for %(who)s runs out") % {"who": who},
                text=_("%(title)s: nothing has been submitted with it yet") % {"title": document.title},
                url=reverse("toolkit:document-links", args=[document.reference]),
                action=_("See the links"),
                due_on=timezone.localtime(link.expires_at).date(),
                document=document,
            )


def _free_steps(desk: Desk) -> Iterable[Waiting]:
    moving = [each for each in desk.partnerships if desk.steers(each) and _may_move_now(each)]
    delivered: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, slug, state in delivered_in(moving) if moving else ():
        delivered[pk].append((slug, state))
    for partnership in moving:
        facts = partnership_facts(partnership) | row_facts(partnership) | facts_of(delivered[partnership.pk])
        own = approving_roles(desk.user, partnership)
        move = next(iter(status_moves(partnership, frozenset(facts), agreed=own)), None)
        if move and not move.missing and not move.needs_reason:
            yield Waiting(
                kind="move",
                title=partnership.name,
                text=_("Nothing is missing any more: it can become “%(status)s”") % {"status": move.label},
                url=reverse("partnerships:partnership-status", args=[partnership.slug]),
                action=_("Next step"),
            )


def _may_move_now(partnership: Partnership) -> bool:
    """An active partnership works on until its end comes near; only then its next step is worth a word."""
    if partnership.status in (Status.PROPOSED, Status.FORMING):
        return True
    return partnership.ends_on is not None and partnership.ends_on - GRADUATION_WARNING <= timezone.localdate()


def invitation_rows(user: User) -> Iterator[WaitingRows]:
    """For settings.WAITING_ROWS: people whom ``user`` invited and whose invitation is over, or nearly."""
    if not can_invite(user):
        return
    now = timezone.now()
    asked = Invitation.objects.filter(invited_by=user, accepted_at__isnull=True).annotate(day=TruncDate("expires_at"))
    if not user.is_admin:
        asked = asked.filter(user__contact__isnull=False)
    page = _account if user.is_admin else _contact
    over, nearly = Q(expires_at__lte=now), Q(expires_at__gt=now, expires_at__lt=now + LINK_WARNING)
    for found, text in (
        (over, _("The invitation has run out. Send another one if it is still wanted.")),
        (nearly, _("The invitation runs out soon.")),
    ):
        yield WaitingRows(
            found=asked.filter(found), tell=_invited(page, text), key="user" if user.is_admin else "user__contact",
            title="user__name", partnership=None, due_on="day",
        )  # fmt: skip


def _account(row: Row) -> str:
    return reverse("accounts:user-edit", args=[row.key])


def _contact(row: Row) -> str:
    return reverse("partnerships:contact-detail", args=[row.key])


def _invited(page: Callable[[Row], str], text: str) -> Callable[[Row], Waiting]:
    return lambda row: Waiting(
        kind="invitation",
        title=_("%(name)s has not come yet") % {"name": row.title},
        text=text,
        url=page(row),
        action=_("See the person"),
        due_on=row.due_on,
    )


def proposals_waiting(user: User) -> int:
    """How many offers to the toolkit wait for ``user`` to decide; for those who look after it."""
    return Proposal.objects.visible_to(user).waiting().count() if can_curate(user) else 0


def _offered(user: User) -> Iterable[Waiting]:
    n_waiting = proposals_waiting(user)
    if n_waiting:
        yield Waiting(
            kind="proposals",
            title=ngettext("%(n)s proposal for the toolkit", "%(n)s proposals for the toolkit", n_waiting)
            % {"n": n_waiting},
            text=_("Somebody offered a tool or a change. Accept it as a draft, answer it or decline it."),
            url=reverse("toolkit:proposal-list"),
            action=_("Decide"),
        )


def _to_review(user: User) -> Iterable[Waiting]:
    """Versions of tools that another curator asked to look at, and those that came back to whoever had asked."""
    if not can_curate(user):
        return
    asked = Q(state=VersionState.IN_REVIEW) & ~Q(review_asked_by=user)
    came_back = Q(state=VersionState.DRAFT, review_asked_by=user) & ~Q(review_note="")
    found = ToolVersion.objects.filter(asked | came_back).select_related("tool", "review_asked_by")
    for version in found.defer("definition", "words").order_by("review_asked_at", "pk"):
        is_back = version.state == VersionState.DRAFT
        name = "toolkit:tool-versions" if is_back else "toolkit:version-review"
        yield Waiting(
            kind="sent-back" if is_back else "review",
            title=version.title,
            text=_("Your version was sent back with a note")
            if is_back
            else _("%(name)s asks for a review of version %(number)s")
            % {"name": version.review_asked_by, "number": version.number},
            url=reverse(name, args=[version.tool.slug]),
            action=_("Read the note") if is_back else _("Review it"),
        )
