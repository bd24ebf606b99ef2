import builtins
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.management.commands import create_admin
from accounts.models import User
from tests.factories import make_user

GOOD = "a long enough sentence"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD", "ADMIN_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def typed(monkeypatch):
    """Answers typed at a terminal, and what the command wrote."""

    def _typed(*answers: str) -> str:
        waiting = iter(answers)
        monkeypatch.setattr(builtins, "input", lambda _question: next(waiting))
        monkeypatch.setattr(create_admin, "getpass", lambda _question: next(waiting))
        err = StringIO()
        try:
            call_command("create_admin", stdin=Terminal(), stdout=StringIO(), stderr=err)
        finally:
            _typed.complaints = err.getvalue()
        assert next(waiting, None) is None
        return _typed.complaints

    return _typed


def from_environment(monkeypatch, **values):
    for name, value in values.items():
        monkeypatch.setenv(f"ADMIN_{name}", value)
    call_command("create_admin", stdin=StringIO(), stdout=StringIO())


def test_the_environment_makes_an_administrator(monkeypatch, db):
    from_environment(monkeypatch, EMAIL="Root@Example.org", PASSWORD=GOOD, NAME="Rut")

    user = User.objects.get()
    assert (user.email, user.name, user.is_admin, user.is_active) == ("root@example.org", "Rut", True, True)
    assert user.check_password(GOOD)


def test_the_name_may_be_left_out(monkeypatch, db):
    from_environment(monkeypatch, EMAIL="root@example.org", PASSWORD=GOOD)

    assert User.objects.get().name == "root"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "ADMIN_EMAIL"),
        ({"EMAIL": "root@example.org"}, "ADMIN_PASSWORD"),
        ({"EMAIL": "root@example.org", "PASSWORD": "short"}, "too short"),
        ({"EMAIL": "root@example.org", "PASSWORD": "password1234"}, "too common"),
        ({"EMAIL": "root@example.org", "PASSWORD": "root@example.org"}, "too similar"),
        ({"EMAIL": "nonsense", "PASSWORD": GOOD}, "valid email address"),
        ({"EMAIL": "CAROL@example.org", "PASSWORD": GOOD}, "already"),
    ],
)
def test_the_environment_is_refused(monkeypatch, db, values, words):
    make_user(email="carol@example.org")

    with pytest.raises(CommandError, match=words):
        from_environment(monkeypatch, **values)

    assert not User.objects.admins().exists()


def test_questions_make_an_administrator(typed, db):
    assert typed("root@example.org", "Rut", GOOD, GOOD) == ""

    user = User.objects.get()
    assert (user.name, user.is_admin) == ("Rut", True)
    assert user.check_password(GOOD)


def test_questions_are_asked_again(typed, db):
    complaints = typed("nonsense", "Rut", "root@example.org", "Rut", "short", "short", GOOD, "other", GOOD, GOOD)

    for words in ("valid email address", "too short", "not the same"):
        assert words in complaints
    assert User.objects.get().check_password(GOOD)


@pytest.mark.parametrize(
    "answers",
    [
        ("nonsense", "Rut") * 3,
        ("root@example.org", "") * 3,
        ("root@example.org", "Rut") + ("short", "short") * 3,
        ("root@example.org", "Rut") + (GOOD, "other") * 3,
    ],
)
def test_three_times_is_enough(typed, db, answers):
    with pytest.raises(CommandError, match="No administrator was made"):
        typed(*answers)

    assert typed.complaints
    assert not User.objects.exists()
