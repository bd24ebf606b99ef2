"""The nightly round of notices, for cron or a systemd timer."""

from django.core.management import BaseCommand, CommandError

from partnerships.actions.notices import send_notices


class Command(BaseCommand):
    help = "Brings agreements up to today and sends notices and reminders. Running it twice sends nothing twice."

    def handle(self, *args, **options):
        done = send_notices()
        self.stdout.write(f"{done.moved} agreements moved by their dates, {done.sent} notices sent.")
        if done.failed:
            raise CommandError(f"{done.failed} could not be done; the log says why. The next round tries again.")
