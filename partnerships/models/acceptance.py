"""What the parties of an agreement accepted: versions of its content that never change, and their word on them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.agreement_states import AcceptanceMode, Occasion
from partnerships.models.agreement import Agreement, AgreementFile
from partnerships.models.partnership import Participation


class AgreementRevision(models.Model):
    """The text and terms of an agreement as they stood after an edit, with their hash. Added to, never changed.

    ``content`` is what agreement_content.content_of() returns.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of an agreement")
        verbose_name_plural = _("versions of agreements")
        constraints = [models.UniqueConstraint("agreement", "number", name="agreement_revision_number_is_unique")]

    def __str__(self):
        return f"{self.agreement.reference} v{self.number}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A version of an agreement never changes.")
        super().save(*args, **kwargs)


class AcceptanceQuerySet(models.QuerySet):
    def live(self) -> AcceptanceQuerySet:
        # See also Acceptance.is_live
        return self.filter(voided_at__isnull=True)


class Acceptance(models.Model):
    """A party's word that it accepts one version of an agreement. An edit voids it; the row stays."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="acceptances")
    revision = models.ForeignKey(AgreementRevision, models.PROTECT, related_name="acceptances")
    content_hash = models.CharField(max_length=64)
    mode = models.CharField(_("how"), max_length=10, choices=AcceptanceMode)
    signatory_name = models.CharField(_("name of the signatory"), max_length=150)
    signatory_post = models.CharField(_("post or title"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed on"))
    note = models.TextField(_("note"), max_length=1000, blank=True)
    evidence = models.ForeignKey(AgreementFile, models.PROTECT, related_name="+", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(AgreementRevision, models.PROTECT, related_name="voided", null=True, blank=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "participation"],
                condition=Q(voided_at__isnull=True),
                name="party_accepts_an_agreement_once",
                violation_error_message=_("This organization has already accepted."),
            ),
            models.CheckConstraint(name="acceptance_mode_is_known", condition=Q(mode__in=AcceptanceMode.values)),
            models.CheckConstraint(
                name="signature_on_paper_has_its_scan",
                condition=~Q(mode=AcceptanceMode.INK) | Q(evidence__isnull=False),
                violation_error_message=_("Add a scan or photo of the signed page."),
            ),
            models.CheckConstraint(
                name="acceptance_is_voided_by_a_version",
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.signatory_name}, {self.agreement.reference}"

    def save(self, *args, **kwargs):
        if self.pk and set(kwargs.get("update_fields") or ()) != {"voided_at", "voided_by"}:
            raise TypeError("An acceptance can only be voided.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Acceptances are kept.")

    @property
    def is_live(self) -> bool:
        # See also AcceptanceQuerySet.live()
        return self.voided_at is None


class AgreementNotice(models.Model):
    """A reminder that was sent, so that nobody gets it twice. ``for_date`` is the end or review it spoke of."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notices")
    occasion = models.CharField(max_length=10, choices=Occasion)
    for_date = models.DateField()
    days = models.PositiveSmallIntegerField()
    n_recipients = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-sent_at"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint("agreement", "occasion", "for_date", "days", name="notice_is_sent_once"),
        ]

    def __str__(self):
        return f"{self.agreement.reference} {self.days}"
