"""People every test may use, and the fast hasher that keeps a thousand logins cheap."""

import gc
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import settings as hypothesis_settings

from tests.factories import make_user

# The modules of everything stay in memory; looking through them again and again is a twentieth of all the time.
gc.set_threshold(50_000, 10, 20)

# The same examples in every run, so that a change fails for what it changed. New ones are looked for by hand:
# ./run test --hypothesis-profile=explore
hypothesis_settings.register_profile("same", derandomize=True)
hypothesis_settings.register_profile("explore")
hypothesis_settings.load_profile("same")


def fast_and_apart(folder: Path) -> dict:
    """Settings of every test: nothing is left outside ``folder``; passwords and new clients cost little."""
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "WHITENOISE_AUTOREFRESH": True,  # static files are looked for when asked for, not anew by every client
        "MEDIA_ROOT": folder / "media",
        "CACHES": {
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(folder)},
            "files": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": folder / "cache"},
        },
    }


@pytest.fixture(autouse=True)
def test_settings(settings, tmp_path):
    for name, value in fast_and_apart(tmp_path).items():
        setattr(settings, name, value)


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker, tmp_path_factory):
    """The database for fixtures of a whole module. Each test's own transaction lies inside this one."""
    folder = tmp_path_factory.mktemp("module")
    with django_db_blocker.unblock(), override_settings(**fast_and_apart(folder)), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def alice(db):
    """A coordinator."""
    return make_user(name="Alice", email="alice@example.org", is_coordinator=True)


@pytest.fixture
def bob(db):
    """Another coordinator, who must see nothing of Alice's."""
    return make_user(name="Bob", email="bob@example.org", is_coordinator=True)


@pytest.fixture
def carol(db):
    """A person with an account and no role until a test gives one."""
    return make_user(name="Carol", email="carol@example.org")


@pytest.fixture
def curator(db):
    return make_user(name="Cyril", email="curator@example.org", is_curator=True)


@pytest.fixture
def admin(db):
    return make_user(name="Ada", email="ada@example.org", is_admin=True)


@pytest.fixture
def login():
    """A client signed in as the given user."""

    def _login(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return _login
