"""Agreements: the list of a partnership, a new one, its page, its terms, its versions and its files."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import permissions
from partnerships.actions.agreement import change_terms, create_agreement, delete_agreement
from partnerships.agreement_content import differences
from partnerships.forms import AgreementForm
from partnerships.models import Agreement, AgreementRevision
from partnerships.views.agreement_page import (
    editable_agreement,
    get_agreement,
    n_accepted,
    refused,
    show_agreement,
)
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership, show_records
from twinning.downloads import download
from twinning.paginate import paginate

VERSIONS_A_PAGE = 10


@require_safe
def agreement_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    return show_records(request, slug, "agreement", template="partnerships/agreement_list.html")


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    initial = {"starts_on": partnership.starts_on, "ends_on": partnership.ends_on}
    initial["title"] = _("Memorandum of understanding: %(name)s") % {"name": partnership.name[:160]}
    form = AgreementForm(
        posted(request), instance=Agreement(partnership=partnership), partnership=partnership, initial=initial
    )
    outcome = attempt(form, lambda: create_agreement(form.save(commit=False), parties=form.parties, by=request.user))
    if outcome.done:
        messages.success(request, _("The agreement has been started. Now add its text."))
        return redirect(outcome.saved)
    context = {"form": form, "partnership": partnership}
    return render(request, "partnerships/agreement_create.html", context, status=outcome.status)


@require_safe
def agreement_detail(request: HttpRequest, *, reference: str) -> HttpResponse:
    return show_agreement(request, get_agreement(request, reference))


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: HttpRequest, *, reference: str) -> HttpResponse:
    agreement = editable_agreement(request, reference)
    if not agreement.is_editable:
        return refuse_edit(request, agreement)
    # The form writes on a row of its own, so that the page around it keeps speaking of what is saved.
    form = AgreementForm(
        posted(request), instance=Agreement.objects.get(pk=agreement.pk), partnership=agreement.partnership
    )
    outcome = attempt(
        form,
        lambda: change_terms(form.instance, parties=form.parties, seen_version=form.seen_version, by=request.user),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(agreement)
    return render(
        request,
        "partnerships/agreement_edit.html",
        {"form": form, "clash": outcome.clash, "agreement": agreement, "n_accepted": n_accepted(agreement)},
        status=outcome.status,
    )


def refuse_edit(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """The page of an agreement whose text does not change any more."""
    refusal = _("An agreement that is %(state)s is not edited any more. Make an amendment instead.") % {
        "state": agreement.standing_label.lower()
    }
    return show_agreement(request, agreement, refusal=refusal, status=refused(request))


@require_POST
def agreement_delete(request: HttpRequest, *, reference: str) -> HttpResponse:
    agreement = editable_agreement(request, reference)
    try:
        delete_agreement(agreement, by=request.user)
    except ValidationError as error:
        return show_agreement(request, agreement, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": agreement.title})
    return redirect("partnerships:agreement-list", slug=agreement.partnership.slug)


@require_safe
def agreement_versions(request: HttpRequest, *, reference: str) -> HttpResponse:
    """Every version of the text and the terms, with what each changed and whose acceptance it voided."""
    agreement = get_agreement(request, reference)
    page = paginate(request, agreement.revisions.select_related("by"), per_page=VERSIONS_A_PAGE)
    rows = _with_changes(agreement, list(page))
    voided: dict[int, list] = {}
    for acceptance in agreement.acceptances.all():
        if not acceptance.is_live:
            voided.setdefault(acceptance.voided_by_id, []).append(acceptance)
    for row in rows:
        row["voided"] = voided.get(row["revision"].pk, [])
    context = {"agreement": agreement, "partnership": agreement.partnership, "page": page, "rows": rows}
    return render(request, "partnerships/agreement_versions.html", context)


def _with_changes(agreement: Agreement, revisions: list[AgreementRevision]) -> list[dict]:
    """``revisions`` newest first, each with its differences from the one before it."""
    if not revisions:
        return []
    before = agreement.revisions.filter(number=revisions[-1].number - 1).first()
    rows = []
    for revision, older in zip(revisions, [*revisions[1:], before], strict=True):
        changes = differences(older.content, revision.content) if older else []
        rows.append({"revision": revision, "changes": changes})
    return rows


@require_safe
@never_cache
def agreement_file(request: HttpRequest, *, reference: str, public_id: str) -> HttpResponse:
    """A text or a proof of signature as it was uploaded, for whoever may read the agreement."""
    found = Agreement.objects.visible_to(request.user)
    agreement = get_object_or_404(found, reference=reference)
    file = get_object_or_404(agreement.files, public_id=public_id)
    return download(file.file, name=file.name, content_type=file.content_type)
