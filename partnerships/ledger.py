"""The balance of giving and receiving, worked out from what is counted. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, Sum

from partnerships.contribution_states import EDITABLE, ContributionKind, ContributionState
from partnerships.models import Contribution, Partnership
from partnerships.states import Side
from partnerships.valuation import ledger_currency
from twinning.money import money_text, rounded

ZERO = Decimal(0)


@dataclass(kw_only=True)
class Line:
    """One line of a balance in the ledger's currency: a side, an organization, or a kind of gift."""

    label: str
    currency: str
    key: str = ""
    given: Decimal = ZERO
    received: Decimal = ZERO
    on_the_way: Decimal = ZERO
    # Amounts by currency that nobody could convert yet; they are in none of the sums.
    unconverted: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    kinds: list[Line] = field(default_factory=list)
    parties: list[Line] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        return self.given - self.received

    @property
    def given_text(self) -> str:
        return money_text(self.given, self.currency)

    @property
    def received_text(self) -> str:
        return money_text(self.received, self.currency)

    @property
    def balance_text(self) -> str:
        return money_text(self.balance, self.currency)

    @property
    def on_the_way_text(self) -> str:
        return money_text(self.on_the_way, self.currency)

    @property
    def unconverted_texts(self) -> list[str]:
        return [money_text(amount, currency) for currency, amount in sorted(self.unconverted.items()) if amount]


@dataclass(kw_only=True)
class Ledger:
    """A partnership's balance: each side, and what is in no sum because it is not in the ledger's currency yet."""

    currency: str
    sides: list[Line]
    n_rows: int
    n_unconverted: int

    @property
    def total(self) -> Decimal:
        return sum((side.given for side in self.sides), ZERO)

    @property
    def total_text(self) -> str:
        return money_text(self.total, self.currency)

    @property
    def unconverted_texts(self) -> list[str]:
        sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for side in self.sides:
            for currency, amount in side.unconverted.items():
                sums[currency] += amount
        return [money_text(amount, currency) for currency, amount in sorted(sums.items()) if amount]


def read_ledger(partnership: Partnership) -> Ledger:
    """The balance of ``partnership`` in two queries, however many contributions there are."""
    currency = ledger_currency(partnership)
    sides = {side.value: Line(key=side.value, label=partnership.side_label(side), currency=currency) for side in Side}
    parties: dict[tuple[str, str], Line] = {}
    kinds: dict[tuple[str, str], Line] = {}
    n_rows = n_unconverted = 0
    for row in _sums(partnership):
        n_rows += row["n"]
        side, name = row["participation__side"], row["participation__organization__name"]
        party = _line(parties, (side, name), name, currency)
        kind = _line(kinds, (side, row["kind"]), str(ContributionKind(row["kind"]).label), currency)
        is_counted = row["state"] == ContributionState.COUNTED
        if row["base"] is None or row["base_currency"] != currency:
            if row["value"] is not None:
                n_unconverted += row["n"]
            if row["value"] is not None and is_counted:
                for line in (sides[side], party, kind):
                    line.unconverted[row["currency"]] += rounded(row["value"], row["currency"])
            continue
        amount = rounded(row["base"], currency)
        for line in (sides[side], party, kind):
            if is_counted:
                line.given += amount
            else:
                line.on_the_way += amount
    _receive(sides)
    for side, line in sides.items():
        line.parties = _of(parties, side, key=lambda each: each.label)
        line.kinds = _of(kinds, side, key=lambda each: (-each.given, each.label))
    return Ledger(currency=currency, sides=list(sides.values()), n_rows=n_rows, n_unconverted=n_unconverted)


def _sums(partnership: Partnership):
    """Sums by side, organization, kind, counted or not, currency, and whether there is a converted value."""
    return (
        Contribution.objects.filter(partnership=partnership)
        .exclude(state=ContributionState.REJECTED)
        .order_by()
        .values(
            "participation__side",
            "participation__organization__name",
            "kind",
            "state",
            "currency",
            "base_currency",
            "fx_rate",
        )
        .annotate(n=Count("pk"), value=Sum("value"), base=Sum("base_value"))
    )


def _receive(sides: dict[str, Line]) -> None:
    """What one side gives, the other receives."""
    for side, line in sides.items():
        line.received = sum((other.given for key, other in sides.items() if key != side), ZERO)


def _line(lines: dict, key: tuple[str, str], label: str, currency: str) -> Line:
    if key not in lines:
        lines[key] = Line(key=key[1], label=label, currency=currency)
    return lines[key]


def _of(lines: dict[tuple[str, str], Line], side: str, *, key: Callable) -> list[Line]:
    return sorted((line for (own, _name), line in lines.items() if own == side), key=key)


def todo_of(partnership: Partnership) -> dict[str, int]:
    """How many contributions wait for which step: ``{draft, confirmed, verified}``."""
    found = Contribution.objects.filter(partnership=partnership, state__in=EDITABLE).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in map(str, EDITABLE)}
    )
    return {str(state): number or 0 for state, number in found.items()}
