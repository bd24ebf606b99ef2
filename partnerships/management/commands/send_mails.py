"""Sends what waits in the outbox. Made for cron: every five minutes, or as often as one likes."""

from django.core.management import BaseCommand

from partnerships.actions.mailing import forget_old_mails, send_due


class Command(BaseCommand):
    help = "Tries the mails whose turn it is, and deletes the words of old ones. Running it again sends nothing twice."

    def handle(self, *args, verbosity: int, **options):
        n_sent, n_left = send_due()
        n_forgotten = forget_old_mails()
        if verbosity:
            self.stdout.write(
                f"{n_sent} mails sent, {n_left} tried in vain or no longer wanted, the words of {n_forgotten} deleted."
            )
