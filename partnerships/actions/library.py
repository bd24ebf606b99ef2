"""Brings the shipped phase models and topics into the database. Doing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models, transaction
from django.db.models import F

from partnerships.models import ExitCriterion, PhaseDefinition, PhaseModel, Topic

# Added to every number of a model while its phases change places, for no two may have the same at any moment.
OUT_OF_THE_WAY = 1000


@dataclass
class Loaded:
    """What a load did. ``kept`` names what the file no longer has and partnerships still use."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: list[str] = field(default_factory=list)


@transaction.atomic
def load_library(phase_models: Sequence[Mapping], topics: Sequence[Mapping]) -> Loaded:
    """Make the database hold what the files say (see partnerships/reading.py for their shape).

    Models and topics that are not in the files were made here and stay; so do models that were changed here. Phases
    and criteria that left a model are removed unless a partnership has them; then they stay, behind the others.
    """
    loaded = Loaded()
    for topic in topics:
        # One of the same name that was made here is the same topic.
        known = Topic.objects.filter(slug=topic["slug"]).first() or Topic.objects.filter(name=topic["name"]).first()
        _put(loaded, known or Topic(slug=topic["slug"]), name=topic["name"])
    for position, raw in enumerate(phase_models):
        model = PhaseModel.objects.filter(slug=raw["slug"]).first() or PhaseModel(slug=raw["slug"])
        if model.is_own:
            loaded.kept.append(str(model))
            continue
        _put(
            loaded,
            model,
            name=raw["name"],
            summary=raw["summary"].strip(),
            source=raw.get("source", ""),
            is_cycle=raw.get("is_cycle", False),
            position=position,
        )
        _load_phases(loaded, model, raw["phases"])
    return loaded


def _load_phases(loaded: Loaded, model: PhaseModel, raws: Sequence[Mapping]) -> None:
    slugs = {raw["slug"] for raw in raws}
    for phase in model.phases.exclude(slug__in=slugs):
        _drop(loaded, phase, in_use=phase.uses.exists())
    known = {phase.slug: phase for phase in model.phases.all()}
    numbers = {raw["slug"]: raw["number"] for raw in raws}
    left_over = [slug for slug in known if slug not in slugs]
    numbers |= {slug: max(numbers.values()) + extra for extra, slug in enumerate(left_over, start=1)}
    if any(phase.number != numbers[slug] for slug, phase in known.items()):
        model.phases.update(number=F("number") + OUT_OF_THE_WAY)
        known = {phase.slug: phase for phase in model.phases.all()}
    for slug in left_over:
        _put(loaded, known[slug], number=numbers[slug])
    for raw in raws:
        phase = known.get(raw["slug"]) or PhaseDefinition(model=model, slug=raw["slug"])
        _put(
            loaded,
            phase,
            number=raw["number"],
            title=raw["title"],
            purpose=raw["purpose"].strip(),
            section=raw["section"],
            deliverables=list(raw.get("deliverables", [])),
            expected_tools=list(raw.get("expects", [])),
        )
        _load_criteria(loaded, phase, raw.get("criteria", []))


def _load_criteria(loaded: Loaded, phase: PhaseDefinition, raws: Sequence[Mapping]) -> None:
    slugs = {raw["slug"] for raw in raws}
    for criterion in phase.criteria.exclude(slug__in=slugs):
        _drop(loaded, criterion, in_use=criterion.checks.exists())
    known = {criterion.slug: criterion for criterion in phase.criteria.all()}
    for number, raw in enumerate(raws, start=1):
        criterion = known.get(raw["slug"]) or ExitCriterion(phase=phase, slug=raw["slug"])
        _put(loaded, criterion, number=number, text=raw["text"], fact=raw.get("fact", ""))


def _put(loaded: Loaded, row: models.Model, **values) -> None:
    """Save ``row`` with ``values`` if it is new or they differ."""
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return
    loaded.changed += bool(row.pk)
    loaded.added += not row.pk
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()


def _drop(loaded: Loaded, row: models.Model, *, in_use: bool) -> None:
    if in_use:
        loaded.kept.append(str(row))
        return
    row.delete()
    loaded.removed += 1
