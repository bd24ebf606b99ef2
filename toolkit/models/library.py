"""The toolkit itself: six sections, their tools, and the versions of each tool."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.states import ToolkitSection
from toolkit.schema.definition import Definition, tr
from toolkit.schema.parsing import from_json
from toolkit.states import Mode, ToolKind, VersionState


class Section(models.Model):
    """One of the six sections, with what it is for. Texts are ``{language: text}``."""

    slug = models.CharField(max_length=20, primary_key=True, choices=ToolkitSection)
    number = models.PositiveSmallIntegerField(unique=True)
    titles = models.JSONField(default=dict)
    purposes = models.JSONField(default=dict)
    questions = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        verbose_name = _("toolkit section")
        verbose_name_plural = _("toolkit sections")

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        return tr(self.titles, get_language() or "en")

    @property
    def purpose(self) -> str:
        return tr(self.purposes, get_language() or "en")

    @property
    def question(self) -> str:
        return tr(self.questions, get_language() or "en")


class ToolQuerySet(models.QuerySet):
    def published(self) -> ToolQuerySet:
        """Tools that have a version people may put to work."""
        return self.filter(versions__state=VersionState.PUBLISHED)

    def for_list(self) -> ToolQuerySet:
        current = ToolVersion.objects.filter(state=VersionState.PUBLISHED).defer("definition")
        return (
            self.published()
            .select_related("section")
            .prefetch_related(Prefetch("versions", current, to_attr="current_versions"))
            .order_by("section__number", "position", "number")
        )


class Tool(models.Model):
    """An adaptable form, document, checklist, guide or report of the toolkit."""

    slug = models.SlugField(max_length=80, unique=True)
    section = models.ForeignKey(Section, models.PROTECT, related_name="tools")
    number = models.CharField(_("number"), max_length=10)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=ToolKind)

    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ["section__number", "position", "number"]
        verbose_name = _("tool")
        verbose_name_plural = _("tools")
        constraints = [models.CheckConstraint(name="tool_kind_is_known", condition=Q(kind__in=ToolKind.values))]

    def __str__(self):
        return f"{self.number} {self.slug}"

    def get_absolute_url(self) -> str:
        return reverse("toolkit:tool-detail", args=[self.slug])


class ToolVersionQuerySet(models.QuerySet):
    def published(self) -> ToolVersionQuerySet:
        return self.filter(state=VersionState.PUBLISHED)


class ToolVersion(models.Model):
    """A tool as it stood at one time. Once published nothing of its content changes; a change is a new version.

    ``definition`` is the canonical JSON of the form language (docs/toolkit-language.md); ``content_hash`` its SHA-256.
    The other columns repeat what lists show, so that a list need not read definitions.
    """

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    definition = models.JSONField()
    content_hash = models.CharField(max_length=64, editable=False)
    titles = models.JSONField(default=dict)
    purposes = models.JSONField(default=dict)
    mode = models.CharField(max_length=10, choices=Mode)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = models.JSONField(default=list)
    change_note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ToolVersionQuerySet.as_manager()

    class Meta:
        ordering = ["tool", "-number"]
        verbose_name = _("tool version")
        verbose_name_plural = _("tool versions")
        constraints = [
            models.UniqueConstraint("tool", "number", name="version_number_is_unique_in_its_tool"),
            models.UniqueConstraint(
                fields=["tool"], condition=Q(state=VersionState.PUBLISHED), name="tool_has_one_published_version"
            ),
            models.CheckConstraint(name="version_state_is_known", condition=Q(state__in=VersionState.values)),
            models.CheckConstraint(
                name="version_is_published_exactly_when_it_has_a_date",
                condition=Q(state=VersionState.DRAFT, published_at__isnull=True)
                | Q(state__in=[VersionState.PUBLISHED, VersionState.SUPERSEDED], published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.title} v{self.number}"

    def save(self, *args, **kwargs):
        changed = kwargs.get("update_fields")
        if self.pk and self.published_at and (changed is None or set(changed) - {"state", "published_at"}):
            raise TypeError("A published version never changes; make a new one.")
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        return tr(self.titles, get_language() or "en")

    @property
    def purpose(self) -> str:
        return tr(self.purposes, get_language() or "en")

    @property
    def form(self) -> Definition:
        """The parsed definition; kept in memory by its hash, for versions do not change."""
        return parsed(self)


_FORMS: OrderedDict[str, Definition] = OrderedDict()
_FORMS_KEPT = 256


def parsed(version: ToolVersion) -> Definition:
    """The Definition of ``version``, read from its JSON once a process."""
    found = _FORMS.get(version.content_hash)
    if found is None:
        found = _FORMS[version.content_hash] = from_json(version.definition)
        while len(_FORMS) > _FORMS_KEPT:
            _FORMS.popitem(last=False)
    return found


def warm_forms(versions: Iterable[ToolVersion]) -> None:
    """Read the forms that are not in memory yet in one query, before a list asks row by row.

    ``versions`` may come with their definitions deferred.
    """
    missing = {version.pk for version in versions if version.content_hash not in _FORMS}
    if missing:
        for version in ToolVersion.objects.filter(pk__in=missing):
            parsed(version)


def visible_tools(user: User) -> ToolQuerySet:
    """Every signed-in person may read the published toolkit."""
    return Tool.objects.published() if user.is_authenticated else Tool.objects.none()
