"""The texts of an agreement: typed or uploaded, in one language or several."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.actions.agreement import remove_text, save_text, save_text_file
from partnerships.forms import TextForm, UploadForm
from partnerships.models import Agreement
from partnerships.views.agreement import refuse_edit
from partnerships.views.agreement_page import editable_agreement, n_accepted, show_agreement
from partnerships.views.outcome import Outcome, attempt, posted, refusal_status


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_text(request: HttpRequest, *, reference: str) -> HttpResponse:
    """``?language=fr`` writes the text in French; without it, a new language version."""
    agreement = editable_agreement(request, reference)
    if not agreement.is_editable:
        return refuse_edit(request, agreement)
    form = TextForm(posted(request), agreement=agreement, language=_language(request))
    outcome = attempt(form, lambda: _save(request, agreement, form))
    if outcome.done:
        return _saved(request, agreement)
    upload = UploadForm(agreement=agreement, language=_language(request), auto_id="file-%s")
    return _show(request, agreement, outcome, text=form, upload=upload)


@require_POST
def agreement_upload(request: HttpRequest, *, reference: str) -> HttpResponse:
    agreement = editable_agreement(request, reference)
    if not agreement.is_editable:
        return refuse_edit(request, agreement)
    language = _language(request)
    form = UploadForm(request.POST, request.FILES, agreement=agreement, language=language, auto_id="file-%s")
    outcome = attempt(form, lambda: _save(request, agreement, form))
    if outcome.done:
        return _saved(request, agreement)
    return _show(request, agreement, outcome, text=TextForm(agreement=agreement, language=language), upload=form)


def _language(request: HttpRequest) -> str:
    return request.GET.get("language", "")


def _save(request: HttpRequest, agreement: Agreement, form: TextForm | UploadForm) -> Agreement:
    data = form.cleaned_data
    same = {
        "language": data["language"],
        "prevails": data["prevails"],
        "seen_version": data["version"],
        "by": request.user,
    }
    if isinstance(form, UploadForm):
        return _saved_file(agreement, form, same)
    return save_text(agreement, body=data["body"], **same)


def _saved_file(agreement: Agreement, form: UploadForm, same: dict) -> Agreement:
    try:
        return save_text_file(agreement, upload=form.cleaned_data["file"], **same)
    except ValidationError as error:
        if getattr(error, "code", "") in ("size", "empty", "type", "content"):
            raise ValidationError({"file": error}) from None
        raise


def _saved(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    messages.success(request, _("The text has been saved."))
    return redirect(agreement)


def _show(
    request: HttpRequest, agreement: Agreement, outcome: Outcome, *, text: TextForm, upload: UploadForm
) -> HttpResponse:
    tried = upload if upload.is_bound else text
    return render(
        request,
        "partnerships/agreement_text.html",
        {
            "agreement": agreement,
            "text_form": text,
            "upload_form": upload,
            "tried": tried,
            "query": f"?language={text.text.language}" if text.text else "",
            "clash": outcome.clash,
            "n_accepted": n_accepted(agreement),
        },
        status=outcome.status,
    )


@require_POST
def agreement_text_remove(request: HttpRequest, *, reference: str) -> HttpResponse:
    agreement = editable_agreement(request, reference)
    text = get_object_or_404(agreement.texts, language=request.POST.get("language", ""))
    try:
        remove_text(agreement, text.language, seen_version=agreement.version, by=request.user)
    except ValidationError as error:
        return show_agreement(request, agreement, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("The language version has been removed."))
    return redirect(agreement)
