"""What came of a workshop: who completed, tests, evaluation, report, certificates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.actions.results import (
    issue_another,
    issue_certificates,
    revoke_certificate,
    save_evaluation,
    save_report,
    save_results,
    say_why_no_tests,
)
from partnerships.forms.results import CRITERIA, EvaluationForm, ReasonForm, ReportForm, TestForm
from partnerships.models import Certificate, Evaluation, TestResult, Workshop
from partnerships.views.outcome import Outcome, attempt, posted, refusal_status
from partnerships.views.status import refusal_of
from partnerships.views.workshop import editable_workshop, get_workshop, page_of
from partnerships.workshop_reading import course_of, test_change
from partnerships.workshop_states import CERTIFYING, TestMoment
from twinning.paginate import paginate

PER_PAGE = 50
WEIGHTS = (5, 4, 3, 2, 1)


@require_safe
def workshop_results(request: HttpRequest, *, reference: str) -> HttpResponse:
    return _show(request, get_workshop(request, reference))


def _show(request: HttpRequest, workshop: Workshop, *, refusal: str = "", status: int = 200) -> HttpResponse:
    course = course_of(workshop)
    standings = course.standings
    n_complete = sum(one.is_complete for one in standings)
    to_issue = sum(one.is_due_a_certificate for one in standings)
    context = page_of(request, workshop, "workshop-results")
    can_certify = context["can_edit"] and workshop.state in CERTIFYING
    evaluation = Evaluation.objects.filter(workshop=workshop).first()
    return render(
        request,
        "partnerships/workshop_results.html",
        {
            **context,
            "can_enter": context["can_edit"] and workshop.takes_results,
            "page": paginate(request, standings, per_page=PER_PAGE),
            "n_people": len(standings),
            "n_complete": n_complete,
            "to_issue": to_issue,
            "can_certify": can_certify,
            "can_issue": can_certify and to_issue > 0,
            "n_certificates": len(course.certificates),
            "revoked": course.revoked,
            "change": test_change(course.results.values()),
            "n_tests": {moment: sum(found == moment for _pk, found in course.results) for moment in TestMoment.values},
            "evaluation": evaluation,
            "marks": marks_of(evaluation) if evaluation else [],
            "reason_form": ReasonForm(initial={"reason": workshop.no_tests_reason}),
            "refusal": refusal,
        },
        status=status,
    )


def marks_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The mean mark of each criterion that was marked, from 1 to 5, and by how many."""
    rows = []
    for key, label in CRITERIA.items():
        counts = evaluation.counts.get(key)
        if counts and sum(counts):
            mean = sum(weight * n for weight, n in zip(WEIGHTS, counts, strict=True)) / sum(counts)
            rows.append({"label": label, "mean": mean, "n": sum(counts)})
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def test_entry(request: HttpRequest, *, reference: str, moment: str) -> HttpResponse:
    """A line for each participant; a pasted table fills the lines, which are then looked at and saved."""
    if moment not in TestMoment.values:
        raise Http404
    workshop = editable_workshop(request, reference)
    people = list(workshop.registrations.seated())
    results = TestResult.objects.filter(registration__in=people, moment=moment)
    form = TestForm(
        posted(request),
        people=people,
        taken={result.registration_id: result.scores for result in results},
        initial={"n_questions": workshop.n_questions or None},
    )
    outcome, filled = Outcome(), 0
    if form.is_bound and request.POST.get("pasted", "").strip():
        form.is_valid()
        filled = form.fill_from_table()
        if filled:
            form = TestForm(form.data, people=people, taken={})
            form.is_valid()
        outcome.status = 200 if form.is_valid() else 400
    else:
        outcome = attempt(form, lambda: _save(workshop, moment, form, request))
    if outcome.done:
        n = outcome.saved
        messages.success(request, ngettext("%(n)s test was saved.", "%(n)s tests were saved.", n) % {"n": n})
        return redirect("partnerships:workshop-results", reference=reference)
    context = page_of(request, workshop, "workshop-results")
    context |= {"form": form, "moment": TestMoment(moment), "filled": filled}
    return render(request, "partnerships/test_entry.html", context, status=outcome.status)


