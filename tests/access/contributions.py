"""The addresses of contributions, meetings and rates for tests/test_access.py, and who may open them."""

from partnerships.models import Partnership
from tests.access.roles import LOGIN
from tests.factories.contributions import make_contribution, make_meeting

STEPS = ("confirm", "verify", "count", "reject", "reverse", "convert")
READERS = (LOGIN, 200, 404, 200, 200, 404, 200)
ADMINS = (LOGIN, 403, 403, 403, 403, 403, 200)

PAGES = ("ledger", "side", "list", "create", "detail", "proposed")

GET = {
    **dict.fromkeys((f"partnerships:contribution-{page}" for page in PAGES), READERS),
    "partnerships:contribution-edit": (LOGIN, 200, 404, 403, 200, 404, 200),  # Rolf is on the side that gives
    **dict.fromkeys((f"partnerships:meeting-{page}" for page in ("list", "create", "detail", "edit")), READERS),
    "partnerships:evidence-file": (LOGIN, 404, 404, 404, 404, 404, 404),
    "partnerships:rate-list": ADMINS,
    "partnerships:exchange-rate-list": ADMINS,
    "toolkit:contribution-export": READERS,
}
POST = {
    "partnerships:contribution-confirm": (LOGIN, 403, 404, 403, 403, 404, 403),  # only who gave it
    "partnerships:contribution-verify": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:contribution-count": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:contribution-reject": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:contribution-reverse": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:contribution-convert": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:proposal-take": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:proposal-dismiss": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:meeting-delete": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:evidence-add": (LOGIN, 400, 404, 403, 400, 404, 400),
    "partnerships:evidence-remove": (LOGIN, 404, 404, 403, 404, 404, 404),
    "partnerships:rate-remove": (LOGIN, 403, 403, 403, 403, 403, 404),
}


def arguments(partnership: Partnership) -> dict[str, list]:
    """What the addresses need, of rows that are made for it."""
    slug = [partnership.slug]
    gift = [*slug, make_contribution(partnership, side="resource").number]
    meeting = [*slug, make_meeting(partnership).pk]
    return {
        **{f"partnerships:contribution-{page}": slug for page in ("ledger", "list", "create", "proposed")},
        **{f"partnerships:{page}": slug for page in ("meeting-list", "meeting-create")},
        **{f"partnerships:proposal-{act}": slug for act in ("take", "dismiss")},
        **{f"partnerships:meeting-{page}": meeting for page in ("detail", "edit", "delete")},
        **{f"partnerships:contribution-{page}": gift for page in ("detail", "edit", *STEPS)},
        "partnerships:contribution-side": [*slug, "host"],
        "partnerships:evidence-add": gift,
        **{f"partnerships:evidence-{page}": [*gift, "none"] for page in ("file", "remove")},
        "partnerships:rate-remove": ["roles", 999_999],
        "toolkit:contribution-export": [*slug, "csv"],
    }
