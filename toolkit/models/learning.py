"""What is learnt from the use of tools: how often they are looked at, and what people say. Nothing about persons."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
