"""What people offer to the toolkit. Nothing of it is in the library before a curator takes it in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from toolkit.models.library import Tool
from toolkit.models.response import random_id
from toolkit.models.version import ToolVersion
from toolkit.states import Licence, ProposalKind, ProposalState, proposal_can_become


def proposal_path(proposal: Proposal, filename: str) -> str:
    """A random name that says nothing; the sender's own file name stays in the row."""
    return f"proposals/{proposal.public_id[:2]}/{proposal.public_id}"


class ProposalQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ProposalQuerySet:
        """All of them for those who look after the toolkit. Their senders come by the secret address."""
        return self if user.is_curator or user.is_admin else self.none()

    def waiting(self) -> ProposalQuerySet:
        return self.filter(state=ProposalState.WAITING)

    def search(self, words: str) -> ProposalQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(credit__icontains=word))
        return found

    def for_list(self) -> ProposalQuerySet:
        """What waits stands first, the oldest on top; then what was decided, the newest on top."""
        waits = Case(When(state=ProposalState.WAITING, then=Value(0)), default=Value(1))
        since = Case(When(state=ProposalState.WAITING, then="created_at"))
        return (
            self.select_related("user")
            .prefetch_related(Prefetch("tool", Tool.objects.for_list()))
            .defer("text")
            .order_by(waits, since, "-decided_at", "-pk")
        )


class Proposal(models.Model):
    """What anybody offered. Its ``public_id`` is the secret address at which they follow it."""

    public_id = models.CharField(max_length=32, unique=True, default=random_id, editable=False)
    kind = models.CharField(_("what you offer"), max_length=10, choices=ProposalKind)
    tool = models.ForeignKey(Tool, models.CASCADE, related_name="proposals", null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what it is and why it helps"), max_length=10_000)
    file = models.FileField(_("file"), upload_to=proposal_path, max_length=200, blank=True)
    file_name = models.CharField(max_length=150, blank=True)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.CC_BY)
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("How you or your organization should be named.")
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    draft = models.ForeignKey(ToolVersion, models.SET_NULL, related_name="proposals", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(name="proposal_state_is_known", condition=Q(state__in=ProposalState.values)),
            models.CheckConstraint(
                name="proposal_waits_exactly_until_it_is_decided",
                condition=Q(state=ProposalState.WAITING, decided_at__isnull=True)
                | (~Q(state=ProposalState.WAITING) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="change_is_of_a_tool", condition=~Q(kind=ProposalKind.CHANGE) | Q(tool__isnull=False)
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("toolkit:proposal-detail", args=[self.pk])

    @property
    def status_url(self) -> str:
        """The secret address, built from our own and not from what a client claims as Host."""
        return settings.SITE_URL + reverse("toolkit:proposal-status", args=[self.public_id])

    def can_become(self, state: str) -> bool:
        return proposal_can_become(self.state, state)
