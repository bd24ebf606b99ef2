"""Follow-ups, comments, notices, calendars. See tests/access/__init__.py."""

from tests.access.roles import LOGIN

GET = {
    "waiting": (LOGIN, 200, 200, 200, 200, 200, 200),
    "accounts:mail-stop": (200, 200, 200, 200, 200, 200, 200),
    "partnerships:follow-up-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:partnership-follow-ups": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:follow-up-add": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:follow-up-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:follow-up-edit": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:partnership-comments": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:thing-talk": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:comment-edit": (LOGIN, 200, 404, 403, 403, 404, 403),
    "partnerships:notification-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:calendar-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:calendar-feed": (200, 200, 200, 200, 200, 200, 200),
}
POST = {
    "partnerships:follow-up-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:comment-add": (LOGIN, 400, 404, 400, 400, 404, 400),
    "partnerships:comment-remove": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:notification-open": (LOGIN, 404, 404, 302, 404, 404, 404),
    "partnerships:notifications-read": (LOGIN, 302, 302, 302, 302, 302, 302),
    "partnerships:calendar-make": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:calendar-end": (LOGIN, 404, 404, 404, 404, 404, 302),
}
