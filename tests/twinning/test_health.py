"""/healthz: what everybody may know, what an administrator may know, and when it is not well."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from twinning import health

HEALTH = "/healthz"


@pytest.fixture(autouse=True)
def fresh():
    health.require_migrated.cache_clear()
    yield
    health.require_migrated.cache_clear()


@pytest.mark.django_db
def test_well_is_200_for_anybody_without_details(client):
    response = client.get(HEALTH, {"full": 1}, REMOTE_ADDR="203.0.113.9")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "disk": "ok"}}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_details_are_for_administrators_and_this_machine(client, login, admin, alice):
    details = client.get(HEALTH, {"full": 1}).json()["details"]

    assert details["database"] == connection.vendor
    assert "pdf" in details
    assert "details" in login(admin).get(HEALTH, {"full": 1}, REMOTE_ADDR="203.0.113.9").json()
    assert "details" not in login(alice).get(HEALTH, {"full": 1}, REMOTE_ADDR="203.0.113.9").json()


@pytest.mark.django_db
@pytest.mark.parametrize("header", health.FORWARDED)
def test_who_comes_through_a_proxy_is_not_this_machine(client, header):
    assert "details" not in client.get(HEALTH, {"full": 1}, **{header: "203.0.113.9"}).json()


@pytest.mark.django_db
def test_pending_migration_is_503(client):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")

    response = client.get(HEALTH)

    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "pending"


@pytest.mark.django_db
def test_unreachable_database_is_503_and_no_error(client):
    def gone(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        response = client.get(HEALTH, {"full": 1}, REMOTE_ADDR="203.0.113.9")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "unreachable"


@pytest.mark.django_db
def test_nearly_full_disk_is_503(client, monkeypatch):
    monkeypatch.setattr(health, "MIN_FREE_MB", 10**9)

    response = client.get(HEALTH)

    assert response.status_code == 503
    assert response.json()["checks"]["disk"] == "nearly full"


@pytest.mark.django_db
def test_only_reading_is_allowed(client):
    assert client.post(HEALTH).status_code == 405
