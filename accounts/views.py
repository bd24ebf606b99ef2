"""My profile, the people of this installation, and the page that an invitation opens."""

from collections.abc import Callable

from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, permissions
from accounts.digests import reader_of
from accounts.forms import AcceptForm, InviteForm, PeopleFilterForm, PersonForm, ProfileForm
from accounts.models import Invitation, User
from accounts.states import AccountState, Digest
from twinning import throttle
from twinning.locking import StaleError
from twinning.paginate import paginate
from twinning.stale import VersionedForm

READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_OR_SEND)
def profile(request: HttpRequest) -> HttpResponse:
    # A row of its own: the form writes into it, and the header must not show a name that was refused.
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(_sent(request), instance=user)
    conflict: list[dict] = []
    if request.method == "POST" and form.is_valid():
        conflict = _save(form, actions.change_profile)
        if _is_saved(form, conflict):
            messages.success(request, _("Your profile has been saved."))
            return redirect("accounts:profile")
    return render(
        request, "accounts/profile.html", {"form": form, "conflict": conflict}, status=_status(form, conflict)
    )


@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    _require_manager(request.user)
    form = PeopleFilterForm(request.GET)
    return render(
        request,
        "accounts/user_list.html",
        {"page": paginate(request, form.found()), "form": form, "narrowed": bool(form.chosen)},
    )


