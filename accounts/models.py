"""Who may sign in, and how they were asked to."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.states import AccountState, Digest, Role
from accounts.zones import is_known

INVITATION_DAYS = 14


def known_zone(value: str) -> None:
    if not is_known(value):
        raise ValidationError(_("“%(zone)s” is not a time zone."), code="zone", params={"zone": value})


class UserQuerySet(models.QuerySet):
    def with_state(self) -> UserQuerySet:
        """Rows that know their ``state`` and, while they wait, until when and whether the mail went out."""
        waiting = Invitation.objects.filter(user=OuterRef("pk"), accepted_at__isnull=True)
        return self.annotate(
            state=Case(
                When(is_active=True, then=Value(AccountState.ACTIVE.value)),
                When(Exists(waiting), then=Value(AccountState.INVITED.value)),
                default=Value(AccountState.CLOSED.value),
            ),
            invited_until=Subquery(waiting.values("expires_at")[:1]),
            invitation_sent_at=Subquery(waiting.values("sent_at")[:1]),
        )

    def search(self, words: str) -> UserQuerySet:
        """Rows in which every word appears in the name or the address."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return found

    def with_role(self, role: str) -> UserQuerySet:
        return self.filter(**{Role(role).value: True})

    def admins(self) -> UserQuerySet:
        """The administrators who can sign in."""
        return self.filter(is_admin=True, is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Only what Django's own commands and allauth ask for; everything else is a QuerySet method."""

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> User:
        return self.create_user(email, password, is_admin=True, **fields)


class User(AbstractBaseUser):
    """A person who signs in. The e-mail address is the login; what they may do in a partnership comes from its team."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(
        _("name"), max_length=150, help_text=_("As it should appear to others; one name is enough.")
    )
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_zone])
    is_coordinator = models.BooleanField(_("coordinator"), default=False, help_text=_("May start partnerships."))
    is_curator = models.BooleanField(_("curator"), default=False, help_text=_("Looks after the toolkit."))
    is_admin = models.BooleanField(_("administrator"), default=False, help_text=_("Sees and may do everything."))
    is_active = models.BooleanField(_("active"), default=True)
    digest = models.CharField(
        _("mails about what concerns you"),
        max_length=10,
        choices=Digest,
        default=Digest.IMMEDIATE,
        help_text=_("Mentions, follow-ups and what waits for you. Invitations and passwords always come at once."),
    )
    digested_on = models.DateField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_is_unique_in_any_case",
                violation_error_message=_("Somebody with this e-mail address is already here."),
            ),
            models.CheckConstraint(name="user_digest_is_known", condition=Q(digest__in=Digest.values)),
        ]

    def __str__(self):
        return self.name or self.email

    def clean(self) -> None:
        # Signing in compares with the small letters (allauth), so only small letters are ever stored.
        self.email = self.email.lower()

    @property
    def roles(self) -> list[str]:
        """The names of the roles this person holds, for showing."""
        return [str(role.label) for role in Role if getattr(self, role.value)]

    @property
    def state_label(self) -> str:
        """Only on rows from with_state()."""
        return str(AccountState(self.state).label)

    @property
    def is_invitation_over(self) -> bool:
        """Only on rows from with_state(). See also Invitation.is_open."""
        return self.invited_until is not None and self.invited_until <= timezone.now()

    @property
    def is_staff(self) -> bool:
        """May open Django's own administration pages."""
        return self.is_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_admin


class InvitationQuerySet(models.QuerySet):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor expired. See also Invitation.is_open."""
        return self.filter(accepted_at__isnull=True, expires_at__gt=timezone.now())

    def from_token(self, token: str) -> Invitation:
        """The open invitation that ``token`` names, or DoesNotExist."""
        return self.open().select_related("user", "invited_by").get(token_hash=hash_token(token))


class Invitation(models.Model):
    """One mail that lets one person set a password, once. The account waits, inactive, until then."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent", null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(name="invitation_expires_later", condition=Q(expires_at__gt=F("created_at"))),
        ]

    def __str__(self):
        return self.user.email

    @classmethod
    def issue(cls, user: User, *, by: User | None) -> tuple[Invitation, str]:
        """A new invitation and its token; the token is kept nowhere. Earlier open ones end."""
        now = timezone.now()
        cls.objects.filter(user=user, accepted_at__isnull=True).delete()
        token = secrets.token_urlsafe(32)
        invitation = cls.objects.create(
            user=user, invited_by=by, token_hash=hash_token(token), expires_at=now + timedelta(days=INVITATION_DAYS)
        )
        return invitation, token

    @property
    def is_open(self) -> bool:
        # See also InvitationQuerySet.open()
        return self.accepted_at is None and self.expires_at > timezone.now()


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
