"""A tool put to work in a partnership."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models import Organization, Partnership
from toolkit.models.version import ToolVersion
from toolkit.states import FILLABLE, DocumentState, Mode, Part, ResponseState


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> DocumentQuerySet:
        """The documents of the partnerships that ``user`` may know."""
        return self.filter(partnership__in=Partnership.objects.visible_to(user))

    def search(self, words: str) -> DocumentQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(title__icontains=word) | Q(reference__icontains=word) | Q(partnership__name__icontains=word)
            )
        return found

    def for_list(self) -> DocumentQuerySet:
        return (
            self.select_related("partnership", "version__tool__section", "version__tool__base__base", "organization")
            .defer("version__definition")
            .annotate(
                n_responses=Count("responses", distinct=True),
                n_submitted=Count("responses", filter=Q(responses__state=ResponseState.SUBMITTED), distinct=True),
            )
            .order_by("-started_at", "-pk")
        )


class Document(models.Model):
    """A document of a partnership, on the version of the tool it was started on until a coordinator moves it."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="documents")
    version = models.ForeignKey(ToolVersion, models.PROTECT, related_name="documents")
    reference = models.CharField(_("reference"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="documents",
        verbose_name=_("about this organization"),
        null=True,
        blank=True,
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    due_on = models.DateField(_("due date"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=DocumentState, default=DocumentState.ASSIGNED)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    return_reason = models.TextField(_("what should change"), max_length=2000, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(name="document_state_is_known", condition=Q(state__in=DocumentState.values)),
            models.CheckConstraint(name="document_mode_is_known", condition=Q(mode__in=Mode.values)),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("toolkit:document-detail", args=[self.reference])

    @property
    def is_fillable(self) -> bool:
        return self.state in FILLABLE and self.partnership.is_open

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.is_fillable and self.due_on < timezone.localdate()

    @property
    def parts(self) -> tuple[str, ...]:
        """Who has a part to submit, in order. A single document has one part that anybody may submit."""
        if self.mode == Mode.SINGLE:
            return ("",)
        if self.mode == Mode.EACH:
            return (Part.HOST, Part.RESOURCE)
        sides = {item.side for item in self.version.form.items}
        return (Part.HOST, Part.RESOURCE, *([Part.COORDINATOR] if Part.COORDINATOR in sides else []))

    def part_label(self, part: str) -> str:
        """The name of a part in the words of this partnership; empty for the only part of a single document."""
        if part in (Part.HOST, Part.RESOURCE):
            return self.partnership.side_label(part)
        return str(Part(part).label) if part else ""
