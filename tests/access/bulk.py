"""Lists in and out. See tests/access/__init__.py."""

from tests.access.roles import LOGIN

GET = {
    "bulk-import": (LOGIN, 200, 200, 403, 403, 403, 200),
    "bulk-template": (LOGIN, 200, 200, 403, 403, 403, 200),
    "bulk-export": (LOGIN, 200, 200, 200, 200, 200, 200),
    # Into and out of one partnership or workshop; each list by itself: tests/twinning/bulk/test_lists.py
    "bulk-import-into": (LOGIN, 200, 404, 403, 403, 404, 200),
    "bulk-template-into": (LOGIN, 200, 404, 403, 403, 404, 200),
    "bulk-export-of": (LOGIN, 200, 404, 200, 200, 404, 200),
}
POST = {
    # Nothing is held for them: back to the beginning.
    "bulk-take": (LOGIN, 302, 302, 403, 403, 403, 302),
    "bulk-faults": (LOGIN, 302, 302, 403, 403, 403, 302),
    "bulk-take-into": (LOGIN, 302, 404, 403, 403, 404, 302),
    "bulk-faults-into": (LOGIN, 302, 404, 403, 403, 404, 302),
}
