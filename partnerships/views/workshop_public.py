"""Pages of people without an account: registering, their own seat, signing in to a session, checking a certificate."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import hash_token
from partnerships.actions.attendance import NOT_NOW, check_in
from partnerships.actions.registration import leave, register
from partnerships.actions.seats import seats_left
from partnerships.forms.registration import CheckInForm, RegisterForm
from partnerships.models import Certificate, Registration, Workshop, WorkshopSession
from partnerships.views.outcome import attempt, posted
from partnerships.views.workshop import session_rows
from partnerships.workshop_states import ENROLLING, RegistrationState, WorkshopState
from twinning import challenge, throttle

DOOR, SENT = "workshops", "workshop-registrations"
PER_HOUR = 120  # a whole class may sit behind one network
# Signing in on a phone: the wrong attempts a minute of one person, and of all who sit behind one network. A code of six
# digits lives ten minutes; whoever tries codes this often for all of them has one chance in a hundred and sixty.
CHECK_IN, ROOM_PER_MINUTE = "check-in", 300


def private(answer: HttpResponse) -> HttpResponse:
    """Not kept, not found by search engines, and its address told to nobody."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    # Not “no-referrer”: browsers then post forms with no origin, which the guard against forged posts refuses.
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _wait(request: HttpRequest, *, seconds: int = throttle.WINDOW_SECONDS) -> HttpResponse:
    answer = render(request, "partnerships/public/wait.html", status=429)
    answer["Retry-After"] = str(seconds)
    return private(answer)


def _unknown(request: HttpRequest) -> HttpResponse:
    """One answer to whatever does not open this door, counted by network."""
    if throttle.is_blocked(request, DOOR, limit=settings.SHARE_MISSES_PER_MINUTE):
        return _wait(request)
    throttle.note_miss(request, DOOR)
    return private(render(request, "partnerships/public/unknown.html", status=404))


def for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open to people without an account; the pages are kept nowhere."""

    @login_not_required
    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs) -> HttpResponse:
        return private(view(request, **kwargs))

    return wrapper


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest, *, token: str) -> HttpResponse:
    """A seat, or a place on the waiting list, for whoever has the address of the workshop."""
    workshop = Workshop.objects.select_related("partnership__programme").filter(token_hash=hash_token(token)).first()
    if workshop is None:
        return _unknown(request)
    context = {"workshop": workshop, "sessions": session_rows(workshop), "seats_left": seats_left(workshop)}
    if workshop.state != WorkshopState.REGISTRATION_OPEN or not workshop.partnership.is_open:
        return render(request, "partnerships/public/register_closed.html", context)
    form = RegisterForm(posted(request), instance=Registration(workshop=workshop))
    if form.is_bound and throttle.is_blocked(request, SENT, limit=PER_HOUR, seconds=throttle.HOUR):
        return _wait(request, seconds=throttle.seconds_to_wait(throttle.HOUR))
    outcome = attempt(form, lambda: _register(form, token))
    if outcome.done:
        throttle.note_miss(request, SENT, seconds=throttle.HOUR)
        return redirect("partnerships:registration-own", token=outcome.saved)
    return render(request, "partnerships/public/register.html", {**context, "form": form}, status=outcome.status)


def _register(form: RegisterForm, token: str) -> str:
    """The token of the new private page. The answer is used up only by a registration that was taken."""
    with transaction.atomic():
        _registration, own = register(form.instance, token=token)
        if not challenge.spend(form.token):
            form.ask_anew()
            raise ValidationError({"word": challenge.USED})
    return own


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def registration_own(request: HttpRequest, *, token: str) -> HttpResponse:
    """What somebody's registration is, and the button that gives up the seat."""
    found = Registration.objects.select_related("workshop__partnership__programme")
    registration = found.filter(token_hash=hash_token(token)).first()
    if registration is None:
        return _unknown(request)
    workshop, refusal = registration.workshop, ""
    if request.method == "POST":
        try:
            leave(registration)
            return redirect("partnerships:registration-own", token=token)
        except ValidationError as error:
            refusal = " ".join(error.messages)
    ahead = workshop.registrations.waiting().filter(registered_at__lt=registration.registered_at).count()
    context = {
        "registration": registration,
        "workshop": workshop,
        "sessions": session_rows(workshop),
        "ahead": ahead,
        "can_leave": registration.state != RegistrationState.LEFT and workshop.state in ENROLLING,
        "refusal": refusal,
    }
    return render(request, "partnerships/public/registration_own.html", context, status=409 if refusal else 200)


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_page(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Signing in on a phone. Until the code is right, the page tells nothing of the session."""
    form = CheckInForm(posted(request))
    own = f"{CHECK_IN}:{hash_token(request.POST.get('who', '').strip().casefold())}"
    limits = {CHECK_IN: ROOM_PER_MINUTE, own: settings.SHARE_MISSES_PER_MINUTE}
    if form.is_bound and any(throttle.is_blocked(request, door, limit=limit) for door, limit in limits.items()):
        return _wait(request)
    session = WorkshopSession.objects.select_related("workshop").filter(pk=pk).first()
    outcome = attempt(form, lambda: _check_in(form, session))
    if outcome.done:
        context = {"person": outcome.saved, "session": session}
        return render(request, "partnerships/public/checked_in.html", context)
    if outcome.status == 400:  # a session to which nobody can sign in now has no code that could be guessed
        for door in limits:
            throttle.note_miss(request, door)
    return render(request, "partnerships/public/check_in.html", {"form": form}, status=outcome.status)


def _check_in(form: CheckInForm, session: WorkshopSession | None) -> Registration:
    if session is None:  # refused like one that does not run now
        raise ValidationError(NOT_NOW, code="closed")
    return check_in(session, **form.cleaned_data)


@for_everybody
@require_safe
def certificate_verify(request: HttpRequest, *, code: str) -> HttpResponse:
    """Name, workshop, dates and validity of a certificate, and nothing else."""
    certificate = Certificate.objects.filter(code=code.upper().replace("-", "").replace(" ", "")).first()
    if certificate is None:
        return _unknown(request)
    return render(request, "partnerships/public/certificate_verify.html", {"certificate": certificate})
