"""Organizations, contacts, programmes, partnerships, their team and phases. See tests/access/__init__.py."""

from tests.access.roles import LOGIN

GET = {
    "partnerships:organization-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:organization-create": (LOGIN, 200, 200, 403, 403, 403, 200),
    "partnerships:organization-detail": (LOGIN, 200, 200, 200, 200, 404, 200),
    "partnerships:organization-edit": (LOGIN, 200, 200, 403, 403, 404, 200),
    "partnerships:contact-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:contact-create": (LOGIN, 200, 200, 403, 403, 403, 200),
    "partnerships:contact-detail": (LOGIN, 200, 200, 200, 200, 404, 200),
    "partnerships:contact-edit": (LOGIN, 200, 200, 200, 403, 404, 200),
    "partnerships:partnership-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:partnership-create": (LOGIN, 200, 200, 403, 403, 403, 200),
    "partnerships:partnership-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:partnership-edit": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:partnership-status": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:partnership-history": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:partnership-mails": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:mail-list": (LOGIN, 403, 403, 403, 403, 403, 200),
    "partnerships:mail-detail": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:phase-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:partnership-team": (LOGIN, 200, 404, 200, 200, 404, 200),
}
POST = {
    "partnerships:mail-again": (LOGIN, 409, 404, 403, 403, 404, 409),  # it still waits
    "partnerships:mail-cancel": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:contact-invite": (LOGIN, 409, 409, 403, 403, 404, 409),
}
