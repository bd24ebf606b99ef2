"""A tool put to work in a partnership."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, known_zone
from accounts.zones import zone_of
from partnerships.models import (
    Exchange,
    Organization,
    Partnership,
    Registration,
    Traveller,
    Workshop,
    WorkshopSession,
)
from toolkit.models.version import ToolVersion
from toolkit.states import AGREED, FILLABLE, DocumentState, Mode, Part, ResponseState
from twinning.moments import told_moment

# What one document may be about, by the subject of its tool: the fields that lead to a record. See also subjects.py
ABOUT = ("organization", "exchange", "traveller", "workshop", "session", "registration")
ABOUT_WITH_NAMES = (*ABOUT, "traveller__contact")


def _number_of(rows: models.QuerySet) -> Coalesce:
    counted = rows.order_by().values("document").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> DocumentQuerySet:
        """The documents of the partnerships that ``user`` may know."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def search(self, words: str) -> DocumentQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(title__icontains=word) | Q(reference__icontains=word) | Q(partnership__name__icontains=word)
            )
        return found

    def for_list(self) -> DocumentQuerySet:
        """With ``n_responses`` and ``n_submitted``, counted for the rows that are shown: a join would count for all."""
        responses = self.model.responses.rel.related_model.objects.filter(document=OuterRef("pk"))  # it imports this
        submitted = responses.filter(state=ResponseState.SUBMITTED)
        return (
            self.select_related("partnership", "version__tool__section", "version__tool__base__base", *ABOUT_WITH_NAMES)
            .defer("version__definition", "version__words")
            .annotate(n_responses=_number_of(responses), n_submitted=_number_of(submitted))
            .newest_first()
        )

    def newest_first(self) -> DocumentQuerySet:
        return self.order_by("-started_at", "-pk")

    def newest_of_a_kind(self, n: int) -> DocumentQuerySet:
        """Of each partnership the ``n`` newest on every version in every state, and so the ``n`` newest of all; whether
        a tool was delivered is seen from them, without reading what was written in all the years."""
        kind = [F("partnership"), F("version"), F("state")]
        place = Window(RowNumber(), partition_by=kind, order_by=[F("started_at").desc(), F("pk").desc()])
        return self.alias(place=place).filter(place__lte=n)


def _link_to(model: type[models.Model]) -> models.ForeignKey:
    """The record that a document is about. It may go; what was copied from it stays in the answers."""
    return models.ForeignKey(model, models.SET_NULL, related_name="documents", null=True, blank=True, editable=False)


