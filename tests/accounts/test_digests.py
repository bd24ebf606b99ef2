"""How often mails come: chosen on the profile, or ended from a mail without signing in."""

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.digests import SALT, stop_url
from accounts.models import User


def path(user):
    return "/" + stop_url(user).partition("://")[2].partition("/")[2]


@pytest.mark.parametrize("how", ["immediate", "daily", "weekly", "none"])
def test_it_is_chosen_on_the_profile(login, alice, how):
    sent = {"name": "Alice", "language": "en", "time_zone": "UTC", "digest": how, "version": 1}

    assert login(alice).post(reverse("accounts:profile"), sent).status_code == 302

    assert User.objects.get(pk=alice.pk).digest == how


def test_nonsense_is_refused_at_its_field(login, alice):
    sent = {"name": "Alice", "language": "en", "time_zone": "UTC", "digest": "hourly", "version": 1}

    response = login(alice).post(reverse("accounts:profile"), sent)

    assert (response.status_code, list(response.context["form"].errors)) == (400, ["digest"])
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.update(digest="hourly")


@pytest.mark.parametrize(("how", "status"), [("none", 200), ("weekly", 200), ("daily", 400), ("", 400)])
def test_a_mail_leads_to_fewer_without_signing_in(alice, how, status):
    client = Client()

    page = client.get(path(alice))
    assertContains(page, "alice@example.org")
    assert User.objects.get(pk=alice.pk).digest == "immediate"  # mail scanners open links too
    response = client.post(path(alice), {"digest": how} if how else {})

    assert response.status_code == status
    found = User.objects.get(pk=alice.pk)
    assert (found.digest, found.version) == ((how, 2) if status == 200 else ("immediate", 1))
    assert "_auth_user_id" not in client.session
    assert "noindex" in response["X-Robots-Tag"]


def test_the_form_is_protected_against_forgery(alice):
    client = Client(enforce_csrf_checks=True)

    assert client.post(path(alice), {"digest": "none"}).status_code == 403
    page = client.get(path(alice))
    token = page.context["csrf_token"]
    assert client.post(path(alice), {"digest": "none", "csrfmiddlewaretoken": str(token)}).status_code == 200


def test_wrong_addresses_tell_nothing_and_are_counted(alice, settings):
    settings.SHARE_MISSES_PER_MINUTE = 3
    forged = [
        reverse("accounts:mail-stop", args=["x"]),
        reverse("accounts:mail-stop", args=[signing.dumps(alice.pk, salt="another")]),
        reverse("accounts:mail-stop", args=[signing.dumps(10**9, salt=SALT)]),
    ]

    for address in forged:
        assert Client().post(address, {"digest": "none"}).status_code == 404
    assert Client().get(forged[0]).status_code == 429
    assert User.objects.get(pk=alice.pk).digest == "immediate"
