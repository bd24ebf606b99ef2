"""The things in a partnership about which people write follow-ups and comments: an allow-list, kind by kind.

Each app names its kinds in settings.THING_KINDS. Nobody is told the title of a thing that they may not see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models import FollowUp, Organization, Partnership, Phase
from partnerships.models.about import AboutSomething
from partnerships.people import people_of

# How many things of a kind the list of a form offers, the newest of them.
MOST_OFFERED = 100


def everybody(_row: Model, people: list[User]) -> list[User]:
    """For kinds that whoever sees the partnership sees."""
    return people


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing. ``name`` stands in addresses: small letters and hyphens.

    ``visible_to(user)`` and ``of(partnership)`` give rows of ``model``, the newest first; who may read a thing are the
    people in ``readers(row, people)``, which must agree with ``visible_to``. ``takes_follow_ups`` is off for what is
    only commented on; ``is_offered`` for what is chosen on its own page, and not from the list of a form.
    """

    name: str
    label: str
    model: type[Model]
    visible_to: Callable[[User], QuerySet]
    of: Callable[[Partnership], QuerySet]
    title: Callable[[Model], str]
    url: Callable[[Model, Partnership], str]
    readers: Callable[[Model, list[User]], list[User]] = everybody
    takes_follow_ups: bool = True
    is_offered: bool = True

    @property
    def type_id(self) -> int:
        return ContentType.objects.get_for_model(self.model).pk


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing as its reader may see it. A hidden one has neither title nor addresses."""

    kind: str
    label: str
    pk: int
    type_id: int
    title: str = ""
    url: str = ""
    talk_url: str = ""
    row: Model | None = None

    @property
    def is_hidden(self) -> bool:
        return not self.title

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def key(self) -> tuple[int, int]:
        return (self.type_id, self.pk)


def kinds() -> dict[str, Kind]:
    """Every kind by its name, in the order of the settings."""
    return {kind.name: kind for path in settings.THING_KINDS for kind in import_string(path)()}


def own_kinds() -> list[Kind]:
    """For settings.THING_KINDS."""
    return [_partnerships(), _phases(), _organizations(), _follow_ups()]


def _partnerships() -> Kind:
    return Kind(
        name="partnership",
        label=_("Partnership"),
        model=Partnership,
        visible_to=Partnership.objects.visible_to,
        of=lambda partnership: Partnership.objects.filter(pk=partnership.pk),
        title=str,
        url=lambda row, _partnership: row.get_absolute_url(),
    )


def _phases() -> Kind:
    return Kind(
        name="phase",
        label=_("Phase"),
        model=Phase,
        visible_to=lambda user: Phase.objects.filter(partnership__in=Partnership.objects.visible_to(user)),
        of=lambda partnership: partnership.phases.select_related("definition"),
        title=_phase_title,
        url=lambda row, partnership: reverse("partnerships:phase-detail", args=[partnership.slug, row.pk]),
    )


def _organizations() -> Kind:
    return Kind(
        name="organization",
        label=_("Organization"),
        model=Organization,
        visible_to=Organization.objects.visible_to,
        of=lambda partnership: Organization.objects.filter(
            pk__in=partnership.participations.values("organization")
        ).order_by("name", "pk"),
        title=str,
        url=lambda row, _partnership: row.get_absolute_url(),
    )


def _follow_ups() -> Kind:
    return Kind(
        name="follow-up",
        label=_("Follow-up"),
        model=FollowUp,
        visible_to=FollowUp.objects.visible_to,
        of=lambda partnership: partnership.followups.all(),
        title=str,
        url=lambda row, partnership: reverse("partnerships:follow-up-detail", args=[partnership.slug, row.pk]),
        takes_follow_ups=False,
    )


def _phase_title(phase: Phase) -> str:
    cycle = _("cycle %(cycle)s") % {"cycle": phase.cycle}
    return f"{phase.definition.title} ({cycle})" if phase.cycle > 1 else phase.definition.title


def thing_of(kind: Kind, row: Model, partnership: Partnership) -> Thing:
    return Thing(
        kind=kind.name,
        label=str(kind.label),
        pk=row.pk,
        type_id=kind.type_id,
        title=str(kind.title(row)),
        url=kind.url(row, partnership),
        talk_url=reverse("partnerships:thing-talk", args=[partnership.slug, kind.name, row.pk]),
        row=row,
    )


def find_thing(partnership: Partnership, kind_name: str, pk: int, user: User) -> Thing | None:
    """The thing of this partnership if ``user`` may see it; the partnership itself is taken to be visible."""
    kind = kinds().get(kind_name)
    if kind is None:
        return None
    row = kind.of(partnership).filter(pk=pk, pk__in=kind.visible_to(user).values("pk")).first()
    return thing_of(kind, row, partnership) if row else None


def things_of(rows: Iterable[AboutSomething], user: User) -> dict[tuple[int, int], Thing]:
    """What ``rows`` are about, by ``subject_key``, as far as ``user`` may see it: one query a kind, however many rows.

    ``rows`` come with their partnership.
    """
    by_type: dict[int, dict[int, Partnership]] = defaultdict(dict)
    for row in rows:
        by_type[row.subject_type_id][row.subject_id] = row.partnership
    found: dict[tuple[int, int], Thing] = {}
    for kind in kinds().values():
        wanted = by_type.pop(kind.type_id, {})
        if not wanted:
            continue
        # The partnership of a row is at hand, and whoever reads the row sees it.
        own = [row for pk, row in wanted.items() if row.pk == pk] if kind.model is Partnership else None
        seen = own if own is not None else _seen(kind, wanted, user)
        for row in seen:
            found[kind.type_id, row.pk] = thing_of(kind, row, wanted[row.pk])
        for pk in wanted:
            found.setdefault(
                (kind.type_id, pk), Thing(kind=kind.name, label=str(kind.label), pk=pk, type_id=kind.type_id)
            )
    for type_id, wanted in by_type.items():  # a kind that no app names any more
        for pk in wanted:
            found[type_id, pk] = Thing(kind="", label=str(_("Something")), pk=pk, type_id=type_id)
    return found


def _seen(kind: Kind, wanted: dict[int, Partnership], user: User) -> Iterable[Model]:
    rows = kind.visible_to(user).filter(pk__in=wanted)
    return rows.select_related("definition") if kind.model is Phase else rows


def visible_subjects(user: User, *, prefix: str = "") -> Q:
    """Rows about things that ``user`` may see; ``prefix`` leads to them from other rows: “comment__”."""
    seen = Q(pk__in=[])
    for kind in kinds().values():
        visible = kind.visible_to(user).order_by().values("pk")
        seen |= Q(**{f"{prefix}subject_type_id": kind.type_id, f"{prefix}subject_id__in": visible})
    return seen


def readers_of(thing: Thing, partnership: Partnership) -> list[User]:
    """Those of people_of() who may see ``thing``: nobody else is mentioned."""
    return kinds()[thing.kind].readers(thing.row, people_of(partnership))


def choices_for(partnership: Partnership, user: User, *, chosen: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """What a follow-up may be about, kind by kind, for the list of a form; ``chosen`` is always among them."""
    groups = []
    for kind in kinds().values():
        if not (kind.takes_follow_ups and kind.is_offered):
            continue
        rows = kind.of(partnership)
        if kind.model is not Partnership:
            rows = rows.filter(pk__in=kind.visible_to(user).order_by().values("pk"))
        offered = [(f"{kind.name}:{row.pk}", Truncator(str(kind.title(row))).chars(80)) for row in rows[:MOST_OFFERED]]
        groups.append((str(kind.label), offered))
    if chosen and not any(chosen == value for _label, offered in groups for value, _words in offered):
        thing = parse_choice(partnership, user, chosen)
        if thing:
            groups.append((thing.label, [(thing.value, thing.title)]))
    return [(label, offered) for label, offered in groups if offered]


def parse_choice(partnership: Partnership, user: User, value: str) -> Thing | None:
    """The thing that ``document:12`` names, if a follow-up may be about it and ``user`` may see it."""
    name, _colon, number = value.partition(":")
    kind = kinds().get(name)
    if kind is None or not kind.takes_follow_ups or not number.isascii() or not number.isdecimal():
        return None
    return find_thing(partnership, name, int(number), user)
