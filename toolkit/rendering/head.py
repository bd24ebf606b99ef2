"""What the head of a paper says about its partnership; kept with what was submitted, so that a copy says the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django_countries.fields import Country

from partnerships.models import Award, Participation
from partnerships.states import Side
from toolkit.models import Document


def head_of(document: Document, day: date, parties: Iterable[Participation] | None = None) -> dict[str, Any]:
    """Names as plain data: ``partnership``, ``reference``, ``programme``, ``awards`` (pairs of number and donor) and
    for each side pairs of organization and country code.

    Awards are those that pay for the partnership in the time that the document is about, else on ``day``. What they are
    worth is no matter of a paper.
    """
    partnership = document.partnership
    if parties is None:
        parties = partnership.participations.current().select_related("organization")
    first, until = document.period or (day, day)
    awards = Award.objects.paying_for(partnership, first, until).select_related("donor")
    named = [(each.side, [each.organization.name, each.organization.country.code or ""]) for each in parties]
    return {
        "partnership": partnership.name,
        "reference": partnership.reference,
        "programme": partnership.programme.name if partnership.programme else "",
        "awards": [[award.number, award.donor.name] for award in awards],
        **{side.value: [pair for of_side, pair in named if of_side == side] for side in Side},
    }


def head_facts(head: dict[str, Any], *, labels: dict[str, str], is_for_link: bool) -> list[tuple[str, str]]:
    """The head as labels and values, in the language that is active; ``labels`` are the names of the sides.

    Who holds a link learns who pays, and no more: the number of an award is between its donor and the partnership.
    """
    awards = head["awards"]
    donors = "; ".join(dict.fromkeys(donor for _number, donor in awards))
    numbers = "; ".join(f"{number} ({donor})" for number, donor in awards)
    return [
        (_("Partnership"), f"{head['partnership']} ({head['reference']})"),
        (_("Programme"), head["programme"]),
        (_("Donor"), donors) if is_for_link else (_("Award"), numbers),
        *((labels[side], "; ".join(_with_country(*pair) for pair in head[side])) for side in Side.values),
    ]


def _with_country(name: str, code: str) -> str:
    country = Country(code).name if code else ""
    return f"{name} ({country})" if country else name
