"""`manage.py prepare`: what ./run does before the server starts."""

import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from partnerships.models import Partnership, PhaseModel
from tests.factories import make_user
from toolkit.models import Tool
from twinning.demo.world import COORDINATOR

pytestmark = pytest.mark.django_db

User = get_user_model()


class Terminal:
    """Where nobody sits, or where somebody would be asked."""

    def __init__(self, *, isatty: bool):
        self.isatty = lambda: isatty


@pytest.fixture(autouse=True)
def nobody_at_the_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal(isatty=False))
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD", "ADMIN_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def trying_out(settings, tmp_path):
    settings.TRYING_OUT = True
    settings.STATIC_ROOT = tmp_path / "static"


@pytest.fixture
def public(settings, tmp_path):
    settings.TRYING_OUT = False
    call_command("make_fonts", verbosity=0)  # a minute of work; once for all tests
    (tmp_path / "fonts").symlink_to(settings.VAR_DIR / "fonts")
    settings.STATIC_ROOT, settings.VAR_DIR = tmp_path / "static", tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "twinning.assets.HashedStorage"}}


@pytest.fixture
def administrator_in_environment(monkeypatch):
    monkeypatch.setenv("ADMIN_EMAIL", "first@example.org")
    monkeypatch.setenv("ADMIN_PASSWORD", "nine brown horses")


def test_empty_database_is_filled_once(trying_out, capsys):
    call_command("prepare")

    assert Tool.objects.count() >= 12
    assert PhaseModel.objects.filter(slug__in=["aiha", "who-tpi"]).count() == 2
    assert Partnership.objects.exists()
    logins = capsys.readouterr().out
    assert all(user.email in logins for user in User.objects.filter(is_active=True, is_coordinator=True))

    before = [model.objects.count() for model in (User, Partnership, Tool)]
    call_command("prepare")

    assert [model.objects.count() for model in (User, Partnership, Tool)] == before


def test_database_with_people_gets_no_demonstration(trying_out, alice):
    call_command("prepare")

    assert list(User.objects.all()) == [alice]
    assert not Partnership.objects.exists()


def test_empty_start_makes_the_administrator_and_stays_empty(trying_out, administrator_in_environment):
    call_command("prepare", empty=True)
    call_command("prepare")
    call_command("prepare", empty=True)

    assert [(user.email, user.is_admin) for user in User.objects.all()] == [("first@example.org", True)]
    assert not Partnership.objects.exists()
    assert Tool.objects.count() >= 12


@pytest.fixture
def demonstration(db):
    return make_user(email=COORDINATOR)


def test_empty_start_of_a_demonstration_is_refused(trying_out, demonstration):
    with pytest.raises(CommandError, match="cannot start empty"):
        call_command("prepare", empty=True)


def test_empty_start_without_terminal_or_environment_says_how(trying_out):
    with pytest.raises(CommandError, match="ADMIN_EMAIL"):
        call_command("prepare", empty=True)

    assert not User.objects.exists()


def test_public_installation_gets_no_demonstration(public):
    with pytest.raises(CommandError, match="ADMIN_EMAIL"):
        call_command("prepare")

    assert not User.objects.exists()


def test_demonstration_that_becomes_public_is_warned_of(public, demonstration, capsys):
    call_command("prepare")

    assert "known to everybody" in capsys.readouterr().err


def test_static_files_are_collected_once(public, administrator_in_environment, settings, capsys):
    call_command("prepare")
    first = capsys.readouterr().out
    made = (settings.STATIC_ROOT / "staticfiles.json").stat().st_mtime_ns
    call_command("prepare")

    assert "static files" in first
    assert "static files" not in capsys.readouterr().out
    assert (settings.STATIC_ROOT / "staticfiles.json").stat().st_mtime_ns == made
