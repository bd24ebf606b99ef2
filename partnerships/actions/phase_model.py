"""Acts on phase models. A model in use keeps its past: what was ticked, and how phases ended, stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.actions.names import free_slug, random_code
from partnerships.models import ExitCriterion, PhaseDefinition, PhaseModel
from twinning.locking import claim_version


@dataclass(frozen=True, kw_only=True)
class CriterionRow:
    """One criterion as it should be: ``pk`` of one that is there, or None for a new one."""

    pk: int | None
    text: str
    fact: str = ""


@transaction.atomic
def copy_model(model: PhaseModel, *, name: str) -> PhaseModel:
    """A model of our own with the same phases and criteria, without what was taken out of it."""
    last = PhaseModel.objects.aggregate(last=Max("position"))["last"] or 0
    copy = PhaseModel(
        slug=free_slug(PhaseModel, name),
        name=name,
        summary=model.summary,
        source=model.source,
        is_cycle=model.is_cycle,
        position=last + 1,
        is_own=True,
    )
    copy.full_clean()
    copy.save()
    for number, phase in enumerate(model.phases.filter(is_retired=False).order_by("number"), start=1):
        criteria = list(phase.criteria.filter(retired_on__isnull=True))
        phase.pk, phase.model, phase.number = None, copy, number
        phase.save(force_insert=True)
        for criterion in criteria:
            criterion.pk, criterion.phase, criterion.added_on = None, phase, None
            criterion.save(force_insert=True)
    return copy


@transaction.atomic
def change_model(model: PhaseModel, *, seen_version: int) -> PhaseModel:
    """Save edits if nobody else changed the model or its phases since ``seen_version``; otherwise StaleError."""
    claim_version(model, seen_version)
    model.is_own = True
    model.full_clean()
    model.save()
    return model


def _claim(model: PhaseModel, seen_version: int | None = None) -> PhaseModel:
    """Lock the model and count a change; without ``seen_version``, whatever the version is."""
    locked = PhaseModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    claim_version(locked, locked.version if seen_version is None else seen_version)
    locked.is_own = True
    locked.save(update_fields=["version", "is_own"])
    return locked


@transaction.atomic
def save_definition(
    definition: PhaseDefinition, criteria: Sequence[CriterionRow], *, seen_version: int
) -> PhaseDefinition:
    """Save a new or edited phase with its criteria in this order.

    A criterion that was ticked somewhere is never reworded: it is retired where it stands, and a new one is asked for.
    """
    model = _claim(definition.model, seen_version)
    if definition.pk is None:
        last = model.phases.aggregate(last=Max("number"))["last"] or 0
        definition.number, definition.slug = last + 1, f"phase-{random_code(6).lower()}"
    definition.full_clean()
    definition.save()
    kept = {row.pk for row in criteria if row.pk}
    for gone in definition.criteria.filter(retired_on__isnull=True).exclude(pk__in=kept):
        _retire(gone)
    for number, row in enumerate(criteria, start=1):
        _put(definition, number, row)
    return definition


def _put(definition: PhaseDefinition, number: int, row: CriterionRow) -> None:
    known = definition.criteria.filter(pk=row.pk, retired_on__isnull=True).first() if row.pk else None
    if known is not None and (known.text, known.fact) != (row.text, row.fact) and _was_used(known):
        _retire(known)
        known = None
    criterion = known or ExitCriterion(
        phase=definition, slug=f"c-{random_code(6).lower()}", added_on=timezone.localdate()
    )
    criterion.number, criterion.text, criterion.fact = number, row.text, row.fact
    criterion.full_clean()
    criterion.save()


def _was_used(criterion: ExitCriterion) -> bool:
    return criterion.checks.exists() or criterion.phase.uses.filter(closed_on__isnull=False).exists()


def _retire(criterion: ExitCriterion) -> None:
    if _was_used(criterion):
        criterion.retired_on = timezone.localdate()
        criterion.save(update_fields=["retired_on"])
    else:
        criterion.delete()


@transaction.atomic
def shift_definition(definition: PhaseDefinition, *, up: bool) -> bool:
    """Change places with the phase before or behind; False at the end of the row."""
    model = _claim(definition.model)
    order = list(model.phases.filter(is_retired=False).order_by("number"))
    at = order.index(definition)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return False
    one, other = order[at], order[to]
    numbers = one.number, other.number
    one.number = (model.phases.aggregate(last=Max("number"))["last"] or 0) + 1  # no two are the same at any moment
    one.save(update_fields=["number"])
    other.number, one.number = numbers
    other.save(update_fields=["number"])
    one.save(update_fields=["number"])
    return True


@transaction.atomic
def remove_definition(definition: PhaseDefinition) -> None:
    """Take a phase out of its model. Partnerships that have it keep it; their next cycle goes without."""
    model = _claim(definition.model)
    if definition.is_retired:
        raise ValidationError(_("This phase is no longer part of the model."), code="retired")
    if model.phases.filter(is_retired=False).count() < 2:
        raise ValidationError(_("A model needs at least one phase."), code="last")
    if not definition.uses.exists():
        definition.delete()
        return
    definition.is_retired = True
    definition.number = (model.phases.aggregate(last=Max("number"))["last"] or 0) + 1
    definition.save(update_fields=["is_retired", "number"])
