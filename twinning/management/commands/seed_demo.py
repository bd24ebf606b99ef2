"""Fills an empty database with the demonstration world."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command

from partnerships.models import PhaseModel
from toolkit.models import Tool
from twinning.demo.world import COORDINATOR, build

PEOPLE_ARE_HERE = "People are in this database already; the demonstration world is only for an empty one."
NOT_HERE = "SECRET_KEY is set, so this looks like a public installation, and the demonstration passwords are no secret."
ANYWAY = " Say --force if you want it all the same."


class Command(BaseCommand):
    help = "Loads fictional partnerships, organizations, people and documents. Seeding twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="also where people are, or in a public installation")

    def handle(self, *args, force: bool, **options):
        people = get_user_model().objects
        if people.filter(email=COORDINATOR).exists():
            self.stdout.write("The demonstration world is here already; nothing was changed.")
            return
        if people.exists() and not force:
            raise CommandError(PEOPLE_ARE_HERE + ANYWAY)
        if not settings.TRYING_OUT and not force:
            raise CommandError(NOT_HERE + ANYWAY)
        if not Tool.objects.exists():
            call_command("load_toolkit", stdout=self.stdout)
        if not PhaseModel.objects.exists():
            call_command("load_phase_models", stdout=self.stdout)
        build()
