"""What is learnt from the use of tools: how often they are looked at, and what people say. Nothing about persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Avg, Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from toolkit.models.library import Tool


class ToolDay(models.Model):
    """How often a tool was opened on one day, and how often it was tried out. Counts, and nobody's."""

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="days")
    on = models.DateField()
    n_opened = models.PositiveIntegerField(default=0)
    n_tried = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["tool", "on"]
        verbose_name = _("day of a tool")
        verbose_name_plural = _("days of tools")
        constraints = [models.UniqueConstraint("tool", "on", name="tool_is_counted_once_a_day")]

    def __str__(self):
        return f"{self.tool_id} {self.on}"


@dataclass(frozen=True, kw_only=True)
class Rating:
    """The mean of ``count`` ratings from 1 to 5."""

    mean: float
    count: int


class FeedbackQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> FeedbackQuerySet:
        """All of it, hidden or not, for those who look after the toolkit; a tool's page shows what is published."""
        return self if user.is_curator or user.is_admin else self.none()

    def published(self) -> FeedbackQuerySet:
        return self.filter(is_hidden=False)

    def search(self, words: str) -> FeedbackQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(text__icontains=word) | Q(name__icontains=word))
        return found

    def for_list(self) -> FeedbackQuerySet:
        return self.select_related("user", "answered_by").prefetch_related(Prefetch("tool", Tool.objects.for_list()))

    def ratings(self) -> FeedbackQuerySet:
        """The ratings that count: of what is published, from each person with an account the last one of a tool."""
        later = self.model.objects.published().filter(
            tool=OuterRef("tool"), user=OuterRef("user"), rating__isnull=False, pk__gt=OuterRef("pk")
        )
        return self.published().filter(rating__isnull=False).exclude(Exists(later))

    def rating_of(self, tools: Iterable[Tool]) -> dict[int, Rating]:
        """The rating of each of ``tools`` that has one, by its key, in one query."""
        rows = (
            self.ratings().filter(tool__in=tools).order_by().values("tool").annotate(mean=Avg("rating"), n=Count("pk"))
        )
        return {row["tool"]: Rating(mean=float(row["mean"]), count=row["n"]) for row in rows}


class Feedback(models.Model):
    """What somebody thinks of a tool: a rating, words, or both. A curator may answer or hide it."""

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="feedback")
    version_number = models.PositiveIntegerField()
    rating = models.PositiveSmallIntegerField(
        _("rating"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    text = models.TextField(_("what you think"), max_length=4000, blank=True)
    name = models.CharField(_("your name"), max_length=150, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.CheckConstraint(
                name="rating_is_from_one_to_five", condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5)
            ),
            models.CheckConstraint(name="feedback_says_something", condition=Q(rating__isnull=False) | ~Q(text="")),
        ]

    def __str__(self):
        return f"{self.tool} {self.rating or ''}".strip()
