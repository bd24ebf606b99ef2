"""Pages on which an administrator edits phase models."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.actions.phase_model import (
    CriterionRow,
    change_model,
    copy_model,
    remove_definition,
    save_definition,
    shift_definition,
)
from partnerships.forms.phase_model import CopyForm, CriteriaFormSet, DefinitionForm, PhaseModelForm
from partnerships.models import ExitCriterion, PhaseDefinition, PhaseModel
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.programme import programme_editor_required

# What exit criteria may ask the records; the documents of every tool come on top.
FACTS = (
    ("sides:two", "team:focal-points", "team:alternates", "team:every-organization")
    + ("dates:start", "dates:end", "goal:written", "memorandum:agreed", "agreement:contract:in-force")
    + ("workplan:approved", "award:promised", "award:running")
    + ("exchange:approved", "exchange:made", "exchange:closed", "workshop:delivered", "workshop:closed")
    + ("meeting:held", "contribution:confirmed", "contribution:counted")
    + ("resource:published", "transfer:received", "transfer:in-use", "transfer:checked")
    + ("document:work-plan:submitted", "document:work-plan:accepted")
)


@require_safe
@programme_editor_required
def phase_model_list(request: HttpRequest) -> HttpResponse:
    return render(request, "partnerships/phase_model_list.html", {"models": PhaseModel.objects.for_list()})


@require_http_methods(["GET", "HEAD", "POST"])
@programme_editor_required
def phase_model_detail(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The model, its phases in order, and the form that changes its words."""
    model = get_object_or_404(PhaseModel, slug=slug)
    form = PhaseModelForm(posted(request), instance=PhaseModel.objects.get(pk=model.pk))
    outcome = attempt(form, lambda: change_model(form.instance, seen_version=form.seen_version))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(model)
    return _show(request, model, form=form, clash=outcome.clash, status=outcome.status)


def _show(
    request: HttpRequest,
    model: PhaseModel,
    *,
    form: PhaseModelForm | None = None,
    copy: CopyForm | None = None,
    clash=None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    criteria = Prefetch("criteria", ExitCriterion.objects.filter(retired_on__isnull=True))
    phases = list(model.phases.prefetch_related(criteria).annotate(n_uses=Count("uses")))
    return render(
        request,
        "partnerships/phase_model_detail.html",
        {
            "model": model,
            "phases": [phase for phase in phases if not phase.is_retired],
            "retired": [phase for phase in phases if phase.is_retired],
            "n_partnerships": model.partnerships.count(),
            "form": form or PhaseModelForm(instance=PhaseModel.objects.get(pk=model.pk)),
            "copy_form": copy or CopyForm(auto_id="copy-%s"),
            "clash": clash,
            "refusal": refusal,
        },
        status=status,
    )


@require_POST
@programme_editor_required
def phase_model_copy(request: HttpRequest, *, slug: str) -> HttpResponse:
    model = get_object_or_404(PhaseModel, slug=slug)
    form = CopyForm(request.POST, auto_id="copy-%s")
    outcome = attempt(form, lambda: copy_model(model, name=form.cleaned_data["name"]))
    if outcome.done:
        messages.success(request, _("This is the copy. Change it as you like; the first model stays as it is."))
        return redirect(outcome.saved)
    return _show(request, model, copy=form, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
@programme_editor_required
def definition_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    return _edit(request, PhaseDefinition(model=get_object_or_404(PhaseModel, slug=slug)))


@require_http_methods(["GET", "HEAD", "POST"])
@programme_editor_required
def definition_edit(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    return _edit(request, _definition(slug, pk))


def _definition(slug: str, pk: int) -> PhaseDefinition:
    phases = PhaseDefinition.objects.select_related("model").filter(is_retired=False)
    return get_object_or_404(phases, model__slug=slug, pk=pk)


def _edit(request: HttpRequest, definition: PhaseDefinition) -> HttpResponse:
    standing = definition.criteria.filter(retired_on__isnull=True) if definition.pk else []
    initial = [{"pk": each.pk, "text": each.text, "fact": each.fact} for each in standing]
    form = DefinitionForm(posted(request), instance=definition)
    criteria = CriteriaFormSet(posted(request), initial=None if request.POST else initial, prefix="criteria")
    # Both are looked at, so that everything that is wrong is told at once.
    rows_hold = not criteria.is_bound or criteria.is_valid()
    if rows_hold:
        outcome = attempt(
            form,
            lambda: save_definition(form.instance, _rows(criteria), seen_version=form.cleaned_data["version"]),
        )
        if outcome.done:
            messages.success(request, _("The phase has been saved."))
            return redirect(definition.model)
        status = outcome.status
        if outcome.clash is not None:
            form.add_error(None, _("Somebody else changed this model meanwhile. Open the phase again and look first."))
    else:
        form.is_valid()
        status = 400
    return render(
        request,
        "partnerships/definition_form.html",
        {"definition": definition, "model": definition.model, "form": form, "criteria": criteria, "facts": FACTS},
        status=status,
    )


def _rows(criteria) -> list[CriterionRow]:
    """Rows whose words were taken out are gone."""
    found = (form.cleaned_data for form in criteria)
    return [CriterionRow(pk=row.get("pk"), text=row["text"], fact=row["fact"]) for row in found if row.get("text")]


@require_POST
@programme_editor_required
def definition_shift(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    definition = _definition(slug, pk)
    shift_definition(definition, up=request.POST.get("to") == "up")
    return redirect(definition.model)


@require_POST
@programme_editor_required
def definition_remove(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    definition = _definition(slug, pk)
    try:
        remove_definition(definition)
    except ValidationError as error:
        return _show(request, definition.model, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("The phase is out of the model. Partnerships that have it keep it."))
    return redirect(definition.model)
