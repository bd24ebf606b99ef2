"""People every test may use, and the fast hasher that keeps a thousand logins cheap."""

import pytest
from django.test import Client

from tests.factories import make_user


@pytest.fixture(autouse=True)
def test_settings(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)},
        "files": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "cache"},
    }


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
