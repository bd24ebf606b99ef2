"""What a partnership shares with its people: protocols, courses, job aids, as files with their versions or as links."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models.contact import Contact
from partnerships.models.contribution import random_file_id
from partnerships.models.partnership import Participation, Partnership
from partnerships.resource_states import STORED, Licence, ResourceKind, ResourceState
from twinning.languages import language_options

LIVE = [state.value for state in STORED if state in (ResourceState.REVIEWED, ResourceState.PUBLISHED)]


class ResourceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ResourceQuerySet:
        """The resources of the partnerships that ``user`` may know."""
        return self.filter(partnership__in=Partnership.objects.visible_to(user))

    def in_state(self, state: str) -> ResourceQuerySet:
        """By the state of today: a published one whose day of review has come is to be reviewed again."""
        # See also SharedResource.current_state
        today = timezone.localdate()
        if state == ResourceState.REVIEW_DUE:
            return self.filter(state=ResourceState.PUBLISHED, review_on__lte=today)
        if state == ResourceState.PUBLISHED:
            return self.filter(state=state, review_on__gt=today)
        return self.filter(state=state)

    def search(self, words: str) -> ResourceQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(title__icontains=word)
                | Q(description__icontains=word)
                | Q(authors__icontains=word)
                | Q(audience__icontains=word)
                | Q(owner__organization__name__icontains=word)
            )
        return found

    def for_list(self) -> ResourceQuerySet:
        """With ``n_downloads``, of all versions of the file."""
        downloads = Coalesce(Sum("files__n_downloads"), 0)
        related = self.select_related("partnership__programme", "owner__organization", "reviewer", "submitted_by")
        return related.annotate(n_downloads=downloads).order_by("title", "pk")


class SharedResource(models.Model):
    """Something useful that an organization of a partnership made or found, with its rights and a day to look again."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="resources")
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(
        _("title"), max_length=200, help_text=_("Words that somebody would search for, and not the name of a file.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ResourceKind)
    description = models.TextField(
        _("what it is and whom it helps"), max_length=4000, help_text=_("And how it was used at your place.")
    )
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    # Codes with a space around each, “ en fr ”, so that one is found by the database.
    languages = models.CharField(_("languages"), max_length=200)
    owner = models.ForeignKey(
        Participation, models.PROTECT, related_name="resources", verbose_name=_("organization that shares it")
    )
    authors = models.TextField(_("authors"), max_length=1000, help_text=_("One in each line: name, organization."))
    edition = models.CharField(
        _("version or date"), max_length=80, blank=True, help_text=_("For example: 3rd edition, May 2026.")
    )
    licence = models.CharField(_("licence"), max_length=12, choices=Licence, default=Licence.UNKNOWN)
    licence_note = models.CharField(_("who gave the permission, or the exact licence"), max_length=300, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    translation_of = models.ForeignKey(
        "self", models.PROTECT, related_name="translations", verbose_name=_("translation of"), null=True, blank=True
    )
    has_no_patient_data = models.BooleanField(
        _("It names and shows no patient"),
        default=False,
        help_text=_("Look at every page and every picture: names, numbers on X-rays, faces, screens."),
    )
    state = models.CharField(max_length=10, choices=ResourceState, default=ResourceState.SUBMITTED, editable=False)
    state_reason = models.CharField(max_length=1000, blank=True, editable=False)
    reviewer = models.ForeignKey(Contact, models.PROTECT, related_name="+", null=True, editable=False)
    reviewed_on = models.DateField(null=True, editable=False)
    review_note = models.CharField(max_length=1000, blank=True, editable=False)
    review_on = models.DateField(null=True, editable=False)
    published_on = models.DateField(null=True, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("shared resource")
        verbose_name_plural = _("shared resources")
        indexes = [models.Index(fields=["partnership", "state", "review_on"])]
        constraints = [
            models.UniqueConstraint("partnership", "number", name="resource_number_is_unique_in_its_partnership"),
            models.CheckConstraint(name="resource_kind_is_known", condition=Q(kind__in=ResourceKind.values)),
            models.CheckConstraint(name="resource_licence_is_known", condition=Q(licence__in=Licence.values)),
            models.CheckConstraint(
                name="resource_state_is_stored", condition=Q(state__in=[state.value for state in STORED])
            ),
            models.CheckConstraint(
                name="resource_is_reviewed_by_somebody_until_a_day",
                condition=~Q(state__in=LIVE)
                | Q(reviewer__isnull=False, reviewed_on__isnull=False, review_on__isnull=False),
            ),
            models.CheckConstraint(
                name="resource_review_comes_after_the_last",
                condition=Q(review_on__isnull=True) | Q(review_on__gt=models.F("reviewed_on")),
                violation_error_message=_("The next review comes after this one."),
            ),
            models.CheckConstraint(
                name="resource_in_use_has_a_licence_and_no_patient",
                condition=~Q(state__in=LIVE) | (~Q(licence="unknown") & Q(has_no_patient_data=True)),
            ),
            models.CheckConstraint(
                name="resource_is_published_exactly_since_a_day",
                condition=Q(state="published", published_on__isnull=False)
                | Q(state="archived")
                | (~Q(state__in=["published", "archived"]) & Q(published_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="resource_says_why_it_is_archived", condition=~Q(state="archived") | ~Q(state_reason="")
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:resource-detail", args=[self.partnership.slug, self.number])

    @property
    def code(self) -> str:
        return f"R{self.number}"

    @property
    def current_state(self) -> str:
        """The state of today. See also ResourceQuerySet.in_state()"""
        if self.state == ResourceState.PUBLISHED and self.review_on <= timezone.localdate():
            return ResourceState.REVIEW_DUE
        return self.state

    @property
    def current_state_label(self) -> str:
        return str(ResourceState(self.current_state).label)

    @property
    def is_open(self) -> bool:
        return self.state != ResourceState.ARCHIVED

    @property
    def author_names(self) -> str:
        return "; ".join(self.authors.splitlines())

    @property
    def language_names(self) -> str:
        names = dict(language_options(get_language() or "en"))
        return ", ".join(names.get(code, code) for code in self.languages.split())


def resource_file_path(file: ResourceFile, filename: str) -> str:
    """A random name that says nothing; the person's own file name stays in the row."""
    return f"resources/{file.public_id[:2]}/{file.public_id}"


class ResourceFile(models.Model):
    """One version of the file of a resource. A newer one never replaces it; who downloaded it is not written down."""

    resource = models.ForeignKey(SharedResource, models.PROTECT, related_name="files")
    number = models.PositiveIntegerField()
    public_id = models.CharField(max_length=32, unique=True, default=random_file_id, editable=False)
    file = models.FileField(upload_to=resource_file_path, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    n_downloads = models.PositiveIntegerField(default=0, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("file of a shared resource")
        verbose_name_plural = _("files of shared resources")
        constraints = [
            models.UniqueConstraint("resource", "number", name="resource_file_number_is_unique"),
            models.UniqueConstraint(
                "resource",
                "sha256",
                name="resource_file_is_kept_once",
                violation_error_message=_("This file is here already, as one of its versions."),
            ),
        ]

    def __str__(self):
        return self.name
