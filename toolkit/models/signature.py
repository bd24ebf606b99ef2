"""Who signed what was submitted: a party's word, bound to the hash of exactly that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from toolkit.models.response import Response, Submission, random_id
from toolkit.models.share_link import ShareLink
from toolkit.states import Part, SignedHow, VoidedBy

VOIDING = frozenset({"voided_at", "voided_by", "voided_by_name"})
CODE_LENGTH = 12  # of the hash, as people read it


def scan_path(signature: Signature, filename: str) -> str:
    """A random name that says nothing; the person's own file name stays in the row."""
    return f"signatures/{signature.public_id[:2]}/{signature.public_id}"


class SignatureQuerySet(models.QuerySet):
    def live(self) -> SignatureQuerySet:
        # See also Signature.is_live
        return self.filter(voided_at__isnull=True)


class Signature(models.Model):
    """A party signed one submission in the place that the form has for it. Any later change voids it; the row stays.

    ``cell`` is the signature question (in a table ``r_x/<row>/f_y``); ``content_hash`` that of the submission.
    """

    response = models.ForeignKey(Response, models.PROTECT, related_name="signatures")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="signatures")
    public_id = models.CharField(max_length=32, unique=True, default=random_id, editable=False)
    cell = models.CharField(max_length=200)
    side = models.CharField(max_length=12, blank=True, choices=Part)
    how = models.CharField(max_length=10, choices=SignedHow)
    signer = models.CharField(_("name of the person who signs"), max_length=200)
    post = models.CharField(_("post"), max_length=200, blank=True)
    organization = models.CharField(_("organization"), max_length=200, blank=True)
    signed_on = models.DateField(_("signed on"))
    has_consented = models.BooleanField()
    content_hash = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    link = models.ForeignKey(ShareLink, models.PROTECT, related_name="+", null=True)
    entered_by = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    scan = models.FileField(upload_to=scan_path, max_length=200, blank=True)
    scan_name = models.CharField(max_length=150, blank=True)
    scan_type = models.CharField(max_length=100, blank=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=10, choices=VoidedBy, blank=True)
    voided_by_name = models.CharField(max_length=200, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["response", "cell"], condition=Q(voided_at__isnull=True), name="place_is_signed_once"
            ),
            models.CheckConstraint(name="signature_is_given_with_consent", condition=Q(has_consented=True)),
            models.CheckConstraint(name="signature_way_is_known", condition=Q(how__in=SignedHow.values)),
            models.CheckConstraint(
                name="signature_on_paper_has_its_scan_attached",
                condition=(Q(how=SignedHow.SCAN) & ~Q(scan="") & ~Q(scan_sha256=""))
                | (~Q(how=SignedHow.SCAN) & Q(scan="")),
            ),
            models.CheckConstraint(
                name="void_signature_says_what_voided_it",
                condition=Q(voided_at__isnull=True, voided_by="") | (Q(voided_at__isnull=False) & ~Q(voided_by="")),
            ),
        ]

    def __str__(self):
        return f"{self.signer}, {self.cell}"

    def save(self, *args, **kwargs):
        if self.pk and not set(kwargs.get("update_fields") or ["cell"]) <= VOIDING:
            raise TypeError("A signature can only be voided.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Signatures are kept.")

    @property
    def is_live(self) -> bool:
        # See also SignatureQuerySet.live()
        return self.voided_at is None

    @property
    def code(self) -> str:
        """The start of the hash of what was signed, as it stands on paper too."""
        return self.content_hash[:CODE_LENGTH]
