"""The site itself, accounts and their pages. See tests/access/__init__.py."""

from tests.access.roles import LOGIN

GET = {
    "home": (LOGIN, 200, 200, 200, 200, 200, 200),
    "search": (LOGIN, 200, 200, 200, 200, 200, 200),
    "healthz": (200, 200, 200, 200, 200, 200, 200),
    "accounts:profile": (LOGIN, 200, 200, 200, 200, 200, 200),
    "accounts:user-list": (LOGIN, 403, 403, 403, 403, 403, 200),
    "accounts:user-invite": (LOGIN, 403, 403, 403, 403, 403, 200),
    "accounts:user-edit": (LOGIN, 403, 403, 403, 403, 403, 200),
    "accounts:invitation": (200, 200, 200, 200, 200, 200, 200),
    "account_login": (200, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "account_logout": (LOGIN, 200, 200, 200, 200, 200, 200),
    "account_inactive": (200, 200, 200, 200, 200, 200, 200),
    "account_signup": (200, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "account_reauthenticate": (LOGIN, 200, 200, 200, 200, 200, 200),
    "account_change_password": (LOGIN, 200, 200, 200, 200, 200, 200),
    "account_set_password": (LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "account_reset_password": (200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_done": (200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_from_key": (200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 200, 200, 200, 200, 200),
}
POST = {
    "set-theme": (302, 302, 302, 302, 302, 302, 302),
    "accounts:user-invite-again": (LOGIN, 403, 403, 403, 403, 403, 302),
    "accounts:user-close": (LOGIN, 403, 403, 403, 403, 403, 302),
    "accounts:user-reopen": (LOGIN, 403, 403, 403, 403, 403, 302),
}
