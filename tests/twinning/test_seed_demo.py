"""When the demonstration world is refused, and what is said where there is none."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from partnerships.models import Partnership
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_database_with_people_is_left_alone():
    make_user()

    with pytest.raises(CommandError, match="People are in this database"):
        call_command("seed_demo", stdout=StringIO())
    assert not Partnership.objects.exists()


def test_a_public_installation_is_left_alone(settings):
    settings.TRYING_OUT = False

    with pytest.raises(CommandError, match="looks like a public installation"):
        call_command("seed_demo", stdout=StringIO())
    assert not User.objects.exists()


def test_logins_say_nothing_where_there_is_no_demonstration_world():
    make_user(email="somebody@example.org")
    told = StringIO()

    call_command("demo_logins", stdout=told)

    assert told.getvalue() == ""
