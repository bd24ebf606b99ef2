"""Which unsaved rows a table of the database would refuse, asked before anybody saves them, in few queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection, models
from django.db.models import BooleanField, CheckConstraint, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.sql import Query

# Databases bound how many SELECTs one query may join, and how many values it may hold.
MOST_SELECTS, MOST_VALUES = 450, 20_000


def broken_constraints(
    records: Sequence[models.Model], *, exclude: Collection[str]
) -> dict[int, list[CheckConstraint]]:
    """By place in ``records``, all of one model, the constraints that do not hold; those on ``exclude`` are not asked.

    Only the rows of which one fails are asked for each of them apart.
    """
    if not records:
        return {}
    checks = _checks(type(records[0]), exclude)
    if not checks:
        return {}
    whole = reduce(and_, (Q(check.condition) for check in checks))
    # Rows that say the same in the fields of the constraints are asked once.
    alike: dict[tuple, list[int]] = {}
    names = [records[0]._meta.get_field(name).attname for name in sorted(whole.referenced_base_fields)]
    for n, record in enumerate(records):
        said = tuple(repr(getattr(record, name)) for name in names)
        alike.setdefault(said, []).append(n)
    firsts = {rows[0]: rows for rows in alike.values()}
    broken: dict[int, list[CheckConstraint]] = {
        n: [] for n in _failing([(n, records[n], whole) for n in firsts], exclude)
    }
    for check in checks:
        for n in _failing([(n, records[n], Q(check.condition)) for n in broken], exclude):
            broken[n].append(check)
    return {row: told for first, told in sorted(broken.items()) for row in firsts[first]}


def told_constraint(check: CheckConstraint) -> str:
    return " ".join(ValidationError(check.get_violation_error_message()).messages)


def _checks(model: type[models.Model], exclude: Collection[str]) -> list[CheckConstraint]:
    checks = [each for each in model._meta.constraints if isinstance(each, CheckConstraint)]
    return [each for each in checks if not Q(each.condition).referenced_base_fields & set(exclude)]


def _failing(asked: Sequence[tuple[int, models.Model, Q]], exclude: Collection[str]) -> set[int]:
    failing: set[int] = set()
    parts, values = [], []
    for n, record, condition in asked:
        try:
            sql, params = _select(n, record, condition, exclude)
        except EmptyResultSet:  # it holds, whatever the database says
            continue
        parts.append(sql)
        values += params
        if len(parts) >= MOST_SELECTS or len(values) >= MOST_VALUES:
            failing |= _answers(parts, values)
            parts, values = [], []
    return failing | _answers(parts, values)


def _answers(parts: list[str], values: list) -> set[int]:
    if not parts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {n for (n,) in cursor.fetchall()}


def _select(n: int, record: models.Model, condition: Q, exclude: Collection[str]) -> tuple[str, tuple]:
    """A SELECT that gives ``n`` when the record breaks the condition. See also django.db.models.Q.check()."""
    query = Query(None)
    for field in record._meta.local_concrete_fields:
        if field.name not in exclude:
            query.add_annotation(Value(getattr(record, field.attname), field), field.name, select=False)
    query.add_annotation(Value(n), "n")
    # What is unknown holds, as in the database.
    query.add_q(~Q(Coalesce(condition, True, output_field=BooleanField())))
    return query.get_compiler(connection=connection).as_sql()
