"""What the pages of one agreement share: loading it whole, who may do what, and the page itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships import permissions
from partnerships.actions.agreement_family import why_not_followed
from partnerships.agreement_content import differences
from partnerships.agreement_guards import accepted_by, agreement_moves, waiting_parties
from partnerships.agreement_states import EDITABLE, SIGNABLE, AgreementKind, AgreementState, Relation
from partnerships.forms import MoveForm
from partnerships.models import (
    Acceptance,
    Agreement,
    AgreementParty,
    AgreementRevision,
    AgreementText,
    Partnership,
    TeamMember,
)
from partnerships.views.status import with_forms
from twinning.languages import name_here
from twinning.markdown import markdown_html

FOLLOWS = {
    Relation.AMENDMENT: lambda: _("Amend it"),
    Relation.RENEWAL: lambda: _("Renew it"),
    Relation.REPLACEMENT: lambda: _("Replace it"),
}


def get_agreement(request: HttpRequest, reference: str) -> Agreement:
    """The agreement with its parties, texts, acceptances and family if the person may see it, else 404."""
    acceptances = Acceptance.objects.select_related("participation__organization", "evidence", "by", "revision")
    parties = AgreementParty.objects.select_related("participation__organization", "signatory__user")
    whole = (
        Agreement.objects.visible_to(request.user)
        .select_related("partnership__programme", "partnership__coordinator", "parent", "based_on__agreement")
        .prefetch_related(
            Prefetch("parties", parties),
            Prefetch("texts", AgreementText.objects.select_related("file")),
            Prefetch("acceptances", acceptances.defer("revision__content")),
            Prefetch("successors", Agreement.objects.order_by("pk")),
            Prefetch("partnership__team", TeamMember.objects.select_related("contact")),
        )
    )
    return get_object_or_404(whole, reference=reference)


def editable_agreement(request: HttpRequest, reference: str) -> Agreement:
    """As get_agreement, for people who may change the partnership's records; else 403."""
    agreement = get_agreement(request, reference)
    if not permissions.can_edit_partnership(request.user, agreement.partnership):
        raise PermissionDenied
    return agreement


def texts_of(agreement: Agreement) -> list[dict]:
    """The language versions as they are read: ``html`` of what was typed, or the ``file``."""
    texts = list(agreement.texts.all())
    return [
        {
            "language": text.language,
            "name": name_here(text.language),
            "html": markdown_html(text.body, top=3) if text.body else "",
            "file": text.file,
            "prevails": text.prevails and len(texts) > 1,
        }
        for text in texts
    ]


def parties_of(agreement: Agreement, user: User, *, can_edit: bool) -> list[dict]:
    """Each party with its acceptance, and what ``user`` may do about it."""
    accepted = accepted_by(agreement)
    is_open = agreement.standing in SIGNABLE and agreement.partnership.is_open
    rows = []
    for party in agreement.parties.all():
        acceptance = accepted.get(party.participation_id)
        waits = is_open and not acceptance and not party.participation.left_on
        rows.append(
            {
                "party": party,
                "side": agreement.partnership.side_label(party.participation.side),
                "acceptance": acceptance,
                "can_accept": waits and permissions.can_accept_for(user, agreement, party),
                "can_enter": waits and can_edit,
            }
        )
    return rows


def show_agreement(
    request: HttpRequest,
    agreement: Agreement,
    *,
    refusal: str = "",
    move: MoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an agreement, with the sentence that says why a step was refused."""
    can_edit = permissions.can_edit_partnership(request.user, agreement.partnership)
    can_change = can_edit and agreement.is_editable and agreement.partnership.is_open
    latest = agreement.revisions.first()
    is_signing = agreement.standing in (AgreementState.OUT_FOR_SIGNATURE, AgreementState.PARTLY_SIGNED)
    return render(
        request,
        "partnerships/agreement_detail.html",
        {
            "agreement": agreement,
            "partnership": agreement.partnership,
            "texts": texts_of(agreement),
            "parties": parties_of(agreement, request.user, can_edit=can_edit),
            "waiting": waiting_parties(agreement) if is_signing else [],
            "voided": [each for each in agreement.acceptances.all() if not each.is_live],
            "latest": latest,
            "changes": differences(agreement.based_on.content, latest.content) if agreement.based_on else [],
            "moves": with_forms(agreement_moves(agreement), move or MoveForm()) if can_change else [],
            "follows": _follows(agreement) if can_edit and agreement.partnership.is_open else [],
            "can_edit": can_edit,
            "can_change": can_change,
            "can_delete": can_change and not agreement.acceptances.all() and not agreement.successors.all(),
            "can_terminate": can_edit and _can_terminate(agreement),
            "refusal": refusal,
        },
        status=status,
    )


def _can_terminate(agreement: Agreement) -> bool:
    return agreement.is_in_force and not agreement.is_amendment and not agreement.terminates_on


def _follows(agreement: Agreement) -> list[dict]:
    return [
        {"relation": relation.value, "label": label()}
        for relation, label in FOLLOWS.items()
        if not why_not_followed(agreement, relation)
    ]


# What a partnership's own page shows of its agreements: what holds, and what is being made.
SHOWN = (*EDITABLE, AgreementState.IN_FORCE)


def agreements_panel(partnership: Partnership, facts: frozenset[str]) -> dict:
    """What is in force, what is under way, and what is missing; reads agreements prefetched with for_list()."""
    rows = [agreement for agreement in partnership.agreements.all() if agreement.standing in SHOWN]
    under_way = [each for each in rows if each.kind == AgreementKind.MEMORANDUM and each.is_editable]
    note = _("It is under way: %(reference)s.") % {"reference": under_way[0].reference} if under_way else ""
    return {
        "rows": sorted(rows, key=lambda agreement: not agreement.is_in_force),
        "needs_memorandum": partnership.is_open and "memorandum:agreed" not in facts,
        "note": note,
    }


def refused(request: HttpRequest) -> int:
    """The status of a page that says why a step cannot be taken: nothing was tried by only looking."""
    return 409 if request.method == "POST" else 200


def n_accepted(agreement: Agreement) -> int:
    """How many acceptances an edit would void."""
    return len(accepted_by(agreement))


def revision_with(agreement: Agreement, content_hash: str) -> AgreementRevision | None:
    """The version that somebody was shown, by its hash."""
    return agreement.revisions.filter(content_hash=content_hash).first()
