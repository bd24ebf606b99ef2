"""Files with answers in them that came back: a workbook, a PDF, a scan of a paper."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from toolkit.models.response import Response, random_id
from toolkit.models.share_link import ShareLink
from toolkit.states import HandedState, Part, Source


def handed_path(handed: HandedFile, filename: str) -> str:
    """A random name that says nothing; the person's own file name stays in the row."""
    return f"handed/{handed.public_id[:2]}/{handed.public_id}"


class HandedFileQuerySet(models.QuerySet):
    def waiting(self) -> HandedFileQuerySet:
        return self.filter(state=HandedState.WAITING)

    def on_paper(self) -> HandedFileQuerySet:
        return self.filter(kind=Source.PAPER)


class HandedFile(models.Model):
    """A file that was handed in for a response. Nothing of it is in the answers before somebody has agreed.

    ``said`` is what was read in it (exchange/read_back.py) when it came; nothing for a paper, which a person reads.
    ``side`` is whose answers they are: the part of the person who brought it, or for whom a paper is typed in.
    """

    public_id = models.CharField(max_length=32, unique=True, default=random_id, editable=False)
    response = models.ForeignKey(Response, models.CASCADE, related_name="handed")
    kind = models.CharField(max_length=12, choices=[(s.value, s.label) for s in Source if s in Source.files()])
    side = models.CharField(max_length=12, choices=Part)
    file = models.FileField(upload_to=handed_path, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    said = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=HandedState, default=HandedState.WAITING)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    link = models.ForeignKey(ShareLink, models.PROTECT, related_name="+", null=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    n_taken = models.PositiveIntegerField(default=0)
    # Of a paper: who wrote on it, and when
    writer_name = models.CharField(_("name on the paper"), max_length=120, blank=True)
    writer_post = models.CharField(_("post on the paper"), max_length=120, blank=True)
    written_on = models.DateField(_("date on the paper"), null=True, blank=True)

    objects = HandedFileQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("file handed in")
        verbose_name_plural = _("files handed in")
        constraints = [
            models.CheckConstraint(name="handed_state_is_known", condition=Q(state__in=HandedState.values)),
            models.CheckConstraint(
                name="handed_is_decided_exactly_when_it_has_a_date",
                condition=Q(state=HandedState.WAITING, decided_at__isnull=True)
                | Q(state__in=[HandedState.APPLIED, HandedState.DECLINED], decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["response", "sha256"],
                condition=Q(state=HandedState.WAITING),
                name="handed_file_waits_once",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is looked at: with its differences, or for a paper where it is typed in."""
        page = "toolkit:paper-fill" if self.is_paper else "toolkit:handed-detail"
        return reverse(page, args=[self.response.document.reference, self.public_id])

    @property
    def is_paper(self) -> bool:
        return self.kind == Source.PAPER

    @property
    def is_waiting(self) -> bool:
        return self.state == HandedState.WAITING

    @property
    def written_by(self) -> str:
        """Who wrote on the paper, with their post."""
        return ", ".join(filter(None, (self.writer_name, self.writer_post)))

    def says(self) -> dict[str, Any]:
        """What was read in the file, with every part that a reader gives."""
        empty = {"revisions": {}, "originals": {}, "cells": {}, "new_rows": [], "problems": [], "version_hash": ""}
        return {**empty, **self.said}
