"""Passport, insurance, emergency contact and health of one traveller: the page of few people."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.actions.travel_data import (
    drop_reader,
    erase_travel_data,
    name_reader,
    open_travel_data,
    save_travel_data,
)
from partnerships.exchange_permissions import (
    can_erase_travel_data,
    can_name_readers,
    can_open_travel_data,
    can_read_log,
    is_own,
)
from partnerships.forms.traveller import ReaderForm, TravelDataForm
from partnerships.models import TravelDataReader, Traveller
from partnerships.people import people_of
from partnerships.travel_seal import SealBrokenError
from partnerships.views.exchange_page import get_exchange
from partnerships.views.outcome import attempt, posted
from partnerships.views.traveller_page import traveller_of

# How many lines of the log the page shows; all of them are kept.
SHOWN = 50


def _traveller(request: HttpRequest, reference: str, pk: int) -> Traveller:
    return traveller_of(get_exchange(request, reference), pk)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def travel_data(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """Read and write the data. Opening the page is a reading, and goes into the log that the traveller sees."""
    traveller = _traveller(request, reference, pk)
    if not can_open_travel_data(request.user, traveller):
        raise PermissionDenied
    saved, is_broken = {}, False
    if request.method != "POST":
        try:
            saved = open_travel_data(traveller, by=request.user)
        except SealBrokenError:
            is_broken = True
    version = traveller.travel_data.version if hasattr(traveller, "travel_data") else 0
    form = TravelDataForm(posted(request), saved=saved, version=version)
    outcome = attempt(
        form,
        lambda: save_travel_data(traveller, form.plain, seen_version=form.seen_version, by=request.user),
    )
    if outcome.done:
        messages.success(request, _("The data have been sealed and saved."))
        return redirect(traveller)
    context = {
        "exchange": traveller.exchange,
        "traveller": traveller,
        "form": form,
        "clash": outcome.clash,
        "is_broken": is_broken,
        "exists": version > 0,
        "is_own": is_own(request.user, traveller),
        "log": traveller.data_log.all()[:SHOWN],
    }
    return render(request, "partnerships/travel_data.html", context, status=outcome.status)


@require_POST
def travel_data_erase(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    traveller = _traveller(request, reference, pk)
    if not can_erase_travel_data(request.user, traveller):
        raise PermissionDenied
    erase_travel_data(traveller, by=request.user)
    messages.success(request, _("The data have been deleted."))
    return redirect(traveller)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def data_readers(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """Who may read the data, a form to name one more person, and who read them; afterwards the log alone."""
    traveller = _traveller(request, reference, pk)
    can_name = can_name_readers(request.user, traveller)
    if not can_name and (request.method == "POST" or not can_read_log(request.user, traveller)):
        raise PermissionDenied
    partnership = traveller.exchange.partnership
    named = {reader.user_id for reader in traveller.data_readers.all()} | {traveller.contact.user_id}
    form = ReaderForm(posted(request), people=[user for user in people_of(partnership) if user.pk not in named])
    outcome = attempt(form, lambda: name_reader(traveller, form.cleaned_data["user"], by=request.user))
    if outcome.done:
        messages.success(request, _("%(name)s may now read and write these data.") % {"name": outcome.saved.user})
        return redirect("partnerships:data-readers", reference=reference, pk=pk)
    context = {
        "exchange": traveller.exchange,
        "traveller": traveller,
        "readers": list(traveller.data_readers.all()),
        "form": form if can_name else None,
        "log": traveller.data_log.all()[:SHOWN],
    }
    return render(request, "partnerships/data_readers.html", context, status=outcome.status)


@require_POST
def data_reader_remove(request: HttpRequest, *, reference: str, pk: int, reader_pk: int) -> HttpResponse:
    traveller = _traveller(request, reference, pk)
    reader = get_object_or_404(TravelDataReader.objects.select_related("user"), traveller=traveller, pk=reader_pk)
    try:
        drop_reader(traveller, reader, by=request.user)
    except ValidationError:
        raise PermissionDenied from None
    messages.success(request, _("%(name)s can no longer read these data.") % {"name": reader.user})
    return redirect(traveller)
