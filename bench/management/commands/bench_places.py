import json

from django.core.management.base import BaseCommand

from accounts.models import User
from bench.pages import OF_A_COORDINATOR, Rows, addresses
from bench.world import EMAIL, PASSWORD, administrator


class Command(BaseCommand):
    help = "Say how the pages of this world are opened, as its administrator and as a coordinator; prints JSON."

    def handle(self, *args, **options):
        admin = administrator()
        rows = Rows(admin)
        coordinator = User.objects.get(pk=rows.large.coordinator_id)
        coordinator.set_password(PASSWORD)
        coordinator.save(update_fields=["password"])
        pages = addresses(rows)
        own = {name: pages[name] for name in OF_A_COORDINATOR if name in pages}
        people = {EMAIL: pages, coordinator.email: own}
        self.stdout.write(json.dumps({"password": PASSWORD, "people": people, "export": pages["bulk-export"]}))
