"""The addresses of shared resources and transfers for tests/test_access.py, and who may open them.

Rolf is on the side that shares and gives, Hana on the one that receives.
"""

from partnerships.models import Partnership
from tests.access.roles import LOGIN
from tests.factories.sharing import make_resource, make_transfer

READERS = (LOGIN, 200, 404, 200, 200, 404, 200)
GIVERS = (LOGIN, 200, 404, 403, 200, 404, 200)
RECEIVERS_EARLY = (LOGIN, 409, 404, 409, 403, 404, 409)

GET = {
    **dict.fromkeys((f"partnerships:resource-{page}" for page in ("list", "create", "detail")), READERS),
    **dict.fromkeys((f"partnerships:transfer-{page}" for page in ("list", "create", "detail", "costs")), READERS),
    **dict.fromkeys(("toolkit:resource-export", "toolkit:transfer-export"), READERS),
    "partnerships:resource-edit": GIVERS,
    "partnerships:resource-file": (LOGIN, 404, 404, 404, 404, 404, 404),
    "partnerships:transfer-edit": GIVERS,
    "partnerships:item-add": GIVERS,
    "partnerships:item-edit": GIVERS,
    # Nothing can be answered, received or used before the need is confirmed.
    "partnerships:transfer-answers": RECEIVERS_EARLY,
    "partnerships:transfer-receipt": RECEIVERS_EARLY,
    "partnerships:item-use": RECEIVERS_EARLY,
    "partnerships:transfer-check": (LOGIN, 404, 404, 404, 403, 404, 404),
}
POST = {
    "partnerships:resource-review": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:resource-publish": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:resource-archive": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:resource-file-add": (LOGIN, 400, 404, 403, 400, 404, 400),
    "partnerships:item-remove": (LOGIN, 302, 404, 403, 302, 404, 302),
    "partnerships:transfer-move": (LOGIN, 400, 404, 400, 403, 404, 400),
}


def arguments(partnership: Partnership) -> dict[str, list]:
    """What the addresses need, of rows that are made for it."""
    slug = [partnership.slug]
    resource = [*slug, make_resource(partnership).number]
    transfer = make_transfer(partnership, items=2)
    one = [*slug, transfer.number]
    return {
        **{f"partnerships:{kind}-{page}": slug for kind in ("resource", "transfer") for page in ("list", "create")},
        **{f"partnerships:resource-{page}": resource for page in ("detail", "edit", "review", "publish", "archive")},
        "partnerships:resource-file-add": resource,
        "partnerships:resource-file": [*resource, "none"],
        **{f"partnerships:transfer-{page}": one for page in ("detail", "edit", "costs", "answers", "receipt")},
        "partnerships:transfer-check": [*one, 6],
        "partnerships:transfer-move": [*one, "need_confirmed"],
        "partnerships:item-add": one,
        "partnerships:item-edit": [*one, 1],
        "partnerships:item-use": [*one, 1],
        "partnerships:item-remove": [*one, 2],
        **{f"toolkit:{kind}-export": [*slug, "csv"] for kind in ("resource", "transfer")},
    }
