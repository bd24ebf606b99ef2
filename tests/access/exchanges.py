"""Who may open what of exchanges: the rows of tests/test_access.py, and the addresses behind them.

The exchange is a draft; Hana travels, and has named Rolf to read her travel data.
"""

from partnerships.actions.exchange_parts import save_agenda_item, save_cost
from partnerships.actions.travel_data import name_reader
from partnerships.models import AgendaItem, ExchangeCost, Partnership, TeamMember
from tests.access.roles import LOGIN
from tests.factories.exchanges import make_exchange, make_traveller

SEEN = (LOGIN, 200, 404, 200, 200, 404, 200)
EDITED = (LOGIN, 200, 404, 403, 403, 404, 200)
POSTED = (LOGIN, 400, 404, 403, 403, 404, 400)
DONE = (LOGIN, 302, 404, 403, 403, 404, 302)
REFUSED = (LOGIN, 409, 404, 403, 403, 404, 409)

# name: statuses in the order of ROLES – anonymous, Alice, Bob, Hana, Rolf, curator, administrator
GET = {
    **{f"partnerships:exchange-{page}": SEEN for page in ("list", "detail", "agenda", "costs")},
    **{f"partnerships:{page}": SEEN for page in ("host-checklist", "traveller-detail", "traveller-checklist")},
    **{f"partnerships:exchange-{page}": EDITED for page in ("create", "edit")},
    **{f"partnerships:{page}": EDITED for page in ("agenda-item-edit", "cost-edit", "traveller-add")},
    # Not even an administrator.
    "partnerships:travel-data": (LOGIN, 403, 404, 200, 200, 404, 403),
    # What it says behind a good link: tests/toolkit/test_trip_reports.py
    "toolkit:trip-report-door": (404, 404, 404, 404, 404, 404, 404),
    "partnerships:data-readers": (LOGIN, 403, 404, 200, 403, 404, 403),
}
POST = {
    "partnerships:exchange-move": POSTED,
    "partnerships:exchange-answer": POSTED,
    "partnerships:agenda-item-remove": DONE,
    "partnerships:cost-remove": DONE,
    "partnerships:exchange-no-costs": REFUSED,
    "partnerships:traveller-move": POSTED,
    "partnerships:traveller-remove": DONE,
    "partnerships:traveller-undertake": (LOGIN, 403, 404, 302, 403, 404, 403),
    "partnerships:traveller-judge": POSTED,
    "partnerships:traveller-days": POSTED,
    "partnerships:traveller-waive": REFUSED,
    "toolkit:trip-report-start": (LOGIN, 302, 404, 302, 403, 404, 302),
    "partnerships:travel-data-erase": (LOGIN, 403, 404, 302, 302, 404, 403),
    "partnerships:data-reader-remove": (LOGIN, 403, 404, 302, 302, 404, 403),
}


def arguments_of(partnership: Partnership, hana: TeamMember) -> dict[str, list]:
    """The parts of every address, by its name."""
    by, rolf = partnership.coordinator, partnership.team.get(side="resource").contact.user
    exchange = make_exchange(partnership)
    traveller = make_traveller(exchange, contact=hana.contact)
    reader = name_reader(traveller, rolf, by=hana.contact.user)
    item = AgendaItem(exchange=exchange, on=exchange.starts_on, starts_at="08:00", title="Welcome")
    save_agenda_item(item, seen_version=None, by=by)
    cost = ExchangeCost(exchange=exchange, kind="air", planned=900)
    save_cost(cost, seen_version=None, by=by)
    one, person = [exchange.reference], [exchange.reference, traveller.pk]
    found = dict.fromkeys((*GET, *POST), one)
    found |= {name: person for name in found if "traveller-" in name or "data" in name}
    found |= {f"partnerships:exchange-{page}": [partnership.slug] for page in ("list", "create")}
    found |= {f"partnerships:agenda-item-{act}": [*one, item.pk] for act in ("edit", "remove")}
    found |= {f"partnerships:cost-{act}": [*one, cost.pk] for act in ("edit", "remove")}
    found |= {"toolkit:trip-report-start": person, "toolkit:trip-report-door": ["1-none"]}
    return found | {"partnerships:traveller-add": one, "partnerships:data-reader-remove": [*person, reader.pk]}


# One ZIP of many PDF files; tests/toolkit/rendering/ opens it as each role.
PAPERS = {"toolkit:exchange-bundle"}
