"""Meetings, calls and online sessions: who took part for how long, what was decided, and what they wrote down."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.contribution_states import MeetingKind
from partnerships.models.contact import Contact
from partnerships.models.partnership import Partnership

LONGEST = 24 * 60


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> MeetingQuerySet:
        """The meetings of the partnerships that ``user`` may know."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def for_list(self) -> MeetingQuerySet:
        return self.select_related("partnership__programme").order_by("-starts_at", "-pk")


class Meeting(models.Model):
    """People of a partnership who talked or worked together, from ``starts_at`` for ``minutes``."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="meetings")
    title = models.CharField(_("what it was about"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind, default=MeetingKind.CALL)
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(
        _("how many minutes"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
        help_text=_("From the beginning to the end, breaks left out."),
    )
    place = models.CharField(_("place or link"), max_length=200, blank=True)
    decisions = models.TextField(_("decisions"), max_length=4000, blank=True, help_text=_("One a line."))
    notes = models.TextField(_("minutes of the meeting"), max_length=20_000, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        indexes = [models.Index(fields=["partnership", "-starts_at"])]
        constraints = [
            models.CheckConstraint(name="meeting_kind_is_known", condition=Q(kind__in=MeetingKind.values)),
            models.CheckConstraint(
                name="meeting_lasts_a_minute_to_a_day",
                condition=Q(minutes__gte=1, minutes__lte=LONGEST),
                violation_error_message=_("Write from 1 to 1440 minutes."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:meeting-detail", args=[self.partnership.slug, self.pk])

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


class Attendee(models.Model):
    """Who took part, for how many minutes from the beginning, and in which role."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="meetings", verbose_name=_("person"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    role = models.CharField(_("role"), max_length=80, blank=True)

    class Meta:
        ordering = ["contact__name", "pk"]
        verbose_name = _("participant of a meeting")
        verbose_name_plural = _("participants of meetings")
        constraints = [
            models.UniqueConstraint("meeting", "contact", name="contact_takes_part_in_a_meeting_once"),
            models.CheckConstraint(
                name="attendee_was_there_for_a_minute_to_a_day", condition=Q(minutes__gte=1, minutes__lte=LONGEST)
            ),
        ]

    def __str__(self):
        return f"{self.contact}, {self.minutes}"
