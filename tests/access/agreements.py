"""Agreements. See tests/access/__init__.py."""

from tests.access.roles import LOGIN

GET = {
    "partnerships:agreement-list": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:agreement-create": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:agreement-edit": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-text": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-versions": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:agreement-accept": (LOGIN, 403, 404, 403, 403, 404, 403),  # only who signs for the party
    "partnerships:agreement-enter": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-follow": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-terminate": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-file": (LOGIN, 404, 404, 404, 404, 404, 404),
    "toolkit:agreement-from-document": (LOGIN, 200, 404, 403, 403, 404, 200),
}
POST = {
    "partnerships:agreement-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:agreement-upload": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:agreement-text-remove": (LOGIN, 404, 404, 403, 403, 404, 404),
    "partnerships:agreement-delete": (LOGIN, 302, 404, 403, 403, 404, 302),
}
# tests/toolkit/views/test_papers.py opens it as each role.
PAPERS = {"toolkit:agreement-pdf"}
