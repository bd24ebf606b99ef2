"""Pages of awards: what pays for a partnership, one award whole, its reports."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import permissions
from partnerships.actions.award import add_share, change_award, create_award, end_share, move_period
from partnerships.award_states import PERIOD_NEEDS_REASON, PeriodState, Standing
from partnerships.forms.award import AwardForm, ReportMoveForm, ShareForm
from partnerships.funding import missing_of, missing_to_lock, missing_to_submit, steps_of
from partnerships.locked_figures import codes_of
from partnerships.models import Award, Partnership, Programme, ReportingPeriod
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership, tabs
from partnerships.views.status import refusal_of

STEP_LABELS = {
    (PeriodState.EXPECTED, PeriodState.SUBMITTED): gettext_lazy("It was sent"),
    (PeriodState.EXPECTED, PeriodState.WAIVED): gettext_lazy("It is not needed"),
    (PeriodState.SUBMITTED, PeriodState.UNDER_REVIEW): gettext_lazy("The donor is reading it"),
    (PeriodState.SUBMITTED, PeriodState.ACCEPTED): gettext_lazy("The donor accepted it"),
    (PeriodState.SUBMITTED, PeriodState.RETURNED): gettext_lazy("The donor returned it"),
    (PeriodState.UNDER_REVIEW, PeriodState.ACCEPTED): gettext_lazy("The donor accepted it"),
    (PeriodState.UNDER_REVIEW, PeriodState.RETURNED): gettext_lazy("The donor returned it"),
    (PeriodState.ACCEPTED, PeriodState.LOCKED): gettext_lazy("Lock it"),
    (PeriodState.RETURNED, PeriodState.SUBMITTED): gettext_lazy("It was sent again"),
    (PeriodState.WAIVED, PeriodState.EXPECTED): gettext_lazy("It is needed after all"),
}


@require_safe
def partnership_funding(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The awards that pay for a partnership, each with its next report."""
    partnership = get_partnership(request, slug)
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    shares = partnership.award_shares.select_related("award__donor", "award__responsible").prefetch_related(
        "award__periods"
    )
    rows = [{"share": share, "next": next_report(share.award)} for share in shares]
    return render(
        request,
        "partnerships/partnership_funding.html",
        {
            "partnership": partnership,
            "rows": sorted(rows, key=lambda row: (not row["share"].award.is_running, row["share"].award.number)),
            "can_create": can_edit and permissions.can_follow_up(partnership),
            "tabs": tabs(partnership, "partnership-funding", can_edit=can_edit),
        },
    )


def next_report(award: Award) -> ReportingPeriod | None:
    """The first report that is still to be sent; reads prefetched ``periods``."""
    return next((period for period in award.periods.all() if period.is_to_send), None)


def get_award(request: HttpRequest, pk: int) -> Award:
    seen = Award.objects.visible_to(request.user).select_related("donor", "programme", "responsible")
    return get_object_or_404(seen, pk=pk)


def _editable(request: HttpRequest, pk: int) -> Award:
    award = get_award(request, pk)
    if not permissions.can_edit_award(request.user, award):
        raise PermissionDenied
    return award


@require_safe
def award_detail(request: HttpRequest, *, pk: int) -> HttpResponse:
    return _show(request, get_award(request, pk))


