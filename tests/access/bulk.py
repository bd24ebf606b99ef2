"""Lists in and out. See tests/access/__init__.py."""

from tests.access.roles import LOGIN

GET = {
    "bulk-import": (LOGIN, 200, 200, 403, 403, 403, 200),
    "bulk-template": (LOGIN, 200, 200, 403, 403, 403, 200),
    "bulk-export": (LOGIN, 200, 200, 200, 200, 200, 200),
}
POST = {
    # Nothing is held for them: back to the beginning.
    "bulk-take": (LOGIN, 302, 302, 403, 403, 403, 302),
    "bulk-faults": (LOGIN, 302, 302, 403, 403, 403, 302),
}
