"""The partnership, who takes part in it, and its team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from partnerships.models.contact import Contact
from partnerships.models.organization import Organization, Topic
from partnerships.models.phase_model import PhaseModel
from partnerships.models.programme import Programme, ProgrammeStaff
from partnerships.states import ENDED_STATUSES, OPEN_STATUSES, PhaseState, Side, Status, TeamRole

if TYPE_CHECKING:
    from partnerships.models.phase import Phase


class PartnershipQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> PartnershipQuerySet:
        """The partnerships that ``user`` may know exist: their own, and those of programmes that they work for."""
        if user.is_admin:
            return self
        staffed = ProgrammeStaff.objects.current().filter(user=user)
        return self.filter(self._own(user) | Q(programme__in=staffed.values("programme")))

    def mine(self, user: User) -> PartnershipQuerySet:
        """Those that ``user`` is responsible for or is now on the team of."""
        return self.filter(self._own(user))

    @staticmethod
    def _own(user: User) -> Q:
        on_team = TeamMember.objects.current().filter(contact__user=user)
        return Q(coordinator=user) | Q(pk__in=on_team.values("partnership"))

    def open(self) -> PartnershipQuerySet:
        # See also Partnership.is_open
        return self.filter(status__in=OPEN_STATUSES)

    def search(self, words: str) -> PartnershipQuerySet:
        """Rows in which every word appears in the name, reference, goal or an organization's name or city."""
        found = self
        for word in words.split()[:8]:
            named = Participation.objects.filter(
                Q(organization__name__icontains=word)
                | Q(organization__local_name__icontains=word)
                | Q(organization__short_name__icontains=word)
                | Q(organization__city__icontains=word)
            )
            found = found.filter(
                Q(name__icontains=word)
                | Q(reference__icontains=word)
                | Q(goal__icontains=word)
                | Q(pk__in=named.values("partnership"))
            )
        return found

    def for_list(self) -> PartnershipQuerySet:
        parties = Participation.objects.current().select_related("organization").order_by("side", "joined_on", "pk")
        return (
            self.select_related("programme", "coordinator")
            .prefetch_related(Prefetch("participations", parties), "phases__definition")
            .order_by("name", "pk")
        )


class Partnership(models.Model):
    """Two or more organizations on two sides that work together for years."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="partnerships", verbose_name=_("programme"), null=True, blank=True
    )
    phase_model = models.ForeignKey(
        PhaseModel, models.PROTECT, related_name="partnerships", verbose_name=_("phase model")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PROPOSED, editable=False)
    goal = models.TextField(_("overall goal"), max_length=4000, blank=True)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="partnerships", blank=True)
    starts_on = models.DateField(_("start date"), null=True, blank=True)
    ends_on = models.DateField(_("end date"), null=True, blank=True)
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="coordinated_partnerships",
        verbose_name=_("responsible coordinator"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PartnershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.CheckConstraint(name="partnership_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="partnership_ends_after_it_starts",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The end date must be after the start date."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:partnership-detail", args=[self.slug])

    @property
    def is_open(self) -> bool:
        # See also PartnershipQuerySet.open()
        return self.status in OPEN_STATUSES

    @property
    def latest_phases(self) -> list[Phase]:
        """The phases of the latest cycle, in order; reads prefetched ``phases``."""
        phases = list(self.phases.all())
        cycle = max((phase.cycle for phase in phases), default=1)
        return [phase for phase in phases if phase.cycle == cycle]

    @property
    def n_phases(self) -> int:
        return len(self.latest_phases)

    @property
    def n_phases_done(self) -> int:
        """How many phases of the latest cycle are behind it, skipped ones included."""
        return sum(phase.state in (PhaseState.DONE, PhaseState.SKIPPED) for phase in self.latest_phases)

    @property
    def open_phases(self) -> list[Phase]:
        """What is being worked on, in whatever cycle; nothing once it has ended. Reads prefetched ``phases``."""
        if self.status in ENDED_STATUSES:
            return []
        return [phase for phase in self.phases.all() if phase.state == PhaseState.OPEN]

    def side_label(self, side: str) -> str:
        """The name of a side in this partnership's own words."""
        return self.programme.side_label(side) if self.programme_id else str(Side(side).label)


class ParticipationQuerySet(models.QuerySet):
    def current(self) -> ParticipationQuerySet:
        return self.filter(left_on__isnull=True)


class Participation(models.Model):
    """An organization in a partnership, on one side. It may leave; the row stays."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="participations")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="participations", verbose_name=_("organization")
    )
    side = models.CharField(_("side"), max_length=10, choices=Side)
    is_lead = models.BooleanField(_("leads its side"), default=False)
    part = models.CharField(
        _("its part"),
        max_length=120,
        blank=True,
        help_text=_("In a few words, for example: brings the two hospitals together, pays the travel."),
    )
    joined_on = models.DateField(_("joined on"), default=timezone.localdate)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    leave_reason = models.CharField(_("why it left"), max_length=500, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["side", "-is_lead", "joined_on", "pk"]
        verbose_name = _("participating organization")
        verbose_name_plural = _("participating organizations")
        constraints = [
            models.CheckConstraint(name="participation_side_is_known", condition=Q(side__in=Side.values)),
            models.UniqueConstraint(
                fields=["partnership", "organization"],
                condition=Q(left_on__isnull=True),
                name="organization_takes_part_once_at_a_time",
                violation_error_message=_("This organization already takes part."),
            ),
            models.CheckConstraint(
                name="participation_ends_after_it_starts",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                violation_error_message=_("An organization cannot leave before it joined."),
            ),
        ]

    def __str__(self):
        return f"{self.organization} – {self.get_side_display()}"


class TeamMemberQuerySet(models.QuerySet):
    def current(self) -> TeamMemberQuerySet:
        # See also TeamMember.is_current
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()))


class TeamMember(models.Model):
    """A contact's part in a partnership: on which side, in which role, from when to when."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="team")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="memberships", verbose_name=_("contact"))
    side = models.CharField(_("side"), max_length=10, choices=Side)
    role = models.CharField(_("role"), max_length=20, choices=TeamRole)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        ordering = ["side", "role", "pk"]
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.CheckConstraint(name="team_member_side_is_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="team_member_role_is_known", condition=Q(role__in=TeamRole.values)),
            models.UniqueConstraint(
                fields=["partnership", "contact", "role"],
                condition=Q(ends_on__isnull=True),
                name="contact_has_a_role_once_at_a_time",
                violation_error_message=_("This person already has this role."),
            ),
            models.CheckConstraint(
                name="team_member_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The role cannot end before it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.contact}, {self.get_role_display()}"

    @property
    def is_current(self) -> bool:
        # See also TeamMemberQuerySet.current()
        return self.ends_on is None or self.ends_on >= timezone.localdate()
