import re

import pytest
from django.core import mail
from django.urls import reverse


@pytest.fixture
def log_in(client):
    """Types e-mail and password on the login page and returns the answer."""

    def _log_in(email: str, password: str, *, address: str = "127.0.0.1", **data):
        return client.post(reverse("account_login"), {"login": email, "password": password} | data, REMOTE_ADDR=address)

    return _log_in


@pytest.fixture
def path_in_last_mail():
    """The path of the one link in the mail sent last, which must be on our own site."""

    def _path(site_url: str) -> str:
        (link,) = re.findall(r"https?://\S+", mail.outbox[-1].body)
        assert link.startswith(f"{site_url}/")
        return link.removeprefix(site_url)

    return _path
