"""The address that ends a person's mails without signing in."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "accounts.digest.stop"


def stop_url(user: User) -> str:
    return settings.SITE_URL + reverse("accounts:mail-stop", args=[signing.dumps(user.pk, salt=SALT)])


def reader_of(token: str) -> User:
    """Whose mails ``token`` ends, or DoesNotExist. It never runs out: old mails must keep their promise."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise User.DoesNotExist from None
    return User.objects.get(pk=pk)
