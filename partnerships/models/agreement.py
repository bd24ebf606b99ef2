"""Agreements of a partnership: what was agreed, by whom, for how long. See also acceptance.py."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.agreement_states import (
    AGREED,
    EDITABLE,
    EXPIRING_DAYS,
    AgreementKind,
    AgreementState,
    Relation,
)
from partnerships.models.contact import Contact
from partnerships.models.partnership import Participation, Partnership


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AgreementQuerySet:
        """The agreements of the partnerships that ``user`` may know."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def in_force(self) -> AgreementQuerySet:
        # See also Agreement.standing
        today = timezone.localdate()
        begun = Q(state=AgreementState.IN_FORCE) | Q(state=AgreementState.SIGNED, in_force_on__lte=today)
        not_ended = Q(terminates_on__isnull=True) | Q(terminates_on__gt=today)
        return self.filter(begun, not_ended, Q(runs_until__isnull=True) | Q(runs_until__gte=today))

    def search(self, words: str) -> AgreementQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(title__icontains=word) | Q(reference__icontains=word) | Q(partnership__name__icontains=word)
            )
        return found

    def for_list(self) -> AgreementQuerySet:
        """With ``n_required`` and ``n_accepted``: how many parties must sign, and how many of those have."""
        live = Q(parties__participation__acceptances__agreement=F("pk"))
        live &= Q(parties__participation__acceptances__voided_at__isnull=True)
        required = Q(parties__is_required=True)
        return (
            self.select_related("parent")
            .annotate(
                n_required=Count("parties", filter=required, distinct=True),
                n_accepted=Count("parties", filter=required & live, distinct=True),
            )
            .order_by("-created_at", "-pk")
        )


class Agreement(models.Model):
    """Something that organizations of a partnership sign: a memorandum, a letter, a contract.

    ``starts_on`` … ``review_on`` are terms that were signed and never change afterwards; ``runs_until`` and
    ``look_again_on`` are what holds now, after amendments and notice of termination.
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="agreements")
    reference = models.CharField(_("reference"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=AgreementKind, default=AgreementKind.MEMORANDUM)
    title = models.CharField(_("title"), max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, related_name="successors", null=True, blank=True, editable=False)
    relation = models.CharField(max_length=12, choices=Relation, blank=True, editable=False)
    based_on = models.ForeignKey(
        "AgreementRevision", models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    starts_on = models.DateField(
        _("start date"), null=True, blank=True, help_text=_("Empty: on the day of the last signature.")
    )
    ends_on = models.DateField(_("end date"), null=True, blank=True, help_text=_("Empty: it has no end."))
    review_on = models.DateField(
        _("review date"),
        null=True,
        blank=True,
        help_text=_("The day on which the parties look at it again. Needed when there is no end date."),
    )
    notice_days = models.PositiveSmallIntegerField(
        _("notice period in days"), null=True, blank=True, help_text=_("How long before leaving a party must say so.")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=AgreementState, default=AgreementState.DRAFT, editable=False
    )
    content_hash = models.CharField(max_length=64, editable=False)
    in_force_on = models.DateField(_("in force since"), null=True, blank=True, editable=False)
    runs_until = models.DateField(null=True, blank=True, editable=False)
    look_again_on = models.DateField(null=True, blank=True, editable=False)
    terminates_on = models.DateField(_("ends early on"), null=True, blank=True, editable=False)
    end_reason = models.TextField(_("reason"), max_length=2000, blank=True, editable=False)
    obligations = models.TextField(_("obligations that remain"), max_length=4000, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(name="agreement_state_is_known", condition=Q(state__in=AgreementState.values)),
            models.CheckConstraint(name="agreement_kind_is_known", condition=Q(kind__in=AgreementKind.values)),
            models.CheckConstraint(
                name="agreement_ends_after_it_starts",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The end date must be after the start date."),
            ),
            models.CheckConstraint(
                name="agreement_is_reviewed_after_it_starts",
                condition=Q(starts_on__isnull=True) | Q(review_on__isnull=True) | Q(review_on__gt=F("starts_on")),
                violation_error_message=_("The review date must be after the start date."),
            ),
            models.CheckConstraint(
                name="agreement_is_reviewed_before_it_ends",
                condition=Q(ends_on__isnull=True) | Q(review_on__isnull=True) | Q(review_on__lt=F("ends_on")),
                violation_error_message=_("The review date must be before the end date."),
            ),
            models.CheckConstraint(
                name="agreement_has_a_parent_exactly_when_it_follows_one",
                condition=Q(parent__isnull=True, relation="") | Q(parent__isnull=False, relation__in=Relation.values),
            ),
            models.CheckConstraint(
                name="agreement_has_a_day_of_force_exactly_when_it_is_agreed",
                condition=Q(state__in=list(AGREED), in_force_on__isnull=False)
                | (~Q(state__in=list(AGREED)) & Q(in_force_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="terminated_agreement_says_when_and_why",
                condition=(Q(terminates_on__isnull=True) & ~Q(state=AgreementState.TERMINATED))
                | (Q(terminates_on__isnull=False) & ~Q(end_reason="")),
            ),
            models.UniqueConstraint(
                fields=["parent", "relation"],
                condition=Q(state__in=list(EDITABLE)),
                name="agreement_has_one_open_successor_of_a_sort",
                violation_error_message=_("One of this sort is being worked on already."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:agreement-detail", args=[self.reference])

    @property
    def standing(self) -> str:
        """The state as of today: dates count whether or not the nightly round (send_notices) has been made."""
        # See also AgreementQuerySet.in_force()
        today, state = timezone.localdate(), self.state
        if state == AgreementState.SIGNED and self.in_force_on <= today:
            state = AgreementState.IN_FORCE
        if state == AgreementState.IN_FORCE:
            if self.terminates_on and self.terminates_on <= today:
                return AgreementState.TERMINATED
            if self.runs_until and self.runs_until < today:
                return AgreementState.EXPIRED
        return state

    @property
    def standing_label(self) -> str:
        return str(AgreementState(self.standing).label)

    @property
    def is_in_force(self) -> bool:
        return self.standing == AgreementState.IN_FORCE

    @property
    def is_editable(self) -> bool:
        return self.standing in EDITABLE

    @property
    def is_amendment(self) -> bool:
        return self.relation == Relation.AMENDMENT

    @property
    def days_left(self) -> int | None:
        """Days until the last day of an agreement in force; None without an end, or when it is not in force."""
        return (self.runs_until - timezone.localdate()).days if self.is_in_force and self.runs_until else None

    @property
    def days_to_review(self) -> int | None:
        """Days until the review of an agreement in force, less than 0 when it is late."""
        return (self.look_again_on - timezone.localdate()).days if self.is_in_force and self.look_again_on else None

    @property
    def is_expiring(self) -> bool:
        return self.days_left is not None and self.days_left <= EXPIRING_DAYS

    @property
    def badge(self) -> str:
        """The standing as people should see it: an end that is near is said before it comes."""
        return "expiring" if self.is_expiring else self.standing

    @property
    def badge_label(self) -> str:
        return str(_("Expiring")) if self.is_expiring else self.standing_label

    @property
    def earliest_leave(self) -> date | None:
        """The first day on which a party that gives notice today may leave; None when no period was agreed."""
        return timezone.localdate() + timedelta(days=self.notice_days) if self.notice_days else None


class AgreementParty(models.Model):
    """An organization of the partnership that signs an agreement, or may."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="agreement_parties")
    is_required = models.BooleanField(_("must sign"), default=True)
    signatory = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("who signs"), null=True, blank=True
    )

    class Meta:
        ordering = ["participation__side", "-participation__is_lead", "pk"]
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [models.UniqueConstraint("agreement", "participation", name="party_stands_once_in_an_agreement")]

    def __str__(self):
        return str(self.participation.organization)


