"""Django's flush, which on SQLite deletes row by row: the trigger that keeps published versions lets go meanwhile.

On PostgreSQL whole tables are truncated, which no trigger of rows is asked about.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.commands import flush
from django.db import connections, transaction

KEEPER = "toolkit_version_is_kept"


class Command(flush.Command):
    def handle(self, **options):
        with without_keeper(options["database"]):
            super().handle(**options)


@contextmanager
def without_keeper(using: str) -> Iterator[None]:
    """The trigger as the migration made it is there again afterwards, whatever happens."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        yield
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [KEEPER])
        found = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER IF EXISTS {KEEPER}")
        yield
        if found:
            cursor.execute(found[0])