def _show(
    request: HttpRequest,
    award: Award,
    *,
    share: ShareForm | None = None,
    tried: tuple[int, ReportMoveForm] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    can_edit = permissions.can_edit_award(request.user, award)
    shares = list(award.shares.select_related("partnership"))
    seen = set(
        Partnership.objects.visible_to(request.user).filter(award_shares__award=award).values_list("pk", flat=True)
    )
    shown = [row for row in shares if row.partnership_id in seen]
    periods = list(award.periods.all())
    codes = codes_of(periods)
    payable = permissions.payable_by(request.user, award)
    return render(
        request,
        "partnerships/award_detail.html",
        {
            "award": award,
            "shares": shown,
            "n_hidden": len(shares) - len(shown),
            "missing": missing_of(award, len(shares)),
            "periods": [
                {
                    "period": period,
                    "steps": _steps(period, periods, tried) if can_edit else [],
                    "code": codes.get(period.pk, ""),
                }
                for period in periods
            ],
            "next": _next(periods),
            "share_form": (share or ShareForm(award=award, partnerships=payable)) if can_edit else None,
            "can_edit": can_edit,
            "sees_donor": _sees_donor(request, award),
            "refusal": refusal,
        },
        status=status,
    )


def _sees_donor(request: HttpRequest, award: Award) -> bool:
    return type(award.donor).objects.visible_to(request.user).filter(pk=award.donor_id).exists()


def _next(periods: list[ReportingPeriod]) -> dict | None:
    """The first report that is still to be sent, with what is missing before it can be."""
    period = next((each for each in periods if each.is_to_send), None)
    if period is None:
        return None
    return {"period": period, "missing": missing_to_submit(period, timezone.localdate())}


def _steps(
    period: ReportingPeriod, periods: list[ReportingPeriod], tried: tuple[int, ReportMoveForm] | None
) -> list[dict]:
    if period.standing == Standing.UPCOMING:
        return []  # a page of ten reports with ten buttons leads nobody to the one that is due
    steps = []
    for new in steps_of(period):
        form = ReportMoveForm(
            initial={"to": new, "submitted_on": timezone.localdate()}, auto_id=f"report-{period.number}-{new}-%s"
        )
        if tried and tried[0] == period.number and tried[1].data.get("to") == new:
            form = tried[1]
        steps.append(
            {
                "to": new,
                "label": str(STEP_LABELS[period.state, new]),
                "needs_reason": new in PERIOD_NEEDS_REASON,
                "needs_date": new == PeriodState.SUBMITTED,
                "missing": missing_to_lock(period, periods) if new == PeriodState.LOCKED else [],
                "form": form,
            }
        )
    return steps


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_award_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    """A new award that pays for this partnership."""
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    currency = partnership.programme.currency if partnership.programme_id else ""
    award = Award(programme=partnership.programme, currency=currency)
    return _create(request, award, partnership=partnership)


@require_http_methods(["GET", "HEAD", "POST"])
def programme_award_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    """A new award of a programme; for which of its partnerships it pays is said on its page."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not permissions.can_manage_programme(request.user, programme):
        raise PermissionDenied
    return _create(request, Award(programme=programme, currency=programme.currency))


def _create(request: HttpRequest, award: Award, *, partnership: Partnership | None = None) -> HttpResponse:
    form = AwardForm(posted(request), instance=award, user=request.user)
    outcome = attempt(form, lambda: create_award(form.instance, by=request.user, pays_for=partnership))
    if outcome.done:
        messages.success(request, _("The award has been added, with the days on which its reports are due."))
        return redirect(outcome.saved)
    return render(
        request,
        "partnerships/award_form.html",
        {"form": form, "award": None, "partnership": partnership, "programme": award.programme, "clash": None},
        status=outcome.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def award_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    award = _editable(request, pk)
    form = AwardForm(posted(request), instance=get_award(request, pk), user=request.user)
    outcome = attempt(form, lambda: change_award(form.instance, seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(award)
    return render(
        request,
        "partnerships/award_form.html",
        {"form": form, "award": award, "partnership": None, "programme": award.programme, "clash": outcome.clash},
        status=outcome.status,
    )


@require_POST
def award_share_add(request: HttpRequest, *, pk: int) -> HttpResponse:
    award = _editable(request, pk)
    form = ShareForm(request.POST, award=award, partnerships=permissions.payable_by(request.user, award))
    outcome = attempt(form, lambda: add_share(form.instance, by=request.user))
    if outcome.done:
        messages.success(request, _("The award now pays for %(name)s.") % {"name": outcome.saved.partnership})
        return redirect(award)
    return _show(request, award, share=form, status=outcome.status)


@require_POST
def award_share_end(request: HttpRequest, *, pk: int, share_pk: int) -> HttpResponse:
    award = _editable(request, pk)
    seen = Partnership.objects.visible_to(request.user)
    share = get_object_or_404(award.shares.select_related("partnership"), pk=share_pk, partnership__in=seen)
    try:
        end_share(share, by=request.user)
    except ValidationError as error:
        return _show(request, award, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("The award no longer pays for %(name)s.") % {"name": share.partnership})
    return redirect(award)


@require_POST
def period_move(request: HttpRequest, *, pk: int, number: int) -> HttpResponse:
    award = _editable(request, pk)
    period = get_object_or_404(award.periods, number=number)
    form = ReportMoveForm(request.POST, auto_id=f"report-{number}-tried-%s")
    outcome = attempt(
        form,
        lambda: move_period(
            period,
            form.cleaned_data["to"],
            by=request.user,
            reason=form.cleaned_data["reason"],
            submitted_on=form.cleaned_data["submitted_on"],
        ),
    )
    if outcome.done:
        messages.success(
            request,
            _("%(report)s: %(state)s.") % {"report": period, "state": period.get_state_display().lower()},
        )
        return redirect(f"{award.get_absolute_url()}#period-{number}")
    return _show(request, award, tried=(number, form), refusal=refusal_of(form), status=outcome.status)
