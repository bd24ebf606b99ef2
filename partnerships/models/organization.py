"""Organizations and the topics they work on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from accounts.models import User


class OrganizationType(models.TextChoices):
    DELIVERY = "delivery", _("Health care provider")
    TRAINING = "training", _("Training or education institution")
    REGULATOR = "regulator", _("Regulator")
    ASSOCIATION = "association", _("Professional association")
    NGO = "ngo", _("Non-governmental organization")
    FAITH = "faith", _("Faith-based organization")
    GOVERNMENT = "government", _("Government body")
    UNIVERSITY = "university", _("University")
    OTHER = "other", _("Other")


class Topic(models.Model):
    """A technical area, such as infection prevention: what is offered, sought, and worked on."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self):
        return self.name


def works_with(user: User, *, through: str) -> Q:
    """Rows that ``user`` shares a partnership with, as its team or its programme, by the relation ``through``."""
    team = f"{through}__partnership__team"
    current = Q(**{f"{team}__ends_on__isnull": True}) | Q(**{f"{team}__ends_on__gte": timezone.localdate()})
    staff = f"{through}__partnership__programme__staff"
    staffed = Q(**{f"{staff}__user": user, f"{staff}__ends_on__isnull": True})
    return Q(**{f"{team}__contact__user": user}) & current | staffed


class OrganizationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> OrganizationQuerySet:
        """Organizations that ``user`` may know exist: staff of the programme see all, partners those they work with."""
        if user.is_admin or user.is_coordinator:
            return self
        own = Q(contacts__user=user)
        shared = works_with(user, through="participations")
        return self.filter(pk__in=self.model.objects.filter(own | shared).values("pk"))

    def in_use(self) -> OrganizationQuerySet:
        """Those that may be chosen for something new; archived ones stay where they are."""
        # See also Organization.is_archived
        return self.filter(archived_at__isnull=True)

    def search(self, words: str) -> OrganizationQuerySet:
        """Rows in which every word appears in a name, the city or what they offer or seek."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(name__icontains=word)
                | Q(local_name__icontains=word)
                | Q(short_name__icontains=word)
                | Q(city__icontains=word)
                | Q(offers__icontains=word)
                | Q(seeks__icontains=word)
            )
        return found

    def for_list(self) -> OrganizationQuerySet:
        return (
            self.prefetch_related("topics")
            .annotate(n_partnerships=models.Count("participations__partnership", distinct=True))
            .order_by("name", "pk")
        )


class Organization(models.Model):
    """A hospital, school, NGO or other body that takes part in partnerships."""

    name = models.CharField(_("legal name"), max_length=200)
    local_name = models.CharField(_("name in own language or script"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    type = models.CharField(_("type"), max_length=20, choices=OrganizationType)
    country = CountryField(_("country"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    address = models.TextField(_("address"), max_length=500, blank=True)
    website = models.URLField(_("website"), blank=True)
    year_founded = models.PositiveSmallIntegerField(_("year founded"), null=True, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=80, blank=True)
    languages = models.CharField(
        _("working languages"),
        max_length=200,
        blank=True,
        help_text=_("Separated by commas, for example: French, Wolof."),
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="organizations", blank=True)
    offers = models.TextField(_("what it can offer"), max_length=4000, blank=True)
    seeks = models.TextField(_("what it hopes to gain"), max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    archive_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = OrganizationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "country",
                name="organization_name_is_unique_in_its_country",
                violation_error_message=_("An organization of this name in this country is already here."),
            ),
            models.CheckConstraint(name="organization_type_is_known", condition=Q(type__in=OrganizationType.values)),
            models.CheckConstraint(
                name="organization_was_founded_in_a_real_year",
                condition=Q(year_founded__isnull=True) | Q(year_founded__range=(800, 2200)),
                violation_error_message=_("Write the year with four digits."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:organization-detail", args=[self.slug])

    def clean(self):
        if self.year_founded is not None and self.year_founded > timezone.localdate().year:
            raise ValidationError({"year_founded": _("This year is still to come.")})

    @property
    def is_archived(self) -> bool:
        # See also OrganizationQuerySet.in_use()
        return self.archived_at is not None

    @property
    def display_short(self) -> str:
        return self.short_name or self.name
