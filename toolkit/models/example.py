"""A filled response beside a tool, so that people see what a good one looks like."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from toolkit.models.library import Tool
from toolkit.schema.definition import tr


class WorkedExample(models.Model):
    """One filled and invented response to a tool. ``answers`` are those of a document: ``{item id: value}``.

    Answers hang on ids, so an example outlives the version of the tool it was written for. ``partnership`` is the
    invented one that the text of a document speaks of, as an example's file writes it.
    """

    tool = models.OneToOneField(Tool, models.CASCADE, related_name="example")
    titles = models.JSONField(default=dict)
    abouts = models.JSONField(default=dict)
    language = models.CharField(max_length=12, default="en")
    answers = models.JSONField(default=dict)
    partnership = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("worked example")
        verbose_name_plural = _("worked examples")

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        return tr(self.titles, get_language() or "en")

    @property
    def about(self) -> str:
        return tr(self.abouts, get_language() or "en")
