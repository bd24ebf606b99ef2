"""The toolkit itself: six sections and their tools, those of everybody and the copies that somebody adapted."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models import Partnership, Programme
from partnerships.states import ToolkitSection
from toolkit.schema.definition import tr
from toolkit.states import Licence, ToolKind, VersionState


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


IN_LIBRARY = Q(programme__isnull=True, partnership__isnull=True)


def shelves_of(user: User | AnonymousUser, tool: str = "") -> Q:
    """Whose tools ``user`` may know, published or not; ``tool`` is the way to the tool, such as ``tool__``."""
    library = Q((f"{tool}programme__isnull", True), (f"{tool}partnership__isnull", True))
    if not user.is_authenticated:
        return library
    mine = Partnership.objects.visible_to(user)
    of_programmes = Q((f"{tool}programme__in", mine.values("programme")))
    if user.is_curator:
        of_programmes = Q((f"{tool}programme__isnull", False))
    return library | of_programmes | Q((f"{tool}partnership__in", mine.values("pk")))


class ToolQuerySet(models.QuerySet):
    def published(self) -> ToolQuerySet:
        """Tools that have a version people may put to work and that were not withdrawn."""
        # Not a join: nested in other conditions, PostgreSQL would multiply it out row by row.
        versions = self.model.versions.rel.related_model.objects  # their model imports this one
        in_use = versions.filter(tool=OuterRef("pk"), state=VersionState.PUBLISHED)
        return self.filter(Exists(in_use), withdrawn_at__isnull=True)

    def library(self) -> ToolQuerySet:
        """The tools of everybody, without the copies that a programme or a partnership adapted."""
        return self.filter(IN_LIBRARY)

    def visible_to(self, user: User | AnonymousUser) -> ToolQuerySet:
        """What ``user`` may know: the published library and the copies of their partnerships and these' programmes.

        Curators also know what is not published yet, and the copies of every programme; administrators everything.

        People without an account see the published library where the setting ``TOOLKIT_IS_PUBLIC`` says so.
        """
        if not user.is_authenticated:
            return self.library().published() if settings.TOOLKIT_IS_PUBLIC else self.none()
        if user.is_admin:
            return self
        seen = self.filter(shelves_of(user))
        return seen if user.is_curator else seen.filter(~IN_LIBRARY | Q(pk__in=Tool.objects.published().values("pk")))

    def usable_in(self, partnership: Partnership) -> ToolQuerySet:
        """Published tools that ``partnership`` may put to work: the library, its programme's copies and its own."""
        return self.published().filter(
            Q(programme__isnull=True, partnership__isnull=True)
            | Q(partnership=partnership)
            | Q(programme__isnull=False, programme=partnership.programme_id)
        )

    def standing_in(self, partnership: Partnership) -> list[Tool]:
        """The usable tools as rows from for_list(): an adapted copy stands where what it was made from stood.

        Of one tool the partnership's own copy goes before that of its programme, and that before the library's.
        """
        tools = list(self.usable_in(partnership).for_list().select_related("base__base"))
        nearest: dict[str, int] = {}
        for tool in tools:
            nearest[tool.stands_for] = max(nearest.get(tool.stands_for, 0), tool.nearness)
        return [tool for tool in tools if tool.nearness == nearest[tool.stands_for]]

    def for_list(self) -> ToolQuerySet:
        versions = self.model.versions.rel.related_model.objects  # their model imports this one
        current = versions.filter(state=VersionState.PUBLISHED).defer("definition", "words")
        return (
            self.select_related("section", "programme", "partnership")
            .prefetch_related(Prefetch("versions", current, to_attr="current_versions"))
            .order_by("section__number", "position", "number", "slug")
        )


class Tool(models.Model):
    """An adaptable form, document, checklist, guide or report of the toolkit.

    A copy that a programme or a partnership made for itself has an owner and remembers its ``base``; its versions
    remember the base's version they were made from.
    """

    slug = models.SlugField(max_length=80, unique=True)
    section = models.ForeignKey(Section, models.PROTECT, related_name="tools")
    number = models.CharField(_("number"), max_length=10, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=ToolKind)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.CC_BY)
    is_shipped = models.BooleanField(default=False, help_text="Comes with the product and is updated with it.")
    base = models.ForeignKey("self", models.PROTECT, related_name="copies", null=True, blank=True)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="tools", null=True, blank=True)
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="tools", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ["section__number", "position", "number", "slug"]
        verbose_name = _("tool")
        verbose_name_plural = _("tools")
        constraints = [
            models.CheckConstraint(name="tool_kind_is_known", condition=Q(kind__in=ToolKind.values)),
            models.CheckConstraint(name="tool_licence_is_known", condition=Q(licence__in=Licence.values)),
            models.CheckConstraint(
                name="tool_has_one_owner_at_most",
                condition=Q(programme__isnull=True) | Q(partnership__isnull=True),
            ),
            models.CheckConstraint(
                name="tool_is_a_copy_exactly_when_it_has_an_owner",
                condition=Q(base__isnull=True, programme__isnull=True, partnership__isnull=True)
                | Q(base__isnull=False, programme__isnull=False)
                | Q(base__isnull=False, partnership__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.slug}".strip()

    def get_absolute_url(self) -> str:
        return reverse("toolkit:tool-detail", args=[self.slug])

    @property
    def sort_text(self) -> str:
        """What stands above its title: “3.12 · Document”, or its kind alone where it has no number."""
        return " · ".join(filter(None, (self.number, str(self.get_kind_display()))))

    @property
    def is_copy(self) -> bool:
        return self.base_id is not None

    @property
    def stands_for(self) -> str:
        """The slug of the library's tool that this is, or was adapted from: what phases and facts ask for."""
        return self.base.stands_for if self.base_id else self.slug

    @property
    def nearness(self) -> int:
        """How near a tool is to the partnership that uses it: 2 its own, 1 its programme's, 0 everybody's."""
        return 2 if self.partnership_id else 1 if self.programme_id else 0

    @property
    def owner(self) -> Programme | Partnership | None:
        return self.programme or self.partnership


def position_of(number: str) -> int:
    """Where a number stands in its section: 3.14 after 3.7, 1.4b after 1.4, then guides (G1) and variants (V1)."""
    chapter, dot, rest = number.partition(".")
    letters = rest.lstrip("0123456789")
    if dot:
        return int(rest.removesuffix(letters) or 0) * 10 + (ord(letters[0]) - 96 if letters else 0)
    start = {"G": 2000, "V": 3000}.get(number[:1], 1000)
    return start + int(number[1:] if number[1:].isdecimal() else 0) * 10
