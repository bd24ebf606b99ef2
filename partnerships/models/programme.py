"""Programmes: what runs several partnerships in the same way."""

from babel.numbers import is_currency
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.models.phase_model import PhaseModel
from partnerships.states import Side


def known_currency(value: str) -> None:
    if not is_currency(value):
        raise ValidationError(
            _("“%(code)s” is not a currency. Write its three letters, such as USD, EUR or KES."),
            code="currency",
            params={"code": value},
        )


class Programme(models.Model):
    """A body of partnerships under one roof; its words for the two sides are used on every page and paper."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    phase_model = models.ForeignKey(
        PhaseModel, models.PROTECT, related_name="programmes", verbose_name=_("usual phase model")
    )
    currency = models.CharField(_("base currency"), max_length=3, default="USD", validators=[known_currency])
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

    class Meta:
        ordering = ["name"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:programme-edit", args=[self.slug])

    def side_label(self, side: str) -> str:
        own = {Side.HOST: self.host_label, Side.RESOURCE: self.resource_label}.get(side, "")
        return own or str(Side(side).label)
