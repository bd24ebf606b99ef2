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
from toolkit.states import LinkScope, Part

SALT = "toolkit.share-link"
SIGNATURE_LENGTH = 32  # characters of 31: more than 158 bits
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else on paper


def short_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _position in range(10))


class ShareLinkQuerySet(models.QuerySet):
    def live(self) -> ShareLinkQuerySet:
        # See also ShareLink.is_live
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())

    def from_token(self, token: str) -> ShareLink:
        """The link that ``token`` names, live or over, or DoesNotExist when the token is not one of ours."""
        public_id, _dot, signature = token.partition("-")
        link = (
            self.select_related("document__partnership__programme", "document__version__tool")
            .filter(public_id=public_id)
            .first()
        )
        if link is None or not constant_time_compare(signature, link.signature):
            raise self.model.DoesNotExist
        return link


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

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints = [
            models.CheckConstraint(name="share_link_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(name="share_link_side_is_known", condition=Q(side__in=["host", "resource"])),
        ]

    def __str__(self):
        return f"{self.document.reference} {self.side}"

    @property
    def signature(self) -> str:
        digest = salted_hmac(SALT, self.public_id, algorithm="sha256").digest()
        number = int.from_bytes(digest, "big")
        letters = []
        for _position in range(SIGNATURE_LENGTH):
            number, rest = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[rest])
        return "".join(letters)

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
    def writer_name(self) -> str:
        """Who writes through this link, as the history keeps it: not in the language of the form that is open."""
        if self.respondent_name or self.recipient_name:
            return self.respondent_name or self.recipient_name
        with translation.override(settings.LANGUAGE_CODE):
            return str(_("Somebody with the link"))
