"""Passport, insurance, emergency contact and health of a traveller: sealed, for few eyes, and not for long."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.exchange_states import TravelDataEvent
from partnerships.models.exchange import Exchange
from partnerships.models.traveller import Traveller


class TravelData(models.Model):
    """What partnerships/travel_seal.py sealed. Nothing here can be read, searched or exported as it lies."""

    traveller = models.OneToOneField(Traveller, models.CASCADE, related_name="travel_data")
    sealed = models.TextField()
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("travel data")
        verbose_name_plural = _("travel data")

    def __str__(self):
        return f"{self.pk}"


class TravelDataReader(models.Model):
    """A person who may read and write one traveller's data, and who named them."""

    traveller = models.ForeignKey(Traveller, models.CASCADE, related_name="data_readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reader of travel data")
        verbose_name_plural = _("readers of travel data")
        constraints = [
            models.UniqueConstraint(
                "traveller",
                "user",
                name="reader_is_named_once",
                violation_error_message=_("This person is named already."),
            )
        ]

    def __str__(self):
        return str(self.user)


class TravelDataLog(models.Model):
    """Each reading, change and deletion. Rows are added and read, never changed; they outlive the data."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="data_log")
    traveller = models.ForeignKey(Traveller, models.SET_NULL, related_name="data_log", null=True)
    traveller_name = models.CharField(max_length=150)
    event = models.CharField(max_length=10, choices=TravelDataEvent)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    by_name = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("reading of travel data")
        verbose_name_plural = _("readings of travel data")
        constraints = [
            models.CheckConstraint(name="travel_data_event_is_known", condition=Q(event__in=TravelDataEvent.values))
        ]

    def __str__(self):
        return f"{self.event} {self.traveller_name}"