def _save(workshop: Workshop, moment: str, form: TestForm, request: HttpRequest) -> int:
    return save_results(
        workshop,
        moment,
        n_questions=form.cleaned_data["n_questions"],
        scores=form.scores,
        seen=form.seen,
        by=request.user,
    )


@require_POST
def no_tests(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    form = ReasonForm(request.POST)
    outcome = attempt(form, lambda: say_why_no_tests(workshop, form.cleaned_data["reason"], by=request.user))
    if not outcome.done:
        return _show(request, workshop, refusal=refusal_of(form), status=outcome.status)
    messages.success(request, _("Your changes have been saved."))
    return redirect("partnerships:workshop-results", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_edit(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    evaluation = Evaluation.objects.filter(workshop=workshop).first() or Evaluation(workshop=workshop)
    evaluation.workshop = workshop
    proposed = None if evaluation.pk or request.method == "POST" else _proposed(workshop)
    for name in ("n_sheets", "counts", "best", "better") if proposed else ():
        setattr(evaluation, name, proposed[name])
    form = EvaluationForm(posted(request), instance=evaluation)
    outcome = attempt(
        form,
        lambda: save_evaluation(form.instance, seen_version=form.cleaned_data.get("version"), by=request.user),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:workshop-results", reference=reference)
    context = {
        **page_of(request, workshop, "workshop-results"),
        "form": form,
        "clash": outcome.clash,
        "proposed": proposed,
    }
    return render(request, "partnerships/evaluation_form.html", context, status=outcome.status)


def _proposed(workshop: Workshop) -> dict[str, Any] | None:
    """The figures that others know, for whoever writes the first ones down; nothing is saved before they do."""
    found = (import_string(path)(workshop) for path in settings.EVALUATION_SOURCES)
    return next((each for each in found if each), None)


@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    form = ReportForm(posted(request), instance=Workshop.objects.get(pk=workshop.pk))
    outcome = attempt(
        form,
        lambda: save_report(workshop, form.cleaned_data["report"], seen_stamp=form.seen_stamp, by=request.user),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect("partnerships:workshop-results", reference=reference)
    context = {**page_of(request, workshop, "workshop-results"), "form": form, "clash": outcome.clash}
    return render(request, "partnerships/workshop_report_form.html", context, status=outcome.status)


@require_POST
def certificates_issue(request: HttpRequest, *, reference: str) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    try:
        issued = issue_certificates(workshop, by=request.user)
    except ValidationError as error:
        return _show(request, workshop, refusal=" ".join(error.messages), status=refusal_status(error))
    n = len(issued)
    messages.success(
        request, ngettext("%(n)s certificate was issued.", "%(n)s certificates were issued.", n) % {"n": n}
    )
    return redirect("partnerships:workshop-results", reference=reference)


@require_POST
def certificate_revoke(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    workshop = editable_workshop(request, reference)
    certificate = get_object_or_404(Certificate, registration__workshop=workshop, pk=pk)
    form = ReasonForm(request.POST)
    outcome = attempt(form, lambda: revoke_certificate(certificate, form.cleaned_data["reason"], by=request.user))
    if not outcome.done:
        return _show(request, workshop, refusal=refusal_of(form), status=outcome.status)
    messages.success(request, _("%(number)s is revoked. Its page says so.") % {"number": certificate.number})
    return redirect("partnerships:workshop-results", reference=reference)


@require_POST
def certificate_another(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """Another certificate for one person, after theirs was revoked. ``pk`` is that of their registration."""
    workshop = editable_workshop(request, reference)
    person = get_object_or_404(workshop.registrations, pk=pk)
    person.workshop = workshop
    try:
        issued = issue_another(person, by=request.user)
    except ValidationError as error:
        return _show(request, workshop, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("%(number)s was issued.") % {"number": issued.number})
    return redirect("partnerships:workshop-results", reference=reference)