class Document(models.Model):
    """A document of a partnership, on the version of the tool it was started on until a coordinator moves it."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="documents")
    version = models.ForeignKey(ToolVersion, models.PROTECT, related_name="documents")
    reference = models.CharField(_("reference"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="documents",
        verbose_name=_("about this organization"),
        null=True,
        blank=True,
    )
    exchange = _link_to(Exchange)
    traveller = _link_to(Traveller)
    workshop = _link_to(Workshop)
    session = _link_to(WorkshopSession)
    registration = _link_to(Registration)
    period_from = models.DateField(_("first day of the period"), null=True, blank=True)
    period_until = models.DateField(_("last day of the period"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    due_on = models.DateField(_("due date"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=DocumentState, default=DocumentState.ASSIGNED)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    return_reason = models.TextField(_("what should change"), max_length=2000, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_zone])
    capacity = models.PositiveIntegerField(_("most answers"), null=True, blank=True)
    is_anonymous = models.BooleanField(_("without names"), default=False)
    agreed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(name="document_state_is_known", condition=Q(state__in=DocumentState.values)),
            models.CheckConstraint(name="document_mode_is_known", condition=Q(mode__in=Mode.values)),
            models.CheckConstraint(
                name="document_is_about_one_record_at_most",
                condition=Q(
                    *(
                        Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True})
                        for one, other in combinations(ABOUT, 2)
                    )
                ),
            ),
            models.CheckConstraint(
                name="document_period_has_both_its_days",
                condition=Q(period_from__isnull=True, period_until__isnull=True)
                | Q(period_from__isnull=False, period_until__isnull=False, period_until__gte=F("period_from")),
                violation_error_message=_("Name the first and the last day of the period, in this order."),
            ),
            models.CheckConstraint(
                name="document_closes_after_it_opens",
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("It must close after it opens."),
            ),
            models.CheckConstraint(
                name="document_takes_many_answers_only_when_open",
                condition=Q(mode=Mode.OPEN) | Q(opens_at__isnull=True, capacity__isnull=True, is_anonymous=False),
            ),
            models.CheckConstraint(
                name="document_closes_only_where_people_answer_alone",
                condition=Q(mode__in=[Mode.EACH, Mode.OPEN]) | Q(closes_at__isnull=True),
            ),
            models.CheckConstraint(
                name="document_is_agreed_on_only_where_each_side_answers",
                condition=Q(mode=Mode.EACH) | Q(agreed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="document_capacity_leaves_a_place",
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0),
                violation_error_message=_("At least one person must be able to answer."),
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="document_newest_first"),
            models.Index(fields=["partnership", "-started_at", "-id"], name="document_newest_first_here"),
            models.Index(fields=["partnership", "state"], name="document_by_state_here"),
            models.Index(fields=["version", "partnership", "state"], name="document_use_of_versions"),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("toolkit:document-detail", args=[self.reference])

    @property
    def is_fillable(self) -> bool:
        return self.state in FILLABLE and self.partnership.is_open

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.is_fillable and self.due_on < timezone.localdate()

    @property
    def about(self) -> models.Model | None:
        """The one record that the document is about, if it is about one and that is still there."""
        return next((getattr(self, name) for name in ABOUT if getattr(self, f"{name}_id")), None)

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and the last day that a report is about, if it is about a period."""
        return (self.period_from, self.period_until) if self.period_from and self.period_until else None

    @property
    def has_closed(self) -> bool:
        """Whether the time has passed in which people could answer."""
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def has_opened(self) -> bool:
        return self.opens_at is None or self.opens_at <= timezone.now()

    @property
    def opens_told(self) -> str:
        """When it opens, on the clocks of the zone in which that was written down; see also closes_told."""
        return told_moment(self.opens_at.astimezone(zone_of(self.time_zone))) if self.opens_at else ""

    @property
    def closes_told(self) -> str:
        return told_moment(self.closes_at.astimezone(zone_of(self.time_zone))) if self.closes_at else ""

    def counting_responses(self) -> models.QuerySet:
        """The responses that stand for the document: the agreed version, once there is one."""
        return self.responses.filter(side=AGREED) if self.agreed_at else self.responses.all()

    def discussed_responses(self) -> models.QuerySet:
        """The responses whose comments, signatures and history have pages. What many people sent is only counted."""
        return self.responses.none() if self.mode == Mode.OPEN else self.responses.order_by("side")

    @property
    def parts(self) -> tuple[str, ...]:
        """Who has a part to submit, in order. The one part of a single document, and of each of many responses, anybody
        may submit."""
        if self.mode in (Mode.SINGLE, Mode.OPEN):
            return ("",)
        if self.mode == Mode.EACH:
            return (AGREED,) if self.agreed_at else (Part.HOST, Part.RESOURCE)
        sides = {item.side for item in self.version.form.items}
        return (Part.HOST, Part.RESOURCE, *([Part.COORDINATOR] if Part.COORDINATOR in sides else []))

    def part_label(self, part: str) -> str:
        """The name of a part in the words of this partnership; empty for the only part of a single document."""
        if part in (Part.HOST, Part.RESOURCE):
            return self.partnership.side_label(part)
        if part == AGREED:
            return str(_("Agreed version"))
        return str(Part(part).label) if part else ""
