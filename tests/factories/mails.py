from django.utils import timezone

from partnerships.models import OutgoingMail, Partnership


def make_mail(partnership: Partnership | None, **fields) -> OutgoingMail:
    """A mail in the outbox that nobody has tried to send yet."""
    state = fields.get("state", "queued")
    words = {
        "kind": "link",
        "to_name": "Grace",
        "to_email": "grace@example.org",
        "language": "en",
        "subject": "Please fill in: Trip report",
        "body": "Hello Grace",
        "sent_at": timezone.now() if state == "sent" else None,
    }
    return OutgoingMail.objects.create(partnership=partnership, **words | fields)
