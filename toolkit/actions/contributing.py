"""What anybody offers to the toolkit: sent, answered, taken in as a draft, or declined."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from toolkit import proposal_emails as emails
from toolkit.actions.drafting import edit_draft, new_library_tool, open_draft
from toolkit.actions.offered_files import refuse_faulty
from toolkit.models import Proposal, Tool, ToolVersion
from toolkit.models.response import random_id
from toolkit.permissions import can_curate
from toolkit.schema.definition import KINDS_OF_TOOL, SECTIONS
from toolkit.states import ProposalKind, ProposalState
from twinning import challenge
from twinning.uploads import IMAGES, OFFICE, PDF, TEXTS, safe_name

MOST_BYTES = 5 * 1024 * 1024
ALLOWED = {
    **PDF,
    **{ending: OFFICE[ending] for ending in ("docx", "xlsx", "odt")},
    **{ending: IMAGES[ending] for ending in ("png", "jpg", "jpeg")},
    "txt": TEXTS["txt"],
    "yaml": "text/plain",
    "yml": "text/plain",
    "zip": "application/zip",
}
# What its sender wrote; the same words under the same number are the same proposal, sent twice.
SENT = ("kind", "tool_id", "title", "text", "file_name", "licence", "credit", "email")
PURPOSE_LENGTH = 2000
NOTE_LENGTH = 300
ANSWER_LENGTH = 4000
# Curators hear of new proposals once in this many seconds, however many come.
MAIL_SECONDS = 60 * 60
TOO_MANY = gettext_lazy(
    "Much was sent from here within the hour, so this was not taken yet. It is still in the page: send it again later."
)


@transaction.atomic
def propose(
    offer: Proposal, *, file: File | None = None, token: str = "", may_add: bool = True
) -> tuple[Proposal, bool]:
    """Keep ``offer`` for the curators, and say whether it is new: what is sent twice is kept once.

    ``token`` is the answered question of somebody without an account; ValidationError when it was used before, or
    when they may not ``may_add`` anything for now. A faulty tool as text is refused with the reasons and their places.
    """
    offer.file_name = safe_name(file.name) if file else ""
    offer.kind = ProposalKind.CHANGE if offer.tool_id else ProposalKind.TOOL
    if offer.tool:
        # A change becomes part of the tool, so it comes under the terms the tool has.
        offer.licence = offer.tool.licence
    if sent := _sent_before(offer):
        return sent, False
    if not may_add:
        raise ValidationError(TOO_MANY, code="throttled")
    if file:
        refuse_faulty(file)
    if token and not challenge.spend(token):
        if sent := _sent_before(offer):  # by the same click, a moment ago
            return sent, False
        raise ValidationError(challenge.USED, code="word")
    if Proposal.objects.filter(public_id=offer.public_id).exists():
        offer.public_id = random_id()
    offer.full_clean(exclude=["file", "file_name", "public_id", "user", "decided_by"])
    if not _saved(offer, file):
        if sent := _sent_before(offer):
            return sent, False
        raise ValidationError(_("This page was sent twice at the same time. Please send it once more."), code="stale")
    if cache.add("proposal-mail", 1, timeout=MAIL_SECONDS):
        transaction.on_commit(emails.send_proposals_wait, robust=True)
    return offer, True


def _saved(offer: Proposal, file: File | None) -> bool:
    """False when the same page was sent twice at once and the other post was quicker."""
    if file:
        file.seek(0)
        offer.file.save(offer.file_name, file, save=False)
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError:
        if file:
            offer.file.delete(save=False)
        if not Proposal.objects.filter(public_id=offer.public_id).exists():
            raise
        return False
    return True


def _sent_before(offer: Proposal) -> Proposal | None:
    found = Proposal.objects.filter(public_id=offer.public_id).first()
    same = found and all(getattr(found, name) == getattr(offer, name) for name in SENT)
    return found if same else None


@transaction.atomic
def answer_proposal(proposal: Proposal, *, by: User, answer: str) -> Proposal:
    """Write back, and leave open what becomes of it."""
    locked = _lock(proposal, ProposalState.ANSWERED, by=by)
    if not answer.strip():
        raise ValidationError(_("Write an answer."), code="answer")
    return _decide(locked, ProposalState.ANSWERED, by=by, answer=answer)


@transaction.atomic
def decline_proposal(proposal: Proposal, *, by: User, answer: str) -> Proposal:
    """Not for this toolkit. Without an answer nobody is written to: what nobody meant seriously needs no letter."""
    locked = _lock(proposal, ProposalState.DECLINED, by=by)
    return _decide(locked, ProposalState.DECLINED, by=by, answer=answer)


@transaction.atomic
def accept_proposal(
    proposal: Proposal,
    *,
    by: User,
    answer: str = "",
    credit: str | None = None,
    raw: Mapping[str, Any] | None = None,
    section: str = "",
    kind: str = "",
) -> Proposal:
    """Take it in as a draft that names its sender; nothing is published.

    ``raw`` is what was read from the file (see offered_files.py); without it a change opens the tool's draft as it
    is, and a new tool begins with its title and purpose in ``section``.
    """
    locked = _lock(proposal, ProposalState.ACCEPTED, by=by)
    credit = locked.credit if credit is None else credit.strip()
    take = _take_change if locked.kind == ProposalKind.CHANGE else partial(_take_tool, section=section, kind=kind)
    locked.draft = take(locked, raw, credit=credit, by=by)
    return _decide(locked, ProposalState.ACCEPTED, by=by, answer=answer)


def _take_tool(
    proposal: Proposal, raw: Mapping[str, Any] | None, *, credit: str, by: User, section: str, kind: str
) -> ToolVersion:
    if section not in SECTIONS or kind not in KINDS_OF_TOOL:
        raise ValidationError(_("Choose where in the toolkit it belongs."), code="section")
    draft = new_library_tool(title=proposal.title, section=section, kind=kind, language=by.language, by=by)
    Tool.objects.filter(pk=draft.tool_id).update(licence=proposal.licence)
    purpose = Truncator(proposal.text).chars(PURPOSE_LENGTH)
    content = {**draft.raw, "purpose": {by.language: purpose}}
    if raw:
        content = {**raw, "tool": draft.tool.slug, "section": section, "kind": kind}
    return edit_draft(draft, lambda _before: content, by=by, credit=_joined(draft.credit, credit))


def _take_change(proposal: Proposal, raw: Mapping[str, Any] | None, *, credit: str, by: User) -> ToolVersion:
    tool = proposal.tool
    if raw and tool.versions.open().exists():
        raise ValidationError(
            _(
                "Somebody is working on a draft of this tool, which the file would overwrite. Publish or discard "
                "that draft first, or accept the proposal without its file and take over by hand what is good."
            ),
            code="use_file",
        )
    draft = open_draft(tool, by=by)
    content = {**raw, "tool": tool.slug} if raw else draft.raw
    draft = edit_draft(draft, lambda _before: content, by=by, credit=_joined(draft.credit, credit))
    if not draft.change_note:
        draft.change_note = proposal.title[:NOTE_LENGTH]
        draft.save(update_fields=["change_note"])
    return draft


def _joined(known: str, new: str) -> str:
    """The credit of a version with one more name; nobody is named twice."""
    names = [name.strip() for name in known.split(";") if name.strip()]
    joined = "; ".join(names if new in names or not new else [*names, new])
    longest = ToolVersion._meta.get_field("credit").max_length
    if len(joined) > longest:
        raise ValidationError(
            _("With this name the credits are longer than %(most)s characters. Shorten them in the draft first."),
            code="credit",
            params={"most": longest},
        )
    return joined


def _lock(proposal: Proposal, new: str, *, by: User) -> Proposal:
    if not can_curate(by):
        raise PermissionDenied
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not locked.can_become(new):
        raise ValidationError(
            _("Nothing was done: this proposal is “%(state)s” already. Somebody was here before you."),
            code="transition",
            params={"state": locked.get_state_display()},
        )
    return locked


def _decide(locked: Proposal, state: str, *, by: User, answer: str) -> Proposal:
    """Write down what was decided; an answer is added to the one before, and mailed to the sender."""
    answer = answer.strip()
    locked.answer = "\n\n".join(filter(None, (locked.answer, answer)))
    if len(locked.answer) > ANSWER_LENGTH:
        raise ValidationError(
            _("With what was answered before, this is longer than %(most)s characters."),
            code="answer",
            params={"most": ANSWER_LENGTH},
        )
    locked.state, locked.decided_by, locked.decided_at = state, by, timezone.now()
    locked.save(update_fields=["state", "answer", "decided_by", "decided_at", "draft"])
    if answer or state == ProposalState.ACCEPTED:
        transaction.on_commit(lambda: emails.send_decision(locked, answer), robust=True)
    return locked
