"""The curators' side of what people offer: the list, one proposal with its file, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from toolkit.actions.contributing import accept_proposal, answer_proposal, decline_proposal
from toolkit.actions.offered_files import Offered, is_readable, read_offer
from toolkit.contribution_filters import ProposalFilterSet
from toolkit.forms.contributing import AcceptForm, AnswerForm, DecisionForm, DeclineForm
from toolkit.models import Proposal, ToolVersion
from toolkit.permissions import can_curate
from toolkit.rendering.differences import Teller
from toolkit.schema.parsing import parse
from toolkit.states import ProposalState
from toolkit.views.contribute import send_file, title_of
from toolkit.views.library import outline_of
from toolkit.views.outcome import attempt
from twinning.paginate import paginate

LOOK = "file"


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    if not can_curate(request.user):
        raise PermissionDenied
    rows = Proposal.objects.visible_to(request.user)
    found = ProposalFilterSet(request.GET, rows.for_list(), user=request.user)
    page = paginate(request, found.qs)
    items = [{"proposal": row, "tool_title": title_of(row.tool)} for row in page]
    context = {"page": page, "items": items, "filter": found, "tabs": _tabs(rows, request.GET)}
    return render(request, "toolkit/contribute/proposal_list.html", context, status=found.status)


def _tabs(rows, query: QueryDict) -> list[dict]:
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    here, chosen = reverse("toolkit:proposal-list"), query.get("state", "")
    tabs = [{"label": _("All"), "url": here, "current": not chosen, "count": ""}]
    for state in ProposalState:
        label = _("Waiting") if state == ProposalState.WAITING else str(state.label)
        url = f"{here}?state={state}"
        tabs.append({"label": label, "url": url, "current": chosen == state, "count": counts.get(state, 0) or ""})
    return tabs


@dataclass(kw_only=True)
class Desk:
    """One proposal on a curator's desk, with the forms that may be sent about it.

    ``unsent`` is what somebody wrote when it was too late: the page shows it to be copied.
    """

    proposal: Proposal
    unsent: str
    accept: AcceptForm | None
    answer: AnswerForm | None
    decline: DeclineForm | None


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    if not can_curate(request.user):
        raise PermissionDenied
    rows = Proposal.objects.visible_to(request.user).select_related("tool", "user", "decided_by", "draft__tool")
    return get_object_or_404(rows, pk=pk)


def desk_of(proposal: Proposal, bound: Mapping[str, DecisionForm], *, raw: Mapping | None = None) -> Desk:
    """The forms for what may become of ``proposal``; those in ``bound`` were sent and come back."""
    seen = {"seen": proposal.state}
    guess = {"section": raw.get("section"), "kind": raw.get("kind"), "use_file": True} if raw else {}
    accept = AcceptForm(initial=seen | guess, prefix="accept", proposal=proposal, can_read=is_readable(proposal))
    forms = {
        "accept": (ProposalState.ACCEPTED, accept),
        "answer": (ProposalState.ANSWERED, AnswerForm(initial=seen, prefix="answer")),
        "decline": (ProposalState.DECLINED, DeclineForm(initial=seen, prefix="decline")),
    }
    shown = {
        name: bound.get(name, form) if proposal.can_become(state) else None for name, (state, form) in forms.items()
    }
    unsent = [form["answer"].value() for name, form in bound.items() if not shown[name]]
    return Desk(proposal=proposal, unsent=next(iter(unsent), ""), **shown)


def _show(
    request: HttpRequest,
    proposal: Proposal,
    *,
    bound: Mapping[str, DecisionForm] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    looks = request.GET.get("look") == LOOK and is_readable(proposal)
    offered = read_offer(proposal) if looks else None
    current = proposal.tool.versions.published().first() if proposal.tool else None
    context = {
        "desk": desk_of(proposal, bound or {}, raw=offered.raw if offered else None),
        "proposal": proposal,
        "current": current,
        "can_look": is_readable(proposal),
        "offered": offered,
        "refusal": refusal,
        "differences": None,
        "outline": None,
        **(_told(offered, current) if offered and offered.raw else {}),
    }
    return render(request, "toolkit/contribute/proposal_detail.html", context, status=status)


def _told(offered: Offered, current: ToolVersion | None) -> dict:
    """What the file would change in the tool, or what is in it where there is no tool yet."""
    language, form = get_language() or "en", parse(offered.raw)
    if current is None:
        return {"outline": outline_of(form, language)}
    teller = Teller(current.raw, offered.raw, lang=language, old_form=current.form, new_form=form)
    return {"differences": teller.differences()}


@require_safe
def proposal_detail(request: HttpRequest, *, pk: int) -> HttpResponse:
    return _show(request, _proposal(request, pk))


@require_safe
def proposal_file(request: HttpRequest, *, pk: int) -> HttpResponse:
    return send_file(_proposal(request, pk))


@require_POST
def proposal_accept(request: HttpRequest, *, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    form = AcceptForm(request.POST, prefix="accept", proposal=proposal, can_read=is_readable(proposal))

    def accept() -> Proposal:
        data = dict(form.cleaned_data)
        raw = _raw_of(proposal) if data.pop("use_file", False) else None
        data.pop("seen")
        return accept_proposal(proposal, by=request.user, raw=raw, **data)

    return _decide(request, proposal, "accept", form, accept, _("Accepted. A draft is ready to be worked on."))


def _raw_of(proposal: Proposal) -> Mapping:
    offered = read_offer(proposal)
    if offered.raw is None:
        raise ValidationError(
            _("The file could not be taken as it is: %(why)s") % {"why": " ".join(offered.problems[:3])},
            code="use_file",
        )
    return offered.raw


@require_POST
def proposal_answer(request: HttpRequest, *, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    form = AnswerForm(request.POST, prefix="answer")

    def answer() -> Proposal:
        return answer_proposal(proposal, by=request.user, answer=form.cleaned_data["answer"])

    return _decide(request, proposal, "answer", form, answer, _("Your answer was sent."))


@require_POST
def proposal_decline(request: HttpRequest, *, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    form = DeclineForm(request.POST, prefix="decline")

    def decline() -> Proposal:
        return decline_proposal(proposal, by=request.user, answer=form.cleaned_data["answer"])

    return _decide(request, proposal, "decline", form, decline, _("The proposal was declined."))


def _decide(
    request: HttpRequest, proposal: Proposal, name: str, form: DecisionForm, act: Callable[[], Proposal], done: str
) -> HttpResponse:
    def act_on_what_was_read() -> Proposal:
        if form.cleaned_data["seen"] != proposal.state:
            raise ValidationError(
                _("This proposal is “%(state)s” by now. Read it again first; what you wrote is still here."),
                code="stale",
                params={"state": proposal.get_state_display()},
            )
        return act()

    outcome = attempt(form, act_on_what_was_read)
    if outcome.done:
        messages.success(request, done)
        return redirect(proposal)
    refusal = " ".join(str(error) for error in form.non_field_errors())
    now = _proposal(request, proposal.pk)
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = now.state  # saying it again is a choice made knowingly
    return _show(request, now, bound={name: form}, refusal=refusal, status=outcome.status)
