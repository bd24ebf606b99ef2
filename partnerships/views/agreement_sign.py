"""Accepting an agreement, by the signatory or through the coordinator who got a mail or a paper."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships import permissions
from partnerships.actions.acceptance import accept_agreement, enter_acceptance
from partnerships.agreement_content import differences
from partnerships.agreement_guards import accepted_by
from partnerships.agreement_states import SIGNABLE
from partnerships.forms import AcceptForm, EnterForm
from partnerships.models import Agreement, AgreementParty, Contact
from partnerships.views.agreement_page import (
    editable_agreement,
    get_agreement,
    refused,
    revision_with,
    show_agreement,
    texts_of,
)
from partnerships.views.outcome import Outcome, attempt, posted


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_accept(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """The whole text once more, and one button. What is accepted is what stood on this page."""
    agreement = get_agreement(request, reference)
    party = _party(agreement, pk)
    if not permissions.can_accept_for(request.user, agreement, party):
        raise PermissionDenied
    contact = Contact.objects.filter(user=request.user).first()
    initial = {"name": request.user.name, "post": contact.post if contact else "", "seen_hash": agreement.content_hash}
    form = AcceptForm(posted(request), initial=initial)
    if not form.is_bound and (refusal := _why_not(agreement, party)):
        return show_agreement(request, agreement, refusal=refusal, status=refused(request))
    outcome = attempt(form, lambda: _accept(request, agreement, party, form))
    if outcome.done:
        messages.success(
            request, _("You have accepted the agreement for %(name)s.") % {"name": party.participation.organization}
        )
        return redirect(agreement)
    return _show(request, agreement, party, form, outcome, template="partnerships/agreement_accept.html")


def _accept(request: HttpRequest, agreement: Agreement, party: AgreementParty, form: AcceptForm):
    data = form.cleaned_data
    return accept_agreement(
        agreement, party, seen_hash=data["seen_hash"], name=data["name"], post=data["post"], by=request.user
    )


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_enter(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """A coordinator writes down what a party confirmed by e-mail or signed on paper."""
    agreement = editable_agreement(request, reference)
    party = _party(agreement, pk)
    signatory = party.signatory
    initial = {
        "seen_hash": agreement.content_hash,
        "signed_on": timezone.localdate(),
        "name": signatory.name if signatory else "",
        "post": signatory.post if signatory else "",
    }
    form = EnterForm(posted(request), request.FILES or None, initial=initial)
    if not form.is_bound and (refusal := _why_not(agreement, party)):
        return show_agreement(request, agreement, refusal=refusal, status=refused(request))
    outcome = attempt(form, lambda: _enter(request, agreement, party, form))
    if outcome.done:
        messages.success(
            request, _("The acceptance of %(name)s has been recorded.") % {"name": party.participation.organization}
        )
        return redirect(agreement)
    if form.is_bound:
        form.hold_scan()
    return _show(request, agreement, party, form, outcome, template="partnerships/agreement_enter.html")


def _enter(request: HttpRequest, agreement: Agreement, party: AgreementParty, form: EnterForm):
    data = form.cleaned_data
    return enter_acceptance(
        agreement,
        party,
        mode=data["mode"],
        seen_hash=data["seen_hash"],
        name=data["name"],
        post=data["post"],
        signed_on=data["signed_on"],
        note=data["note"],
        scan=form.scan_file,
        by=request.user,
    )


def _party(agreement: Agreement, pk: int) -> AgreementParty:
    party = get_object_or_404(agreement.parties.select_related("participation__organization", "signatory"), pk=pk)
    party.agreement = agreement
    return party


def _why_not(agreement: Agreement, party: AgreementParty) -> str:
    if party.participation_id in accepted_by(agreement):
        return _("This organization has already accepted.")
    return "" if agreement.standing in SIGNABLE else _("This agreement is not out for signature.")


def _show(
    request: HttpRequest,
    agreement: Agreement,
    party: AgreementParty,
    form: AcceptForm | EnterForm,
    outcome: Outcome,
    *,
    template: str,
) -> HttpResponse:
    """The page once more. Where the text is another by now, with what changed; the next try is for that text."""
    changes = []
    agreement = get_agreement(request, agreement.reference) if form.is_bound else agreement
    seen = form.data.get("seen_hash", "") if form.is_bound else agreement.content_hash
    if seen != agreement.content_hash:
        before = revision_with(agreement, seen)
        changes = differences(before.content, agreement.revisions.first().content) if before else []
        form.data = form.data.copy()
        form.data["seen_hash"] = agreement.content_hash
        form.data.pop("agree", None)
    return render(
        request,
        template,
        {
            "agreement": agreement,
            "party": party,
            "form": form,
            "changes": changes,
            "texts": texts_of(agreement),
            "code": agreement.content_hash[:12],
        },
        status=outcome.status,
    )
