"""Time zones as people choose them."""

import zoneinfo
from datetime import UTC, tzinfo
from functools import cache

# The rest of the database is links, fixed offsets and inventions such as “Factory”.
REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


@cache
def known_zones() -> frozenset[str]:
    # Kept: every call of the library reads a directory of six hundred files.
    return frozenset(zoneinfo.available_timezones())


@cache
def zone_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """UTC, then the zones by region: choices of a select. See also TimeZoneField in accounts/forms.py."""
    groups = [(region, _zones_of(region)) for region in REGIONS]
    return [("UTC", "UTC"), *groups]


def _zones_of(region: str) -> list[tuple[str, str]]:
    names = sorted(name for name in known_zones() if name.startswith(f"{region}/"))
    return [(name, name.removeprefix(f"{region}/").replace("_", " ").replace("/", " / ")) for name in names]


def is_known(zone: str) -> bool:
    return zone in known_zones()


def zone_of(name: str) -> tzinfo:
    """The zone, or UTC where this machine has not (or no longer) heard of it: better a wrong hour than no page."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # not a key, a directory, not found
        return UTC
