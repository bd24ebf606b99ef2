"""Handovers: what one person gave to the next, and what they told them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.models.contact import Contact
from partnerships.models.partnership import Partnership
from partnerships.states import Side, TeamRole


class Handover(models.Model):
    """One handing over, as it was. Rows are added and read, never changed.

    ``content`` is a list of groups {kind, label, rows}, whose rows are {title, detail, due_on, url, is_given}: all that
    was open for the giver on that day, ``is_given`` where the taker has it now. An activity also has {number, side,
    given_by, given_to}, the keys of the memberships that owned it before and after.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(Contact, models.PROTECT, related_name="handovers_given", verbose_name=_("from"))
    taker = models.ForeignKey(Contact, models.PROTECT, related_name="handovers_taken", verbose_name=_("to"))
    side = models.CharField(_("side"), max_length=10, choices=Side)
    role = models.CharField(_("role"), max_length=20, choices=TeamRole)
    ends_role = models.BooleanField(_("the giver’s role ends"))
    people = models.TextField(_("people to know"), max_length=4000, blank=True)
    promises = models.TextField(_("promises made"), max_length=4000, blank=True)
    files = models.TextField(_("where things are"), max_length=4000, blank=True)
    content = models.JSONField(default=list, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.CheckConstraint(
                name="handover_is_between_two_people",
                condition=~Q(giver=F("taker")),
                violation_error_message=_("Nobody hands over to themselves."),
            ),
            models.CheckConstraint(name="handover_side_is_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="handover_role_is_known", condition=Q(role__in=TeamRole.values)),
        ]

    def __str__(self):
        return _("Handover from %(giver)s to %(taker)s") % {"giver": self.giver, "taker": self.taker}

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("What was handed over is not rewritten.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("partnerships:handover-detail", args=[self.partnership.slug, self.pk])
