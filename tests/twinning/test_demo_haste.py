"""The demonstration world leaves constraints to the database, and only while it is built."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from partnerships.models import Partnership
from tests.factories import make_partnership
from twinning.demo.haste import asking_once

pytestmark = pytest.mark.django_db


@contextmanager
def at_once():
    """The database looks at keys when the transaction ends; here already at the end of this block."""
    with transaction.atomic():
        yield
        connection.check_constraints()


def test_the_database_still_refuses_what_breaks_a_constraint():
    partnership = make_partnership(starts_on="2026-02-01")
    partnership.ends_on = "2026-01-01"

    with asking_once():
        partnership.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            partnership.save()


def test_the_database_still_refuses_a_key_that_points_nowhere_and_what_is_there_twice():
    first, second = make_partnership(), make_partnership()

    with asking_once():
        lost = Partnership.objects.get(pk=first.pk)
        lost.coordinator_id = 0
        lost.full_clean()
        with pytest.raises(IntegrityError), at_once():
            lost.save()
        second.slug = first.slug
        second.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            second.save()


def test_what_must_be_chosen_is_asked_for_as_ever():
    partnership = make_partnership()
    partnership.coordinator = None

    with asking_once(), pytest.raises(ValidationError, match="cannot be null"):
        partnership.full_clean()


def test_afterwards_people_are_told_kindly_again():
    partnership = make_partnership(starts_on="2026-02-01")
    partnership.ends_on = "2026-01-01"

    with pytest.raises(ZeroDivisionError), asking_once():
        raise ZeroDivisionError
    with pytest.raises(ValidationError, match="after the start date"):
        partnership.full_clean()
