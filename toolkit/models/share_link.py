"""Links that open one document for one side, without an account."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from toolkit.models.document import Document
from toolkit.states import DocumentState, LinkScope, Part

SALT = "toolkit.share-link"
SIGNATURE_LENGTH = 32  # characters of 31: more than 158 bits
CODE_SALT = "toolkit.short-code"
CODE_LENGTH = 8  # characters of 31: more than 39 bits, behind a door that few wrong ones close
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else on paper


def short_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _position in range(10))


def keyed_letters(salt: str, value: str, length: int) -> str:
    """A keyed hash over ``value`` in our letters: without the installation's secret nobody finds it."""
    number = int.from_bytes(salted_hmac(salt, value, algorithm="sha256").digest(), "big")
    letters = []
    for _position in range(length):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def hash_code(code: str) -> str:
    """What is kept of a short code. The hash is keyed: nobody tries all codes against a copy of the database."""
    return salted_hmac(CODE_SALT, f"kept:{code}", algorithm="sha256").hexdigest()


class ShareLinkQuerySet(models.QuerySet):
    def live(self) -> ShareLinkQuerySet:
        # See also ShareLink.is_live
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())

    def from_token(self, token: str) -> ShareLink:
        """The link that ``token`` names, live or over, or DoesNotExist when the token is not one of ours."""
        public_id, _dot, signature = token.partition("-")
        # The same work for every token; only a right one asks the database.
        if not constant_time_compare(signature, keyed_letters(SALT, public_id, SIGNATURE_LENGTH)):
            raise self.model.DoesNotExist
        return self.with_document().get(public_id=public_id)

    def from_code(self, typed: str) -> ShareLink:
        """The live link whose short code was ``typed``, in any case and with any marks between, or DoesNotExist."""
        code = "".join(letter for letter in typed[:40].lower() if letter.isalnum())
        return self.live().exclude(document__state=DocumentState.WITHDRAWN).get(code_hash=hash_code(code))

    def with_document(self) -> ShareLinkQuerySet:
        return self.select_related("document__partnership__programme", "document__version__tool")


class ShareLink(models.Model):
    """A capability: whoever holds the address may fill (or read) one document on behalf of one side until it expires.

    The address carries ``public_id`` and a keyed hash over it; the key is the installation's secret, so that a copy of
    the database opens nothing, and yet the coordinator can show or print the address again.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="links")
    public_id = models.CharField(max_length=12, unique=True, default=short_id, editable=False)
    side = models.CharField(
        _("side"), max_length=12, choices=[(p.value, p.label) for p in Part if p != Part.COORDINATOR]
    )
    scope = models.CharField(_("scope"), max_length=6, choices=LinkScope, default=LinkScope.FILL)
    recipient_name = models.CharField(_("for whom"), max_length=150, blank=True)
    recipient_email = models.EmailField(_("e-mail"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("last opened"), null=True, blank=True, editable=False)
    n_opened = models.PositiveIntegerField(default=0, editable=False)
    respondent_name = models.CharField(_("name given by the respondent"), max_length=150, blank=True, editable=False)
    respondent_post = models.CharField(_("post given by the respondent"), max_length=150, blank=True, editable=False)
    language = models.CharField(_("language of mails"), max_length=12, blank=True)
    is_reminded = models.BooleanField(_("is reminded"), default=True)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    most_devices = models.PositiveSmallIntegerField(_("on how many devices"), null=True, blank=True)
    # Whoever a link was passed on to may have one of their own; it ends with the one it comes from.
    passed_on_from = models.ForeignKey("self", models.PROTECT, related_name="passed_on", null=True, editable=False)
    # The short code is a keyed hash over public_id and this number; 0 means that there is none.
    code_number = models.PositiveSmallIntegerField(default=0, editable=False)
    code_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - none, or unique

    # Who is looking at a page behind the link now; set by the door of those pages.
    visit = None

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints = [
            models.CheckConstraint(name="share_link_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(name="share_link_side_is_known", condition=Q(side__in=["host", "resource"])),
            models.CheckConstraint(name="share_link_scope_is_known", condition=Q(scope__in=LinkScope.values)),
            models.CheckConstraint(
                name="share_link_opens_on_a_device", condition=Q(most_devices__isnull=True) | Q(most_devices__gte=1)
            ),
            models.CheckConstraint(
                name="share_link_has_a_code_with_its_number",
                condition=Q(code_number=0, code_hash__isnull=True) | Q(code_number__gt=0, code_hash__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.document.reference} {self.side}"

    @property
    def signature(self) -> str:
        return keyed_letters(SALT, self.public_id, SIGNATURE_LENGTH)

    @property
    def code(self) -> str:
        """The short code, to be typed by hand; empty while there is none."""
        if not self.code_number:
            return ""
        return keyed_letters(CODE_SALT, f"{self.public_id}:{self.code_number}", CODE_LENGTH)

    @property
    def written_code(self) -> str:
        """The short code as it stands on paper: ABCD-EFGH."""
        code = self.code.upper()
        return f"{code[:4]}-{code[4:]}" if code else ""

    @property
    def token(self) -> str:
        return f"{self.public_id}-{self.signature}"

    @property
    def url(self) -> str:
        """The whole address, built from our own and not from what a client claims as Host."""
        return settings.SITE_URL + reverse("toolkit:shared-fill", args=[self.token])

    @property
    def side_label(self) -> str:
        return self.document.part_label(self.side)

    @property
    def is_live(self) -> bool:
        # See also ShareLinkQuerySet.live()
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def mail_language(self) -> str:
        """In which language its recipient is written to: their own when it was chosen, else the document's."""
        return self.language or self.document.language

    @property
    def greeted_name(self) -> str:
        """How mails call the recipient. What a stranger typed as a name goes into no mail."""
        return "" if self.passed_on_from_id else self.recipient_name

    @property
    def given_name(self) -> str:
        """The name that need not be asked for again."""
        if self.visit is not None and (self.visit.name or self.visit.is_other):
            return self.visit.name
        return self.respondent_name or self.recipient_name

    @property
    def given_post(self) -> str:
        if self.visit is not None and (self.visit.name or self.visit.is_other):
            return self.visit.post
        return self.respondent_post

    @property
    def writer_name(self) -> str:
        """Who writes through this link, as the history keeps it: not in the language of the form that is open."""
        if self.given_name:
            return self.given_name
        with translation.override(settings.LANGUAGE_CODE):
            return str(_("Somebody with the link"))
