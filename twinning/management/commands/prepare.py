"""Everything between new code and a server that can start. Run by ``./run``; safe to run any number of times."""

import os
import sys
from io import StringIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from toolkit.rendering.fonts import fonts_are_ready
from twinning.stamps import is_stamped, put_stamp, static_fingerprint

DEMO_IS_HERE = (
    "This database holds the demonstration world, so it cannot start empty. Name another one with DATABASE_URL, "
    "or stop the server and remove {where}."
)
DEMO_IS_PUBLIC = (
    "WARNING: the demonstration accounts are in this database, and their passwords are known to everybody. "
    "Close them before anybody else can reach this server."
)
NO_ADMINISTRATOR = (
    "There is nobody yet who could sign in. Run this in a terminal, or set ADMIN_EMAIL and ADMIN_PASSWORD for this one "
    "start, or run: ./run manage create_admin"
)
NO_DATABASE = "The database that DATABASE_URL names cannot be opened: {why}"


class Command(BaseCommand):
    help = "Brings database, fonts, toolkit and static files up to date; fills an empty database."

    def add_arguments(self, parser):
        parser.add_argument("--empty", action="store_true", help="no demonstration world; ask for an administrator")

    def handle(self, *args, empty: bool, **options):
        self.require_a_database()
        told = self.stdout if self.update_tables() else StringIO()  # counts of nothing new are no news
        self.require_somebody_to_ask(empty=empty)
        call_command("createcachetable", verbosity=0)
        if not fonts_are_ready(settings.VAR_DIR / "fonts"):
            self.stdout.write("Making the fonts of PDF files (about a minute, once)")
        for command in ("make_fonts", "load_toolkit", "load_phase_models"):
            call_command(command, stdout=told)
        self.let_people_in(empty=empty)
        # Where nobody set up the nightly run, what is past its day goes with the next start.
        call_command("delete_travel_data", stdout=StringIO())
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if not settings.TRYING_OUT:
            self.collect_static_files()

    def require_a_database(self) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(NO_DATABASE.format(why=" ".join(str(error).split()))) from None

    def update_tables(self) -> bool:
        """Whether there was anything to do."""
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        self.stdout.write("Bringing the database up to date")
        call_command("migrate", verbosity=0, interactive=False)
        return True

    def require_somebody_to_ask(self, *, empty: bool) -> None:
        """Before minutes of work: a start without people needs somebody who names the first one."""
        if get_user_model().objects.exists() or (settings.TRYING_OUT and not empty):
            return
        if not sys.stdin.isatty() and not (os.environ.get("ADMIN_EMAIL") and os.environ.get("ADMIN_PASSWORD")):
            raise CommandError(NO_ADMINISTRATOR)

    def let_people_in(self, *, empty: bool) -> None:
        """A database with people in it is left as it is: it never gets demonstration data by accident."""
        if get_user_model().objects.exists():
            if empty and demo_logins():
                where = settings.DATABASES["default"]["NAME"] if connection.vendor == "sqlite" else "its tables"
                raise CommandError(DEMO_IS_HERE.format(where=where))
        elif empty or not settings.TRYING_OUT:
            call_command("create_admin", stdout=self.stdout)
        else:
            self.stdout.write("Loading the demonstration world")
            with transaction.atomic():  # half a world would be taken for a whole one at the next start
                call_command("seed_demo", stdout=StringIO())
        if logins := demo_logins():
            self.stdout.write(logins)
            if not settings.TRYING_OUT:
                self.stderr.write(DEMO_IS_PUBLIC)

    def collect_static_files(self) -> None:
        fingerprint = static_fingerprint()
        if is_stamped("static", fingerprint) and (settings.STATIC_ROOT / "staticfiles.json").exists():
            return
        self.stdout.write("Collecting and compressing static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        put_stamp("static", fingerprint)


def demo_logins() -> str:
    """Who may sign in to the demonstration world; nothing where there is none."""
    told = StringIO()
    call_command("demo_logins", stdout=told)
    return told.getvalue()
