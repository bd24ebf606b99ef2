"""What reviewers decided about a document, what they returned, and what people say about single questions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from toolkit.models.document import Document
from toolkit.models.response import Response
from toolkit.models.share_link import ShareLink
from toolkit.states import DecisionKind, Part

REASON_LENGTH = 2000  # characters of a reason, and of a comment


class Decision(models.Model):
    """A document was returned, accepted, or reopened after that. Added to, never changed."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind)
    reason = models.TextField(max_length=REASON_LENGTH, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(name="decision_kind_is_known", condition=Q(kind__in=DecisionKind.values)),
            models.CheckConstraint(
                name="decision_to_reopen_says_why", condition=~Q(kind=DecisionKind.REOPENED) | ~Q(reason="")
            ),
        ]

    def __str__(self):
        return f"{self.document_id} {self.kind}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("Decisions are only added.")
        super().save(*args, **kwargs)


class ReturnedPointQuerySet(models.QuerySet):
    def open(self) -> ReturnedPointQuerySet:
        return self.filter(mended_at__isnull=True)


class ReturnedPoint(models.Model):
    """One place of a response that must be looked at again. A response without any open one was returned whole.

    ``place`` is the id of a question outside tables, of a table, of a group, or the name of a part.
    """

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="points")
    response = models.ForeignKey(Response, models.CASCADE, related_name="returned_points")
    place = models.CharField(max_length=80)
    reason = models.CharField(max_length=REASON_LENGTH)
    mended_at = models.DateTimeField(null=True, blank=True)

    objects = ReturnedPointQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("returned question")
        verbose_name_plural = _("returned questions")
        constraints = [
            models.UniqueConstraint("decision", "response", "place", name="place_is_returned_once_in_a_decision"),
            models.CheckConstraint(name="returned_place_says_why", condition=~Q(reason="") & ~Q(place="")),
        ]

    def __str__(self):
        return f"{self.response_id} {self.place}"


class FieldCommentQuerySet(models.QuerySet):
    def unresolved(self) -> FieldCommentQuerySet:
        # See also FieldComment.is_open
        return self.filter(parent__isnull=True, resolved_at__isnull=True)


class FieldComment(models.Model):
    """What somebody says about one question: a remark, or with ``parent`` the answer to one. Words never change.

    ``cell`` is the id of a question outside tables or of a table, or a row of one (``r_x/<row>``).
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="comments")
    cell = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.CASCADE, related_name="replies", null=True, blank=True)
    text = models.TextField(_("comment"), max_length=REASON_LENGTH)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    link = models.ForeignKey(ShareLink, models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=200)
    side = models.CharField(max_length=12, blank=True, choices=Part)
    at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)

    objects = FieldCommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("comment on a question")
        verbose_name_plural = _("comments on questions")
        indexes = [
            models.Index(fields=["at"], condition=Q(told_at__isnull=True), name="field_comment_to_tell"),
        ]
        constraints = [
            models.CheckConstraint(
                name="field_comment_is_by_a_user_or_a_link",
                condition=Q(user__isnull=False, link__isnull=True) | Q(user__isnull=True, link__isnull=False),
            ),
            models.CheckConstraint(
                name="field_comment_is_resolved_by_somebody",
                condition=Q(resolved_at__isnull=True, resolved_by="")
                | (Q(resolved_at__isnull=False, parent__isnull=True) & ~Q(resolved_by="")),
            ),
        ]

    def __str__(self):
        return f"{self.cell}: {self.name}"

    def save(self, *args, **kwargs):
        if self.pk and not set(kwargs.get("update_fields") or ["text"]) <= {"resolved_at", "resolved_by", "told_at"}:
            raise TypeError("What was said stays as it is.")
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        # See also FieldCommentQuerySet.unresolved()
        return self.parent_id is None and self.resolved_at is None

    @property
    def place(self) -> str:
        """The question or table beside which it stands."""
        return self.cell.partition("/")[0]
