"""The shipped checklists of exchanges, the words of the undertakings, and time zones of countries."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from babel.core import get_global
from django.utils.translation import gettext_lazy as _

from accounts.zones import is_known

FILE = Path(__file__).parent / "library" / "exchange_checklists.yaml"
# One zone for countries that have several: where most people travel to.
USUAL_ZONES = {"US": "America/New_York", "CA": "America/Toronto", "BR": "America/Sao_Paulo", "RU": "Europe/Moscow"}
USUAL_ZONES |= {"CD": "Africa/Kinshasa", "KZ": "Asia/Almaty", "ID": "Asia/Jakarta", "MX": "America/Mexico_City"}
USUAL_ZONES |= {"AU": "Australia/Sydney", "CN": "Asia/Shanghai", "UA": "Europe/Kyiv", "DE": "Europe/Berlin"}
USUAL_ZONES |= {"ES": "Europe/Madrid", "PT": "Europe/Lisbon", "UZ": "Asia/Tashkent", "MN": "Asia/Ulaanbaatar"}

# What everybody who travels promises; signed once for each exchange.
UNDERTAKINGS = (
    _("I keep to the code of conduct of the partnership and of the house that receives me."),
    _("I protect patients, children and everybody who depends on us, and report every concern."),
    _("I tell nobody what I learn about patients, and take no data of theirs with me."),
    _("I do only clinical work that I am licensed and asked to do."),
    _("I write my trip report on time, come back, and share with my colleagues what I learned."),
)


@cache
def checklists() -> dict[str, list[dict[str, str]]]:
    """``traveller`` and ``host``: the items {slug, text} in order."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def zone_of_country(code: str) -> str:
    """The usual time zone of a country, or UTC when none is known."""
    if code in USUAL_ZONES:
        return USUAL_ZONES[code]
    found = sorted(zone for zone, country in get_global("zone_territories").items() if country == code)
    return next((zone for zone in found if is_known(zone)), "UTC")
