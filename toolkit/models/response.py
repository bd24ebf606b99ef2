"""The answers of a document, every change to them, and what was submitted."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from toolkit.models.document import Document
from toolkit.models.share_link import ShareLink
from toolkit.states import AGREED, Part, ResponseState, Source


class ResponseQuerySet(models.QuerySet):
    def with_submitted_parts(self) -> ResponseQuerySet:
        """Which parts are handed in, without a query of its own: see ``actions.saving.submitted_parts``."""
        handed_in = PartSubmission.objects.filter(response=OuterRef("pk"))
        return self.annotate(**{f"has_{p or 'whole'}": Exists(handed_in.filter(part=p)) for p in ("", *Part.values)})

    def with_receipt(self, key: str, body_hash: str) -> ResponseQuerySet:
        """``given``: what was answered to exactly this post before; None when it was not taken yet."""
        taken = PostReceipt.objects.filter(response=OuterRef("pk"), key=key, body_hash=body_hash)
        return self.annotate(given=Subquery(taken.values("answer")[:1]))


class Response(models.Model):
    """The answers to one document: one response for all, one for each side (and one that both agree on), or one for
    each of many people.

    ``side``: the side that answers on its own, or ``AGREED``. ``respondent``: which of many people, as a random word;
    empty elsewhere. What they call themselves is in ``respondent_name`` and ``respondent_post``, never without names.

    ``answers``: ``{item id: value}``, tables as lists of rows with ``_row`` ids (docs/toolkit-language.md, "Answers").
    ``revisions``: ``{cell: number}``, raised by one at every change of that cell; absent means 0.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="responses")
    side = models.CharField(max_length=12, choices=[*Part.choices, (AGREED, _("Agreed version"))], blank=True)
    respondent = models.CharField(max_length=24, blank=True, editable=False)
    respondent_name = models.CharField(max_length=150, blank=True, editable=False)
    respondent_post = models.CharField(max_length=150, blank=True, editable=False)
    answers = models.JSONField(default=dict)
    revisions = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=ResponseState, default=ResponseState.DRAFT)
    changed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["document", "side"]
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.UniqueConstraint("document", "side", "respondent", name="respondent_answers_a_document_once"),
            models.CheckConstraint(
                name="response_is_submitted_exactly_when_it_has_a_date",
                condition=Q(state=ResponseState.DRAFT, submitted_at__isnull=True)
                | Q(state=ResponseState.SUBMITTED, submitted_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["document", "state"], name="response_by_state_here")]

    def __str__(self):
        return f"{self.document.reference} {self.side}".strip()

    @property
    def n_changes(self) -> int:
        """How many changes its history holds: each raised one revision by one."""
        return sum(self.revisions.values())


class AnswerChange(models.Model):
    """One change of one cell: who, on whose behalf, what was there and what stands now. Added to, never changed."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="changes")
    cell = models.CharField(max_length=200)
    revision = models.PositiveIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    link = models.ForeignKey(ShareLink, models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=200)
    side = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=12, choices=Source)
    # The workbook, PDF or paper that it was taken from
    handed = models.ForeignKey("toolkit.HandedFile", models.PROTECT, related_name="changes", null=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change of an answer")
        verbose_name_plural = _("changes of answers")
        constraints = [models.UniqueConstraint("response", "cell", "revision", name="cell_revision_happens_once")]

    def __str__(self):
        return f"{self.cell} r{self.revision}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("Changes are only added.")
        super().save(*args, **kwargs)


class PartSubmission(models.Model):
    """A side's word that its part is finished. Returning the document removes it."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="part_submissions")
    part = models.CharField(max_length=12, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    link = models.ForeignKey(ShareLink, models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=200)
    reason = models.CharField(
        max_length=500, blank=True, help_text="Why the coordinator went on without this side; empty otherwise."
    )
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("submitted part")
        verbose_name_plural = _("submitted parts")
        constraints = [models.UniqueConstraint("response", "part", name="part_is_submitted_once")]

    def __str__(self):
        return f"{self.response} {self.part}"


class Submission(models.Model):
    """What was submitted, for ever: the relevant answers with their calculated values, and the hash of both."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    calculated = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    # What the head of the paper said that day (rendering/head.py); empty for what was submitted before it was kept.
    head = models.JSONField(default=dict)
    name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["response", "number"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [models.UniqueConstraint("response", "number", name="submission_number_is_unique")]

    def __str__(self):
        return f"{self.response} #{self.number}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A submission never changes.")
        super().save(*args, **kwargs)


class PostReceipt(models.Model):
    """A form post that was taken, by the key its page carried: the same post again changes nothing.

    ``answer``: what an autosave was told, told again when its post comes again; None for the post of a whole page.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="receipts")
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    answer = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint("response", "key", "body_hash", name="post_is_taken_once")]

    def __str__(self):
        return self.key


def attachment_path(attachment: Attachment, filename: str) -> str:
    """A random name that says nothing; the person's own file name stays in the row."""
    return f"attachments/{attachment.public_id[:2]}/{attachment.public_id}"


def random_id() -> str:
    return secrets.token_urlsafe(18)


class Attachment(models.Model):
    """A file given as an answer. Served only by views that ask who is asking, and only as a download."""

    public_id = models.CharField(max_length=32, unique=True, default=random_id, editable=False)
    response = models.ForeignKey(Response, models.CASCADE, related_name="attachments")
    cell = models.CharField(max_length=200)
    file = models.FileField(upload_to=attachment_path, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self):
        return self.name
