"""History entries as sentences."""

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.agreement_states import AgreementState
from partnerships.award_states import PeriodState
from partnerships.contribution_story import contribution_sentences
from partnerships.exchange_states import ExchangeState, TravellerState, Verdict
from partnerships.models import HistoryEntry
from partnerships.sharing_story import sharing_sentences
from partnerships.states import PhaseState, Side, Status, TeamRole
from partnerships.transfer_states import ItemUse, TransferState
from partnerships.workplan_states import Progress, RiskLevel, RiskState
from partnerships.workshop_states import TestMoment, WorkshopState
from partnerships.workshop_story import workshop_sentences

# Hebrew, Arabic and its neighbours, with the forms they take in older files.
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# More codes than this are counted.
FEW = 6
# Several state tables know a word such as “returned”: whose it is, the beginning of the verb says.
STATES = {
    "partnership": Status,
    "phase": PhaseState,
    "agreement": AgreementState,
    "activity": Progress,
    "objective": Progress,
    "risk": RiskState,
    "period": PeriodState,
    "workshop": WorkshopState,
    "exchange": ExchangeState,
    "traveller": TravellerState,
    "transfer": TransferState,
    "transfer.item_moved": ItemUse,
}
LABELS = {
    "role": (TeamRole,),
    "level": (RiskLevel,),
    "moment": (TestMoment,),
    "verdict": (Verdict,),
}


def sentences() -> dict[str, str]:
    """One sentence a verb; a function, so that each reader gets their own language."""
    return {
        "partnership.created": _("started the partnership"),
        "partnership.changed": _("changed the partnership’s details"),
        "partnership.status_changed": _("moved the status from “%(old)s” to “%(new)s”"),
        "cycle.started": _("started cycle %(cycle)s"),
        "phase.moved": _("moved the phase “%(phase)s” from “%(old)s” to “%(new)s”"),
        "criterion.met": _("marked “%(criterion)s” as met"),
        "criterion.unmet": _("marked “%(criterion)s” as not met"),
        "organization.joined": _("added %(organization)s to the %(side)s"),
        "organization.left": _("recorded that %(organization)s left the %(side)s"),
        "team.joined": _("added %(person)s to the team as %(role)s"),
        "team.left": _("ended the role of %(person)s as %(role)s"),
        **_of_follow_ups(),
        **agreement_sentences(),
        **_of_plans(),
        **_of_the_frame(),
        **workshop_sentences(),
        **contribution_sentences(),
        **sharing_sentences(),
        **_of_exchanges(),
        **_of_documents(),
        "tool.adapted": _("made the partnership’s own copy of “%(title)s”"),
        "tool.published": _("published version %(number)s of the partnership’s own “%(title)s”"),
        "tool.withdrawn": _("took the partnership’s own “%(title)s” out of use"),
        "tool.restored": _("put the partnership’s own “%(title)s” to use again"),
        **_of_links(),
    }


def _of_links() -> dict[str, str]:
    return {
        "link.created": _("made a link to %(reference)s for the %(side)s"),
        "link.sent": _("sent the link to %(reference)s for the %(side)s again"),
        "link.revoked": _("revoked the link to %(reference)s for the %(side)s"),
        "link.extended": _("let the link to %(reference)s for the %(side)s work until %(day)s"),
        "link.reminded": _("reminded somebody of the %(side)s of %(reference)s"),
        "link.passed_on": _("said that the link to %(reference)s for the %(side)s was passed on to them"),
    }


def _of_documents() -> dict[str, str]:
    return {
        "document.started": _("started the document %(reference)s, “%(title)s”"),
        "document.submitted": _("submitted %(reference)s, “%(title)s”"),
        "document.part_submitted": _("submitted the part of the %(side)s in %(reference)s, “%(title)s”"),
        "document.part_reopened": _(
            "changed shared answers in %(reference)s, “%(title)s”, so the %(side)s must submit its part again"
        ),
        "document.handed_in": _("brought back the file “%(name)s” for %(reference)s, “%(title)s”"),
        "document.file_taken": _("took over answers (%(n)s) from the file “%(name)s” in %(reference)s, “%(title)s”"),
        "document.file_declined": _("took over nothing from the file “%(name)s” in %(reference)s, “%(title)s”"),
        "document.paper_handed_in": _("began to type in the paper of %(name)s for %(reference)s, “%(title)s”"),
        "document.returned": _("returned %(reference)s, “%(title)s”, for changes"),
        "document.accepted": _("accepted %(reference)s, “%(title)s”"),
        "document.reopened": _("reopened %(reference)s, “%(title)s”, after it was accepted"),
        "document.signed": _("signed %(reference)s, “%(title)s” (check code %(code)s)"),
        "document.commented": _("commented on a question of %(reference)s, “%(title)s”"),
        "document.withdrawn": _("withdrew %(reference)s, “%(title)s”"),
        "document.terms_changed": _("changed when and how people can answer %(reference)s, “%(title)s”"),
        "document.collected": _("closed %(reference)s, “%(title)s” (answers until then: %(n)s)"),
        "document.agreeing": _("began the agreed version of %(reference)s, “%(title)s”"),
        "document.moved": _(
            "moved %(reference)s, “%(title)s”, from version %(before)s of its form to version %(after)s"
        ),
    }


