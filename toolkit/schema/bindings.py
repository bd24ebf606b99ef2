"""What a tool may be filled from: the paths of `bind` and `prefill`, and what each yields."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Binding:
    """What a path yields. ``kind`` is text, date, year, country, email, url, list or rows.

    ``keys`` names what one of its rows holds; a column of the same name takes it.
    """

    kind: str
    keys: tuple[str, ...] = ()


BINDINGS: dict[str, Binding] = {
    "partnership.name": Binding("text"),
    "partnership.reference": Binding("text"),
    "partnership.goal": Binding("text"),
    "partnership.starts_on": Binding("date"),
    "partnership.ends_on": Binding("date"),
    "partnership.countries": Binding("list"),
    "partnership.topics": Binding("list"),
    "partnership.organizations": Binding(
        "rows",
        (
            "organization",
            "legal_name",
            "address",
            "country",
            "side",
            "represented_by",
            "represented_title",
            "coordinator",
        ),
    ),
    "partnership.team": Binding(
        "rows",
        (
            "person",
            "side",
            "role",
            "email",
            "phone",
            "time_zone",
            "languages",
            "start",
            "end",
            "organization",
            "post",
        ),
    ),
    "programme.name": Binding("text"),
    "programme.currency": Binding("text"),
    "organization.name": Binding("text"),
    "organization.local_name": Binding("text"),
    "organization.short_name": Binding("text"),
    "organization.type": Binding("text"),
    "organization.country": Binding("country"),
    "organization.city": Binding("text"),
    "organization.address": Binding("text"),
    "organization.website": Binding("url"),
    "organization.year_founded": Binding("year"),
    "organization.registration_number": Binding("text"),
    "organization.languages": Binding("list"),
    "organization.topics": Binding("list"),
    "organization.offers": Binding("text"),
    "organization.seeks": Binding("text"),
    "organization.contacts": Binding("rows", ("name", "title", "email", "phone", "languages")),
    "user.name": Binding("text"),
    "today": Binding("date"),
    "document.reference": Binding("text"),
}

_WORDS = frozenset({"text", "long_text", "reference", "select_one"})

# The kinds of item that a kind of binding can fill.
FILLS: dict[str, frozenset[str]] = {
    "text": _WORDS,
    "date": frozenset({"date"}),
    "year": frozenset({"year", "integer"}),
    "country": frozenset({"country", "text", "select_one"}),
    "url": frozenset({"url", "text"}),
    "list": frozenset({"select_multiple", "text", "long_text"}),
    "rows": frozenset(),
}