def agreement_file_path(file: AgreementFile, filename: str) -> str:
    """A random name that says nothing; the person's own file name stays in the row."""
    return f"agreements/{file.public_id[:2]}/{file.public_id}"


def random_file_id() -> str:
    return secrets.token_urlsafe(18)


class AgreementFile(models.Model):
    """A text or a signed page that somebody uploaded. Served only to who may read the agreement, as a download."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="files")
    public_id = models.CharField(max_length=32, unique=True, default=random_file_id, editable=False)
    file = models.FileField(upload_to=agreement_file_path, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file of an agreement")
        verbose_name_plural = _("files of agreements")

    def __str__(self):
        return self.name


class AgreementText(models.Model):
    """An agreement in one language: typed as Markdown, or as an uploaded file."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=12)
    body = models.TextField(_("text"), max_length=100_000, blank=True)
    file = models.ForeignKey(AgreementFile, models.PROTECT, related_name="+", null=True, blank=True)
    prevails = models.BooleanField(
        _("this version prevails"), default=False, help_text=_("It decides when two language versions differ.")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("text of an agreement")
        verbose_name_plural = _("texts of agreements")
        constraints = [
            models.UniqueConstraint(
                "agreement",
                "language",
                name="agreement_has_one_text_a_language",
                violation_error_message=_("There is a text in this language already."),
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(prevails=True), name="one_text_of_an_agreement_prevails"
            ),
            models.CheckConstraint(
                name="agreement_text_is_typed_or_uploaded",
                condition=(Q(file__isnull=True) & ~Q(body="")) | Q(file__isnull=False, body=""),
            ),
        ]

    def __str__(self):
        return f"{self.agreement} ({self.language})"
