"""Is this installation well? One address for load balancers, monitors and administrators."""

import shutil
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

MIN_FREE_MB = 200
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when people can work, else 503. ``?full=1`` adds versions and sizes for administrators and this machine."""
    checks = {"database": database(), "migrations": migrations(), "disk": disk()}
    well = all(state == "ok" for state in checks.values())
    answer = {"status": "ok" if well else "failing", "checks": checks}
    if request.GET.get("full") and may_see_details(request, database_ok=checks["database"] == "ok"):
        answer["details"] = details()
    return JsonResponse(answer, status=200 if well else 503)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def migrations() -> str:
    try:
        require_migrated()
    except PendingMigrations:
        return "pending"
    except DatabaseError:
        return "unknown"
    return "ok"


class PendingMigrations(Exception):
    """The code is newer than the tables."""


@lru_cache(maxsize=1)
def require_migrated() -> None:
    # An exception is not cached and a quiet return is: what is migrated stays so until the next start.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise PendingMigrations


def free_mb() -> int:
    return shutil.disk_usage(settings.VAR_DIR).free // 1024**2


def disk() -> str:
    try:
        return "ok" if free_mb() >= MIN_FREE_MB else "nearly full"
    except OSError:
        return "unreadable"


def may_see_details(request: HttpRequest, *, database_ok: bool) -> bool:
    if request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not any(name in request.META for name in FORWARDED):
        return True
    return database_ok and request.user.is_authenticated and request.user.is_admin


def details() -> dict:
    import django

    # Imported here: a load balancer asking every second never needs the PDF renderer.
    from toolkit.rendering.pdf import pdf_status

    return {
        "django": django.get_version(),
        "database": connection.vendor,
        "debug": settings.DEBUG,
        "disk_free_mb": free_mb(),
        "pdf": pdf_status(),
    }
