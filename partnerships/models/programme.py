"""Programmes: what runs several partnerships in the same way, and who works for it."""

from __future__ import annotations

from babel.numbers import is_currency
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.award_states import StaffRole
from partnerships.models.organization import Organization
from partnerships.models.phase_model import PhaseModel
from partnerships.states import Side


def known_currency(value: str) -> None:
    if not is_currency(value):
        raise ValidationError(
            _("“%(code)s” is not a currency. Write its three letters, such as USD, EUR or KES."),
            code="currency",
            params={"code": value},
        )


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ProgrammeQuerySet:
        """Administrators see all; others those they work for, and those of the partnerships that they see."""
        if user.is_admin:
            return self
        from partnerships.models.partnership import Partnership  # which stands on programmes itself

        staffed = ProgrammeStaff.objects.current().filter(user=user)
        seen = Partnership.objects.visible_to(user).filter(programme__isnull=False)
        return self.filter(Q(pk__in=staffed.values("programme")) | Q(pk__in=seen.values("programme")))


class Programme(models.Model):
    """A body of partnerships under one roof; its words for the two sides are used on every page and paper."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    phase_model = models.ForeignKey(
        PhaseModel, models.PROTECT, related_name="programmes", verbose_name=_("usual phase model")
    )
    currency = models.CharField(_("base currency"), max_length=3, default="USD", validators=[known_currency])
    purpose = models.TextField(_("what it is for"), max_length=4000, blank=True)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="programmes",
        verbose_name=_("organization that runs it"),
        null=True,
        blank=True,
    )
    host_label = models.CharField(_("name of the host side"), max_length=60, blank=True)
    resource_label = models.CharField(_("name of the resource side"), max_length=60, blank=True)
    clearance_above = models.DecimalField(
        _("clears exchanges above"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_(
            "An exchange that is planned to cost more than this, in the base currency, is cleared by the programme "
            "after both sides approved. Empty: as this installation is set up."
        ),
    )

    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:programme-detail", args=[self.slug])

    def side_label(self, side: str) -> str:
        own = {Side.HOST: self.host_label, Side.RESOURCE: self.resource_label}.get(side, "")
        return own or str(Side(side).label)


class ProgrammeStaffQuerySet(models.QuerySet):
    def current(self) -> ProgrammeStaffQuerySet:
        return self.filter(ends_on__isnull=True)


class ProgrammeStaff(models.Model):
    """Somebody who works for a programme: they read all its partnerships; managers also look after its awards."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="staff")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="programme_roles", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=StaffRole)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = ProgrammeStaffQuerySet.as_manager()

    class Meta:
        ordering = ["role", "starts_on", "pk"]
        verbose_name = _("member of the staff")
        verbose_name_plural = _("staff")
        constraints = [
            models.CheckConstraint(name="staff_role_is_known", condition=Q(role__in=StaffRole.values)),
            models.UniqueConstraint(
                fields=["programme", "user"],
                condition=Q(ends_on__isnull=True),
                name="person_works_for_a_programme_once_at_a_time",
                violation_error_message=_("This person already works for this programme."),
            ),
            models.CheckConstraint(
                name="staff_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The role cannot end before it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}"
