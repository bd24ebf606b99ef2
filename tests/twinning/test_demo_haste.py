"""The demonstration world leaves constraints to the database, and only while it is built."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import make_partnership
from twinning.demo.haste import asking_once

pytestmark = pytest.mark.django_db


def test_the_database_still_refuses_what_breaks_a_constraint():
    partnership = make_partnership(starts_on="2026-02-01")
    partnership.ends_on = "2026-01-01"

    with asking_once():
        partnership.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            partnership.save()


def test_afterwards_people_are_told_kindly_again():
    partnership = make_partnership(starts_on="2026-02-01")
    partnership.ends_on = "2026-01-01"

    with pytest.raises(ZeroDivisionError), asking_once():
        raise ZeroDivisionError
    with pytest.raises(ValidationError, match="after the start date"):
        partnership.full_clean()
