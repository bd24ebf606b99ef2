"""The versions of a tool: the one being worked on, the one in use, and those before it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from toolkit.models.library import Tool, shelves_of
from toolkit.schema.definition import Definition, tr
from toolkit.schema.errors import Problem, SchemaError
from toolkit.schema.folding import fold, texts_searched
from toolkit.schema.parsing import content_hash, from_json, parse
from toolkit.schema.report import Report
from toolkit.schema.spoken import unknown_names
from toolkit.schema.structure import MISSING, TOOL
from toolkit.states import OPEN_VERSIONS, Mode, VersionState

# What may still be written on a version that was published; a trigger in the database holds the same line.
STAYS = "A published version stays; withdraw the tool."
CHANGEABLE = frozenset({"state", "words"})


class ToolVersionQuerySet(models.QuerySet):
    def published(self) -> ToolVersionQuerySet:
        return self.filter(state=VersionState.PUBLISHED)

    def offered_to(self, user: User | AnonymousUser) -> ToolVersionQuerySet:
        """One version for each published tool that ``user`` may see, by joins alone.

        The same as those of ``Tool.objects.visible_to(user).published()``, whose conditions inside each other
        cost PostgreSQL seconds while it does not know yet how many tools there are.
        """
        if not user.is_authenticated and not settings.TOOLKIT_IS_PUBLIC:
            return self.none()
        offered = self.published().filter(tool__withdrawn_at__isnull=True)
        return offered if user.is_authenticated and user.is_admin else offered.filter(shelves_of(user, "tool__"))

    def delete(self):
        if self.filter(published_at__isnull=False).exists():
            raise TypeError(STAYS)
        return super().delete()

    def open(self) -> ToolVersionQuerySet:
        """Drafts and what is in review: one for each tool at most."""
        return self.filter(state__in=OPEN_VERSIONS)


class ToolVersion(models.Model):
    """A tool as it stood at one time. Once published nothing of its content changes; a change is a new version.

    ``definition`` is the canonical JSON of the form language (docs/toolkit-language.md), of a draft the JSON as it was
    written so far, faulty or not; ``content_hash`` its SHA-256. The other columns repeat what lists and searches
    show, so that they need not read definitions. ``revision`` counts the changes of a draft.
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
    words = models.TextField(blank=True, editable=False)
    change_note = models.CharField(_("what is new"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=300, blank=True)
    base_version = models.ForeignKey("self", models.PROTECT, related_name="copies", null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    review_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    review_asked_at = models.DateTimeField(null=True, blank=True)
    review_note = models.TextField(max_length=2000, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
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
            models.UniqueConstraint(
                fields=["tool"], condition=Q(state__in=OPEN_VERSIONS), name="tool_has_one_open_version_at_most"
            ),
            models.CheckConstraint(name="version_state_is_known", condition=Q(state__in=VersionState.values)),
            models.CheckConstraint(
                name="version_is_published_exactly_when_it_has_a_date",
                condition=Q(state__in=OPEN_VERSIONS, published_at__isnull=True)
                | Q(state__in=[VersionState.PUBLISHED, VersionState.SUPERSEDED], published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_in_review_says_since_when",
                condition=~Q(state=VersionState.IN_REVIEW) | Q(review_asked_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.title} v{self.number}"

    def save(self, *args, **kwargs):
        changed = kwargs.get("update_fields")
        if self.pk and (changed is None or set(changed) - CHANGEABLE):
            stored = type(self).objects.filter(pk=self.pk)
            if stored.filter(published_at__isnull=False).exists():
                raise TypeError("A published version never changes; make a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.published_at:
            raise TypeError(STAYS)
        return super().delete(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_VERSIONS

    @property
    def title(self) -> str:
        return tr(self.titles, get_language() or "en")

    @property
    def purpose(self) -> str:
        return tr(self.purposes, get_language() or "en")

    @property
    def raw(self) -> dict[str, Any]:
        """What the author wrote, without what was compiled from it: to edit, compare, merge and hand on."""
        return {key: value for key, value in self.definition.items() if key != "compiled"}

    @property
    def form(self) -> Definition:
        """The parsed definition; kept in memory by its hash. SchemaError for a draft that is faulty."""
        return parsed(self)

    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with a draft; nothing when it could be published."""
        try:
            parsed(self)
        except SchemaError as error:
            return (*error.problems, *unknown_names(self.raw))
        return tuple(unknown_names(self.raw))

    def set_definition(self, raw: Mapping[str, Any]) -> None:
        """Take ``raw`` as the content, sound or not, and repeat in the other columns what lists show of it."""
        try:
            self.definition = dict(parse(raw).written)
        except SchemaError:
            self.definition = {key: value for key, value in raw.items() if key != "compiled"}
        self.content_hash = content_hash(self.definition)
        self.titles = _texts(raw.get("title"))
        self.purposes = _texts(raw.get("purpose"))
        self.mode = raw.get("mode") if raw.get("mode") in Mode.values else Mode.SINGLE
        minutes = TOOL["minutes"].read(Report(), (), raw.get("minutes"))
        self.minutes = None if minutes is MISSING else minutes
        languages = raw.get("languages")
        self.languages = languages if isinstance(languages, list) else ["en"]
        self.words = words_of(raw)


def _texts(value: Any) -> dict[str, str]:
    return value if isinstance(value, dict) else {}


def words_of(raw: Mapping[str, Any]) -> str:
    """All that a search looks through, in every language, folded."""
    return fold("\n".join(text for _place, text in texts_searched(raw)))[:60_000]


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