def _of_follow_ups() -> dict[str, str]:
    return {
        "follow_up.added": _("asked %(person)s to do this: “%(title)s”"),
        "follow_up.taken": _("took it on to do this: “%(title)s”"),
        "follow_up.changed": _("changed the follow-up “%(title)s” of %(person)s"),
        "follow_up.done": _("finished the follow-up “%(title)s” of %(person)s"),
        "follow_up.dropped": _("dropped the follow-up “%(title)s” of %(person)s"),
        "follow_up.reopened": _("opened the follow-up “%(title)s” of %(person)s again"),
        "comment.added": _("wrote a comment"),
        "comment.removed": _("removed a comment"),
    }


def agreement_sentences() -> dict[str, str]:
    return {
        "agreement.created": _("began the agreement %(reference)s, “%(title)s”"),
        "agreement.changed": _("changed %(reference)s, “%(title)s” (version %(number)s)"),
        "agreement.voided": _("so what %(organizations)s had accepted in %(reference)s, “%(title)s”, no longer counts"),
        "agreement.moved": _("moved %(reference)s, “%(title)s”, from “%(old)s” to “%(new)s”"),
        "agreement.accepted": _(
            "recorded that %(organization)s accepted %(reference)s, “%(title)s”, signed by %(person)s"
        ),
        "agreement.signed": _("saw %(reference)s, “%(title)s”, signed by all; it comes into force on %(day)s"),
        "agreement.in_force": _("brought %(reference)s, “%(title)s”, into force, as of %(day)s"),
        "agreement.notice_given": _("gave notice to end %(reference)s, “%(title)s”, on %(day)s"),
        "agreement.deleted": _("deleted %(reference)s, “%(title)s”, which nobody had accepted"),
    }


def _of_plans() -> dict[str, str]:
    return {
        "workplan.started": _("began the work plan"),
        "workplan.proposed": _("proposed the work plan to both sides"),
        "workplan.side_approved": _("approved the work plan for the %(side)s"),
        "workplan.approved": _("gave the last approval: version %(number)s of the work plan is approved by both sides"),
        "workplan.donor_approved": _(
            "wrote down that the donor approved version %(number)s of the work plan: %(note)s"
        ),
        "workplan.voided": _("changed the work plan, so the proposal and its approvals no longer count"),
        "workplan.taken_back": _("took the proposed work plan back"),
        "workplan.returned": _("returned the work plan for changes on behalf of the %(side)s"),
        "workplan.amended": _("began to amend the approved work plan"),
        "workplan.amendment_ended": _("closed the amendment of the work plan without changes"),
        "activity.moved": _("moved the activity %(code)s, “%(title)s”, from “%(old)s” to “%(new)s”"),
        "objective.moved": _("moved the objective %(code)s, “%(title)s”, from “%(old)s” to “%(new)s”"),
        "risk.added": _("added the risk %(code)s, “%(title)s” (%(level)s)"),
        "risk.changed": _("changed the risk %(code)s, “%(title)s” (%(level)s)"),
        "risk.moved": _("moved the risk %(code)s, “%(title)s”, from “%(old)s” to “%(new)s”"),
    }


def _of_the_frame() -> dict[str, str]:
    return {
        "partnership.step_agreed": _("agreed for the %(side)s that the partnership moves from “%(old)s” to “%(new)s”"),
        "partnership.step_withdrawn": _(
            "took back the agreement of the %(side)s that the partnership moves from “%(old)s” to “%(new)s”"
        ),
        "award.added": _("wrote down that the award %(number)s of %(donor)s pays for this partnership"),
        "award.changed": _("changed the award %(number)s of %(donor)s"),
        "award.ended": _("wrote down that the award %(number)s of %(donor)s no longer pays for this partnership"),
        "period.moved": _("moved report %(n)s on the award %(number)s of %(donor)s from “%(old)s” to “%(new)s”"),
        "organization.leads": _("made %(organization)s the lead of the %(side)s"),
        "team.handed_over": _("wrote down that %(person)s handed over to %(taker)s as %(role)s"),
        "cycle.phase_reopened": _("opened the phase “%(phase)s” again, in cycle %(cycle)s"),
    }


