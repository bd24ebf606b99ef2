import json
import time
from io import StringIO

from django.core.management import call_command
from django.core.management.base import BaseCommand

from bench.forms import measure, works


class Command(BaseCommand):
    help = "Time the form language on large forms, and the check of the whole toolkit; prints CPU seconds as JSON."

    def add_arguments(self, parser):
        parser.add_argument("rounds", type=int)

    def handle(self, *args, rounds: int, **options):
        limits = {label: limit for label, (_work, limit) in works().items()}
        start = time.perf_counter()
        call_command("check_toolkit", stdout=StringIO())
        check = time.perf_counter() - start
        self.stdout.write(json.dumps({"times": measure(rounds), "limits": limits, "check": check}))
