"""Where the world for measuring is not made."""

import pytest
from django.core.management import CommandError, call_command

from partnerships.models import Partnership
from tests.factories import make_organization

pytestmark = pytest.mark.django_db


def test_a_database_with_records_is_left_alone():
    make_organization()

    with pytest.raises(CommandError, match="hard to take out"):
        call_command("seed_scale", fraction=0.001, verbosity=0)
    assert not Partnership.objects.exists()


@pytest.mark.parametrize("fraction", [0, -1, 1.5])
def test_a_fraction_is_a_part_of_the_whole(fraction):
    with pytest.raises(CommandError, match="more than 0"):
        call_command("seed_scale", fraction=fraction)
