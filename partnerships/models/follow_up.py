"""What somebody promised to do, and what people say about it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models.about import AboutSomething
from partnerships.models.contact import Contact
from partnerships.models.partnership import Partnership, TeamMember
from partnerships.states import FollowUpState, Priority

EDIT_WINDOW = timedelta(minutes=30)
LONGEST_COMMENT = 4000


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> FollowUpQuerySet:
        """The follow-ups of the partnerships that ``user`` may know."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def open(self) -> FollowUpQuerySet:
        return self.filter(state=FollowUpState.OPEN)

    def owned_by(self, user: User) -> FollowUpQuerySet:
        return self.filter(owner__user=user)

    def overdue(self) -> FollowUpQuerySet:
        # See also FollowUp.is_overdue
        return self.open().filter(due_on__lt=timezone.localdate())

    def without_owner(self) -> FollowUpQuerySet:
        """Open ones whose owner has left the team meanwhile; the responsible coordinator need not be on it."""
        on_team = TeamMember.objects.current().filter(partnership=OuterRef("partnership"), contact=OuterRef("owner"))
        responsible = Q(owner__user=F("partnership__coordinator"))
        return self.open().exclude(responsible & Q(owner__user__isnull=False)).filter(~Exists(on_team))

    def search(self, words: str) -> FollowUpQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(title__icontains=word) | Q(details__icontains=word) | Q(owner__name__icontains=word))
        return found

    def for_list(self) -> FollowUpQuerySet:
        """What is open first, the most pressing on top; then what was closed, the newest on top."""
        is_open = Case(When(state=FollowUpState.OPEN, then=Value(0)), default=Value(1))
        weight = Case(*(When(priority=each, then=Value(n)) for n, each in enumerate(Priority)), default=Value(9))
        return self.select_related("partnership__programme", "owner", "created_by", "closed_by").order_by(
            is_open, F("due_on").asc(nulls_last=True), weight, "-closed_at", "pk"
        )


class FollowUp(AboutSomething):
    """Something to be done by one person, about the smallest thing it concerns."""

    title = models.CharField(_("what is to be done"), max_length=200)
    details = models.TextField(_("details"), max_length=4000, blank=True)
    owner = models.ForeignKey(Contact, models.PROTECT, related_name="follow_ups", verbose_name=_("who does it"))
    due_on = models.DateField(_("due date"), null=True, blank=True)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.NORMAL)
    state = models.CharField(_("state"), max_length=10, choices=FollowUpState, default=FollowUpState.OPEN)
    reason = models.TextField(_("reason"), max_length=2000, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(fields=["partnership", "state", "due_on"]),
            models.Index(fields=["subject_type", "subject_id"]),
        ]
        constraints = [
            models.CheckConstraint(name="follow_up_state_is_known", condition=Q(state__in=FollowUpState.values)),
            models.CheckConstraint(name="follow_up_priority_is_known", condition=Q(priority__in=Priority.values)),
            models.CheckConstraint(
                name="follow_up_is_closed_exactly_when_it_has_a_closing_time",
                condition=Q(state="open", closed_at__isnull=True, closed_by__isnull=True)
                | Q(state__in=["done", "dropped"], closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="follow_up_is_dropped_with_a_reason",
                condition=~Q(state="dropped") | ~Q(reason=""),
                violation_error_message=_("Please say why it is dropped."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:follow-up-detail", args=[self.partnership.slug, self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == FollowUpState.OPEN

    @property
    def is_overdue(self) -> bool:
        # See also FollowUpQuerySet.overdue()
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()


class Comment(AboutSomething):
    """What somebody says about a thing. A removed one leaves its place and loses its words."""

    text = models.TextField(_("comment"), max_length=LONGEST_COMMENT, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments", editable=False)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["partnership", "-created_at"]),
            models.Index(fields=["subject_type", "subject_id", "created_at"]),
            models.Index(fields=["author", "-created_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="comment_has_words_until_it_is_removed",
                condition=(Q(removed_at__isnull=True, removed_by__isnull=True) & ~Q(text=""))
                | Q(removed_at__isnull=False, removed_by__isnull=False, text=""),
                violation_error_message=_("Write something first."),
            ),
        ]

    def __str__(self):
        return f"{self.author} {self.created_at:%Y-%m-%d}"

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def edit_ends_at(self):
        return self.created_at + EDIT_WINDOW

    @property
    def may_still_be_edited(self) -> bool:
        return not self.is_removed and timezone.now() < self.edit_ends_at
