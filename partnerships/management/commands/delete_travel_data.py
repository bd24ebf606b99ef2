"""The nightly deletion of travel and health data, for cron or a systemd timer."""

from django.core.management import BaseCommand

from partnerships.actions.travel_data import delete_due_travel_data


class Command(BaseCommand):
    help = "Deletes passports, insurance, emergency contacts and health data of exchanges that are over."

    def handle(self, *args, **options):
        done = delete_due_travel_data()
        self.stdout.write(f"Travel data of {done.travellers} travellers on {done.exchanges} exchanges deleted.")