def _of_exchanges() -> dict[str, str]:
    return {
        "exchange.created": _("proposed the exchange %(reference)s, “%(title)s”"),
        "exchange.recorded": _(
            "recorded the exchange %(reference)s, “%(title)s”, which was over, from the file “%(file)s”"
        ),
        "exchange.changed": _("changed the exchange %(reference)s, “%(title)s”"),
        "exchange.moved": _("moved the exchange %(reference)s, “%(title)s”, from “%(old)s” to “%(new)s”"),
        "exchange.approved": _("approved the exchange %(reference)s, “%(title)s”, for the %(side)s"),
        "exchange.returned": _(
            "returned the exchange %(reference)s, “%(title)s”, for changes on behalf of the %(side)s"
        ),
        "exchange.rejected": _("rejected the exchange %(reference)s, “%(title)s”, on behalf of the %(side)s"),
        "exchange.approved_by_programme": _("cleared the exchange %(reference)s, “%(title)s”, for the programme"),
        "exchange.returned_by_programme": _(
            "returned the exchange %(reference)s, “%(title)s”, for changes on behalf of the programme"
        ),
        "exchange.rejected_by_programme": _(
            "rejected the exchange %(reference)s, “%(title)s”, on behalf of the programme"
        ),
        "exchange.agenda_changed": _("put “%(what)s” on the agenda of %(reference)s"),
        "exchange.agenda_removed": _("took “%(what)s” off the agenda of %(reference)s"),
        "exchange.cost_changed": _("wrote down costs of %(reference)s (%(what)s)"),
        "exchange.cost_removed": _("took costs of %(reference)s (%(what)s) off the list"),
        "exchange.cost_nothing": _("recorded that the exchange %(reference)s, “%(title)s”, cost nothing"),
        "exchange.data_deleted": _("deleted the travel data of %(reference)s (travellers: %(n)s)"),
        "traveller.added": _("put %(person)s on the exchange %(reference)s, “%(title)s”"),
        "traveller.removed": _("took %(person)s off the exchange %(reference)s, “%(title)s”"),
        "traveller.moved": _("moved %(person)s on %(reference)s from “%(old)s” to “%(new)s”"),
        "traveller.undertook": _("recorded the undertakings that %(person)s signed for %(reference)s"),
        "traveller.judged": _("decided “%(verdict)s” for %(person)s on %(reference)s"),
        "traveller.verdict_void": _(
            "changed the checklist of %(person)s on %(reference)s, so the “go” no longer counts"
        ),
        "traveller.days": _("recorded the working days of %(person)s on %(reference)s: %(days)s"),
        "traveller.report_waived": _("did without the trip report of %(person)s on %(reference)s"),
    }


def tell(entry: HistoryEntry) -> str:
    """What happened, without who and when. An unknown verb is told by its name rather than hidden."""
    if entry.verb == "workplan.changed":
        return _rows_changed(entry.data)
    sentence = sentences().get(entry.verb)
    if sentence is None:
        return entry.verb
    return sentence % {key: apart(_label(entry, key, value)) for key, value in entry.data.items()}


def apart(words: str) -> str:
    """``words``, kept together when they run from right to left, so that they do not turn the sentence around them."""
    return f"\u2068{words}\u2069" if RIGHT_TO_LEFT.search(words) else words


def _rows_changed(data: dict) -> str:
    """``changed the work plan (added A3; changed A1, A2)``: many at once are counted, not listed."""
    told = []
    for what, words in (("added", _("added")), ("changed", _("changed")), ("removed", _("removed"))):
        codes = data.get(what, [])
        if codes:
            rows = (
                ", ".join(codes)
                if len(codes) <= FEW
                else ngettext("%(n)s row", "%(n)s rows", len(codes)) % {"n": len(codes)}
            )
            told.append(f"{words} {rows}")
    return _("changed the work plan (%(rows)s)") % {"rows": "; ".join(told)}


def _label(entry: HistoryEntry, key: str, value) -> str:
    if key == "side" and value in Side.values:
        # In the partnership's own words; without a programme they are ours, and stand inside a sentence.
        partnership = entry.partnership
        return partnership.side_label(value) if partnership.programme_id else str(Side(value).label).lower()
    if key == "day":
        return date_format(date.fromisoformat(value))
    states = STATES.get(entry.verb) or STATES.get(entry.verb.partition(".")[0])
    for choices in (states,) if states and key in ("old", "new") else LABELS.get(key, ()):
        if value in choices.values:
            return str(choices(value).label).lower() if key == "role" else str(choices(value).label)
    return str(value)
