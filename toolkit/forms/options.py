"""What the lists of a form offer: records of this partnership only, countries, languages, currencies, zones."""

from __future__ import annotations

import unicodedata
import zoneinfo
from collections.abc import Iterable, Mapping

from django.utils import translation
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_countries import countries

from toolkit.models import Document
from toolkit.rendering.display import country_name
from toolkit.schema.definition import Definition, Item, tr
from twinning.languages import language_options

Options = tuple[tuple[SafeString, SafeString], ...]  # name and label, escaped

# The currencies that partnerships meet most; any other may be typed by its three letters.
CURRENCIES = (
    "AMD", "AUD", "BDT", "BRL", "CAD", "CHF", "CNY", "DKK", "EGP", "ETB", "EUR", "GBP", "GEL", "GHS", "HTG", "IDR",
    "INR", "JPY", "KES", "KHR", "LAK", "LRD", "MAD", "MDL", "MMK", "MWK", "MZN", "NGN", "NOK", "NPR", "PHP", "PKR",
    "PLN", "RWF", "SEK", "SLE", "SOS", "TZS", "UAH", "UGX", "USD", "UZS", "VND", "XAF", "XOF", "ZAR", "ZMW", "ZWG",
)  # fmt: skip


def reference_options(document: Document) -> dict[str, list[tuple[str, str]]]:
    """``{kind of record: [(ref, name)]}`` for the references of a form; never a record of another partnership."""
    wanted = {item.of for item in document.version.form.items if item.kind == "reference"}
    options: dict[str, list[tuple[str, str]]] = {}
    partnership = document.partnership
    if "organization" in wanted:
        parties = partnership.participations.current().select_related("organization")
        options["organization"] = [(f"organization:{p.organization_id}", p.organization.name) for p in parties]
    if wanted & {"contact", "person"}:
        team = partnership.team.current().select_related("contact")
        people = list(dict.fromkeys((f"contact:{m.contact_id}", m.contact.name) for m in team))
        options["contact"] = options["person"] = people
    if "partnership" in wanted:
        options["partnership"] = [(f"partnership:{partnership.pk}", partnership.name)]
    return options


def zone_options() -> tuple[str, ...]:
    """Time zones by region, without the old aliases that say nothing to anybody."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(zone for zone in zoneinfo.available_timezones() if zone.startswith(regions)))


def options_of(item: Item, form: Definition, lang: str) -> tuple[tuple[str, str], ...]:
    """What an item that is chosen from a list may be answered with in ``lang``: (name, label). Nothing for all others.

    Our own words are those that the paper has, see ``rendering.spaces``.
    """
    with translation.override(lang):
        return tuple(_options_of(item, form, lang))


def _options_of(item: Item, form: Definition, lang: str) -> Iterable[tuple[str, str]]:
    match item.kind:
        case "select_one" | "select_multiple":
            return ((choice.name, tr(choice.label, lang)) for choice in form.lists[item.list])
        case "yes_no":
            return (("yes", _("Yes")), ("no", _("No")))
        case "rating":
            return (*((str(step), str(step)) for step in range(1, 6)), ("na", _("Not applicable")))
        case "country":
            named = ((code, country_name(code, lang)) for code in countries.countries)
            return sorted(named, key=lambda pair: _place(pair[1]))
        case "language":
            return language_options(lang)
    return ()


def _place(name: str) -> str:
    """By what a name is sorted: Égypte stands among the names with E."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)).casefold()


def suggestions(words: Iterable[str]) -> SafeString:
    """What a line suggests while people type, as the inside of a ``<datalist>``."""
    return format_html_join("", '<option value="{}"></option>', ((word,) for word in words))


def offered(options: Iterable[tuple[str, str]], *, faces: Mapping[str, str] | None = None) -> Options:
    """``options`` escaped, once for all the cells that offer them, each with its face if it has one."""
    drawn = faces or {}
    return tuple((escape(name), _faced(label, drawn.get(name, ""))) for name, label in options)


def _faced(label: str, face: str) -> SafeString:
    """The face is drawn and not read out: the name of a choice is its label."""
    if not face:
        return escape(label)
    return format_html('<span class="fill-face" aria-hidden="true">{}</span> {}', face, label)
