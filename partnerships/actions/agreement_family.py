"""Agreements that follow another one: amendments, renewals, replacements."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.agreement import add_revision, create_agreement
from partnerships.actions.agreement_steps import lock_agreement
from partnerships.agreement_content import PartyChoice
from partnerships.agreement_states import EDITABLE, AgreementState, Relation
from partnerships.models import Agreement, AgreementFile, AgreementText

FROM_STATES = {
    Relation.AMENDMENT: (AgreementState.IN_FORCE,),
    Relation.RENEWAL: (AgreementState.IN_FORCE, AgreementState.EXPIRED),
    Relation.REPLACEMENT: (AgreementState.IN_FORCE,),
}


def why_not_followed(agreement: Agreement, relation: str) -> str:
    """Why ``agreement`` cannot be amended, renewed or replaced now; empty when it can. The buttons ask here too."""
    if agreement.is_amendment:
        return _("An amendment is not amended, renewed or replaced itself; do that with the agreement it belongs to.")
    if agreement.standing not in FROM_STATES[relation]:
        return _("That is for agreements in force; this one is %(state)s.") % {
            "state": agreement.standing_label.lower()
        }
    if agreement.terminates_on and relation != Relation.REPLACEMENT:
        return _("Notice to end it was given.")
    under_way = [each for each in agreement.successors.all() if each.relation == relation and each.state in EDITABLE]
    if under_way:
        return _("One is under way already: %(reference)s.") % {"reference": under_way[0].reference}
    return ""


def governing(agreement: Agreement) -> Agreement:
    """Where the present text of ``agreement`` stands: its amendment in force, or itself."""
    in_force = [each for each in agreement.successors.all() if each.is_amendment and each.is_in_force]
    return in_force[0] if in_force else agreement


@transaction.atomic
def start_successor(agreement: Agreement, relation: str, *, by: User) -> Agreement:
    """A draft that amends, renews or replaces ``agreement``: with its present text and parties, to be changed."""
    locked = lock_agreement(agreement)
    reason = why_not_followed(locked, relation)
    if reason:
        raise ValidationError(reason, code="transition")
    base = governing(locked)
    successor = Agreement(
        partnership=locked.partnership,
        kind=locked.kind,
        title=_title(locked, relation),
        parent=locked,
        relation=relation,
        based_on=base.revisions.first(),
        notice_days=base.notice_days,
    )
    _set_dates(successor, locked)
    parties = {
        party.participation: PartyChoice(is_required=party.is_required, signatory=party.signatory)
        for party in base.parties.select_related("participation", "signatory")
        if party.participation.left_on is None
    }
    create_agreement(successor, parties=parties, by=by)
    for text in base.texts.select_related("file"):
        copy = AgreementText(agreement=successor, language=text.language, body=text.body, prevails=text.prevails)
        copy.file = _same_file(successor, text.file, by=by) if text.file else None
        copy.save()
    add_revision(successor, by=by)
    return successor


def _title(agreement: Agreement, relation: str) -> str:
    words = {"title": agreement.title[:170]}
    if relation == Relation.AMENDMENT:
        words["number"] = agreement.successors.filter(relation=relation).count() + 1
        return _("Amendment %(number)s to %(title)s") % words
    return _("%(title)s (renewed)") % words if relation == Relation.RENEWAL else agreement.title


def _set_dates(successor: Agreement, parent: Agreement) -> None:
    """An amendment keeps the end; a renewal begins the day after it and lasts as long as what it renews."""
    if successor.relation == Relation.AMENDMENT:
        successor.ends_on, successor.review_on = parent.runs_until, parent.look_again_on
    elif successor.relation == Relation.RENEWAL and parent.runs_until:
        successor.starts_on = parent.runs_until + timedelta(days=1)
        length = (parent.ends_on or parent.runs_until) - (parent.starts_on or parent.in_force_on)
        successor.ends_on = successor.starts_on + max(length, timedelta(days=1))


def _same_file(agreement: Agreement, file: AgreementFile, *, by: User) -> AgreementFile:
    """Another row for a file that is stored once."""
    return AgreementFile.objects.create(
        agreement=agreement,
        file=file.file.name,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        added_by=by,
    )
