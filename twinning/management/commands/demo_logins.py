"""Says who may sign in to the demonstration world, and where."""

from django.conf import settings
from django.core.management import BaseCommand
from django.db.models import Exists, OuterRef

from accounts.models import User
from partnerships.states import Side
from toolkit.models import PartSubmission, ShareLink
from toolkit.states import FILLABLE, LinkScope
from twinning.demo.world import PASSWORD, read


class Command(BaseCommand):
    help = "Prints the demonstration accounts, their password, and a share link for each side; nothing without them."

    def handle(self, *args, **options):
        wanted = [row["email"] for row in read("people")["accounts"]]
        here = {user.email: user for user in User.objects.filter(email__in=wanted, is_active=True)}
        if not here:
            return
        self.stdout.write(f"The demonstration world is open at {settings.SITE_URL}/")
        self.stdout.write(f"Everybody there has the password {PASSWORD}")
        width = max(len(email) for email in here)
        for email in wanted:
            if email in here:
                self.stdout.write(f"  {email:<{width}}  {self.about(here[email])}")
        links = [link for side in Side.values if (link := self.live_link(side))]
        if links:
            self.stdout.write("These need no account:")
        for link in links:
            self.stdout.write(f"  {link.side_label}: {link.url}")

    def about(self, user: User) -> str:
        member = user.contact.memberships.first() if hasattr(user, "contact") else None
        if member:
            return f"{user.name}, {member.partnership.side_label(member.side)} of {member.partnership}"
        return f"{user.name}, {', '.join(user.roles).lower()}"

    def live_link(self, side: str) -> ShareLink | None:
        """A link with which something is still to be filled in."""
        submitted = PartSubmission.objects.filter(response__document=OuterRef("document"), part__in=["", side])
        links = ShareLink.objects.live().filter(
            ~Exists(submitted),
            side=side,
            scope=LinkScope.FILL,
            document__state__in=FILLABLE,
            created_by__email__endswith="@demo.example",
        )
        return links.select_related("document__partnership__programme").order_by("document_id", "pk").first()
