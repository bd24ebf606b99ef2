import json

from django.core.management.base import BaseCommand
from django.urls import reverse

from bench.world import EMAIL, PASSWORD, build


class Command(BaseCommand):
    help = "Add to the world of seed_scale what the bench measures besides; prints the addresses as JSON."

    def handle(self, *args, **options):
        partnership, document, link = build()
        self.stdout.write(
            json.dumps(
                {
                    "email": EMAIL,
                    "password": PASSWORD,
                    "partnership": partnership.get_absolute_url(),
                    "document": document.get_absolute_url(),
                    "fill": reverse("toolkit:document-fill", args=[document.reference]),
                    "shared": reverse("toolkit:shared-fill", args=[link.token]),
                }
            )
        )