@require_http_methods(READ_OR_SEND)
def user_invite(request: HttpRequest) -> HttpResponse:
    _require_manager(request.user)
    form = InviteForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.invite(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error("email", error.messages)
        else:
            _say_whether_sent(request, user)
            return redirect("accounts:user-list")
    return render(request, "accounts/user_invite.html", {"form": form}, status=_status(form))


@require_http_methods(READ_OR_SEND)
def user_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    _require_manager(request.user)
    person = get_object_or_404(User.objects.with_state(), pk=pk)
    name = str(person)
    form = PersonForm(_sent(request), instance=person)
    conflict: list[dict] = []
    if request.method == "POST" and form.is_valid():
        conflict = _save(form, actions.change_person, by=request.user)
        if _is_saved(form, conflict):
            messages.success(request, _("%(name)s has been saved.") % {"name": person})
            return redirect("accounts:user-list")
    return _person_page(request, form, name=name, conflict=conflict, status=_status(form, conflict))


def _person_page(
    request: HttpRequest, form: PersonForm, *, name: str, status: int, conflict: list[dict] | None = None
) -> HttpResponse:
    person = form.instance
    context = {
        "form": form,
        "conflict": conflict,
        "person": person,
        "name": name,
        "can_close": permissions.can_close(request.user, person) and person.state != AccountState.CLOSED,
        "can_reopen": person.state == AccountState.CLOSED and person.has_usable_password(),
    }
    return render(request, "accounts/user_edit.html", context, status=status)


@require_POST
def user_invite_again(request: HttpRequest, *, pk: int) -> HttpResponse:
    _require_manager(request.user)
    person = get_object_or_404(User, pk=pk)
    try:
        actions.invite_again(person, by=request.user)
    except ValidationError as error:
        return _refused(request, person, error)
    _say_whether_sent(request, person)
    return redirect("accounts:user-list")


@require_POST
def user_close(request: HttpRequest, *, pk: int) -> HttpResponse:
    return _set_active(request, pk, active=False, done=_("The account of %(name)s is closed."))


@require_POST
def user_reopen(request: HttpRequest, *, pk: int) -> HttpResponse:
    return _set_active(request, pk, active=True, done=_("%(name)s can sign in again."))


def _set_active(request: HttpRequest, pk: int, *, active: bool, done: str) -> HttpResponse:
    _require_manager(request.user)
    person = get_object_or_404(User, pk=pk)
    try:
        actions.set_active(person, active=active, by=request.user)
    except ValidationError as error:
        return _refused(request, person, error)
    messages.success(request, done % {"name": person})
    return redirect("accounts:user-list")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(READ_OR_SEND)
def invitation(request: HttpRequest, *, token: str) -> HttpResponse:
    """Opened from a mailbox, without an account. Reading it changes nothing, for mail scanners read it too."""
    if throttle.is_blocked(request, "invitation", limit=settings.SHARE_MISSES_PER_MINUTE):
        response = respond_429(request)
        response["Retry-After"] = str(throttle.WINDOW_SECONDS)
        return _sealed(response)
    try:
        return _sealed(_answer_invitation(request, token))
    except Invitation.DoesNotExist:
        # Wrong, used, withdrawn or too old: one answer, for a difference would tell strangers something.
        throttle.note_miss(request, "invitation")
        return _sealed(render(request, "accounts/invitation_over.html", status=410))


def _answer_invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = Invitation.objects.from_token(token)
    form = AcceptForm(_sent(request), user=found.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        user = actions.accept_invitation(
            token, name=given["name"], password=given["password"], time_zone=given["time_zone"]
        )
        login(request, user)
        messages.success(request, _("Welcome, %(name)s. Your account is ready.") % {"name": user})
        return redirect("home")
    context = {"form": form, "inviter": found.invited_by, "email": found.user.email, "until": found.expires_at}
    return render(request, "accounts/invitation.html", context, status=_status(form))


def _sealed(response: HttpResponse) -> HttpResponse:
    """An address that is a secret: not for search engines, and not passed on as the page somebody came from."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": browsers would then send `Origin: null` and the form would fail its forgery check.
    response["Referrer-Policy"] = "strict-origin"
    return response


@login_not_required
@never_cache
@require_http_methods(READ_OR_SEND)
def mail_stop(request: HttpRequest, *, token: str) -> HttpResponse:
    """Opened from a mail, without signing in: no more mails, or one a week. Reading the page changes nothing."""
    if throttle.is_blocked(request, "mail-stop", limit=settings.SHARE_MISSES_PER_MINUTE):
        response = respond_429(request)
        response["Retry-After"] = str(throttle.WINDOW_SECONDS)
        return _sealed(response)
    try:
        person = reader_of(token)
    except User.DoesNotExist:
        throttle.note_miss(request, "mail-stop")
        return _sealed(render(request, "accounts/mail_stop_unknown.html", status=404))
    wanted = request.POST.get("digest", "")
    is_done = wanted in (Digest.NONE, Digest.WEEKLY)
    if is_done:
        actions.choose_digest(person, Digest(wanted))
    status = 400 if request.method == "POST" and not is_done else 200
    chosen = Digest(wanted) if is_done else Digest(person.digest)
    context = {"email": person.email, "is_done": is_done, "digest": chosen.value, "label": chosen.label}
    return _sealed(render(request, "accounts/mail_stop.html", context, status=status))


def _require_manager(user: User) -> None:
    if not permissions.can_manage_people(user):
        raise PermissionDenied


def _refused(request: HttpRequest, person: User, error: ValidationError) -> HttpResponse:
    """The person's page again, with the reason; nothing has changed."""
    person = User.objects.with_state().get(pk=person.pk)
    for message in error.messages:
        messages.error(request, message)
    return _person_page(request, PersonForm(instance=person), name=str(person), status=409)


def _save(form: VersionedForm, act: Callable[..., None], **kwargs) -> list[dict]:
    """Carry out ``act``. What somebody else saved meanwhile comes back as rows; what is refused lands in the form."""
    try:
        act(form.instance, seen_version=form.seen_version, **kwargs)
    except StaleError as error:
        return form.clash(error.current)
    except ValidationError as error:
        form.add_error(None, error.messages)
    return []


def _is_saved(form: VersionedForm, conflict: list[dict]) -> bool:
    # Also when somebody else saved the very same words first.
    return not conflict and not form.errors


def _say_whether_sent(request: HttpRequest, person: User) -> None:
    if person.invitations.filter(accepted_at__isnull=True, sent_at__isnull=True).exists():
        text = _("The invitation of %(name)s could not be sent. Try again later with “Invite again”.")
        messages.warning(request, text % {"name": person})
    else:
        text = _("%(name)s has been invited by e-mail.")
        messages.success(request, text % {"name": person})


def _sent(request: HttpRequest) -> QueryDict | None:
    # Not `request.POST or None`: a form that arrives empty has arrived, and is told what it lacks.
    return request.POST if request.method == "POST" else None


def _status(form, conflict: list | None = None) -> int:
    if conflict:
        return 409
    return 400 if form.is_bound and form.errors else 200
