"""The tables of rates, for administrators."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from partnerships import permissions
from partnerships.actions.rate import add_exchange_rate, add_role_rate, remove_rate
from partnerships.forms.rate import ExchangeRateForm, RoleRateForm
from partnerships.models import ExchangeRate, RoleRate
from partnerships.views.outcome import attempt
from twinning.paginate import paginate

TABLES = {"roles": RoleRate, "exchange": ExchangeRate}


def rate_editor_required(view):
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs) -> HttpResponse:
        if not permissions.can_edit_rates(request.user):
            raise PermissionDenied
        return view(request, **kwargs)

    return wrapper


@require_http_methods(["GET", "HEAD", "POST"])
@rate_editor_required
def rate_list(request: HttpRequest) -> HttpResponse:
    """What an hour or a day of each role is worth, and a form for one more."""
    form = RoleRateForm(request.POST if request.method == "POST" else None)
    outcome = attempt(form, lambda: add_role_rate(form.save(commit=False), by=request.user))
    if outcome.done:
        rate, n = outcome.saved
        messages.success(request, _("The rate of “%(role)s” has been added.") % {"role": rate.role})
        _tell_effect(request, n)
        return redirect("partnerships:rate-list")
    context = {"form": form, "page": paginate(request, RoleRate.objects.all()), "kind": "roles"}
    return render(request, "partnerships/rate_list.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_editor_required
def exchange_rate_list(request: HttpRequest) -> HttpResponse:
    """What a currency was worth in another on a day, and a form for one more."""
    form = ExchangeRateForm(request.POST if request.method == "POST" else None)
    outcome = attempt(form, lambda: add_exchange_rate(form.save(commit=False), by=request.user))
    if outcome.done:
        rate, n = outcome.saved
        words = {"one": rate.currency, "other": rate.into}
        messages.success(request, _("The rate from %(one)s to %(other)s has been added.") % words)
        _tell_effect(request, n)
        return redirect("partnerships:exchange-rate-list")
    context = {"form": form, "page": paginate(request, ExchangeRate.objects.all()), "kind": "exchange"}
    return render(request, "partnerships/exchange_rate_list.html", context, status=outcome.status)


def _tell_effect(request: HttpRequest, n: int) -> None:
    if n:
        said = ngettext(
            "%(n)s contribution that waited for it has its value now.",
            "%(n)s contributions that waited for it have their value now.",
            n,
        )
        messages.success(request, said % {"n": n})


@require_POST
@rate_editor_required
def rate_remove(request: HttpRequest, *, table: str, pk: int) -> HttpResponse:
    if table not in TABLES:
        raise Http404
    rate = get_object_or_404(TABLES[table], pk=pk)
    remove_rate(rate)
    messages.success(request, _("The rate has been removed. What was valued with it keeps its value."))
    return redirect("partnerships:rate-list" if table == "roles" else "partnerships:exchange-rate-list")
