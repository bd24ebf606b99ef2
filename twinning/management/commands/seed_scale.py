"""Fills a database with a large made-up world, to measure how the pages bear it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from partnerships.models import Contact, Organization, Partnership, PhaseModel
from toolkit.models import WorkedExample
from twinning.scale.size import size_of
from twinning.scale.world import build, is_here

IS_HERE = "A world for measuring is in this database already."
IS_REAL = "Partnerships, organizations or people are in this database already, and made-up ones are hard to take out."
ANYWAY = " Say --add if you want another one beside it."


@contextmanager
def statements_forgotten() -> Iterator[None]:
    """Debug pages want to know the last 9,000 statements; of these, that is half a gigabyte."""
    debug, settings.DEBUG = settings.DEBUG, False
    try:
        yield
    finally:
        settings.DEBUG = debug


class Command(BaseCommand):
    help = (
        "Makes a large world for measuring: 300 partnerships, 1,000 organizations, 20,000 contacts, 5,000 exchanges, "
        "10,000 workshops, 150,000 attendances and 200,000 responses. Nobody in it can sign in."
    )

    def add_arguments(self, parser):
        parser.add_argument("--fraction", type=float, default=1.0, help="0.1 makes a tenth of it")
        parser.add_argument("--add", action="store_true", help="also where other records are")

    def handle(self, *args, fraction: float, add: bool, verbosity: int, **options):
        if not 0 < fraction <= 1:
            raise CommandError("--fraction is more than 0 and at most 1.")
        if not add and is_here():
            raise CommandError(IS_HERE + ANYWAY)
        if not add and any(model.objects.exists() for model in (Partnership, Organization, Contact)):
            raise CommandError(IS_REAL + ANYWAY)
        if not PhaseModel.objects.exists():
            call_command("load_phase_models", stdout=self.stdout)
        if not WorkedExample.objects.exists():
            call_command("load_toolkit", stdout=self.stdout)
        begun = time.monotonic()

        def tell(what: str) -> None:
            if verbosity:
                self.stdout.write(f"{time.monotonic() - begun:6.0f} s  {what}")
                self.stdout.flush()

        with statements_forgotten():
            made = build(size_of(fraction), tell=tell)
        # Without it PostgreSQL plans for the empty tables of a minute ago; SQLite takes no harm.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if verbosity:
            for name, n in sorted(made.counts.items(), key=lambda pair: -pair[1]):
                self.stdout.write(f"{n:>10,}  {name}")
