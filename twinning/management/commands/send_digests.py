"""Sends everybody the mails they asked for. Made for cron: every quarter of an hour, or as often as one likes."""

import logging

from django.core.management import BaseCommand
from django.utils import timezone, translation

from accounts.models import User
from accounts.states import Digest
from accounts.zones import zone_of
from partnerships.actions.digest import forget_old_notices, send_digest
from partnerships.actions.notifying import note_dates
from toolkit.actions.comment_mails import documents_with_untold_comments, tell_of_comments
from toolkit.waiting import waiting_for

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Mails what is new and what waits, to each person as often as they chose. Running it again sends nothing twice."
    )

    def handle(self, *args, verbosity: int, **options):
        n_sent = 0
        for user in User.objects.filter(is_active=True).order_by("pk").iterator(chunk_size=200):
            try:
                n_sent += self.tell(user)
            except Exception:  # one person's trouble is not everybody's
                logger.exception("The mail of account %s could not be made.", user.pk)
        forget_old_notices()
        for document in documents_with_untold_comments():
            try:
                n_sent += tell_of_comments(document)
            except Exception:  # one document's trouble is not every document's
                logger.exception("Comments on document %s could not be told.", document.pk)
        if verbosity:
            self.stdout.write(f"{n_sent} mails sent.")

    def tell(self, user: User) -> bool:
        with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
            if user.digest == Digest.NONE:
                note_dates(user)  # for their list on the site
                return False
            return send_digest(user, waiting_for(user))
