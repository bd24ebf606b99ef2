"""How allauth behaves here: nobody signs up, people are invited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in a reset mail, built from our own address and never from the Host that a client claims."""
        url = super().get_reset_password_from_key_url(key)
        path = url[url.index("/", url.index("//") + 2) :]
        return settings.SITE_URL + path
