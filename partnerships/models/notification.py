"""What happened to a person, for their own list and for the mails they asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models.follow_up import Comment, FollowUp
from partnerships.models.partnership import Partnership
from partnerships.states import FollowUpState, NoticeKind


class NotificationQuerySet(models.QuerySet):
    def of(self, user: User) -> NotificationQuerySet:
        """What ``user`` may still be told of: their own, about things that still stand and that they still see."""
        seen = Partnership.objects.visible_to(user)
        theirs = Q(follow_up__owner__user=user, follow_up__state=FollowUpState.OPEN)
        # A due date that was moved makes what was said of the old one wrong.
        timely = ~Q(kind__in=[NoticeKind.DUE, NoticeKind.OVERDUE]) | Q(due_on=F("follow_up__due_on"))
        standing = (theirs & timely) | Q(comment__removed_at__isnull=True, comment__isnull=False)
        return self.filter(user=user).filter(standing, partnership__in=seen)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def unmailed(self) -> NotificationQuerySet:
        return self.filter(mailed_at__isnull=True)

    def for_list(self) -> NotificationQuerySet:
        return self.select_related("partnership", "follow_up", "comment__author").order_by("-at", "-pk")


class Notification(models.Model):
    """One thing a person is told once. It names rows and keeps none of their words: those are read when it is shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    key = models.CharField(max_length=120)
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="+", null=True, blank=True)
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="+", null=True, blank=True)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [models.Index(fields=["user", "-at"])]
        constraints = [
            models.UniqueConstraint("user", "key", name="person_is_told_once"),
            models.CheckConstraint(name="notification_kind_is_known", condition=Q(kind__in=NoticeKind.values)),
            models.CheckConstraint(
                name="notification_names_what_it_is_about",
                condition=Q(kind="waits")
                | Q(kind="mentioned", comment__isnull=False, partnership__isnull=False)
                | Q(kind__in=["assigned", "due", "overdue"], follow_up__isnull=False, partnership__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"
