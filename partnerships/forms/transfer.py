"""Forms of transfers: the offer, its items, who pays what, answers, receipts, steps and checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.actions.transfer_steps import DETAILS, OPTIONAL, Receipt
from partnerships.forms.contribution import CurrencyField, PartyField
from partnerships.forms.layout import DateInput, GroupedForm, PlainTextField, long_text
from partnerships.forms.team import ContactField
from partnerships.models import Contact, Partnership, Transfer, TransferItem
from partnerships.transfer_states import (
    USE_NEEDS_REASON,
    Arrival,
    CostKind,
    CostPayer,
    ItemAnswer,
    ItemUse,
    use_can_become,
)
from partnerships.valuation import ledger_currency
from twinning.money import plain
from twinning.stale import VersionedForm

MOST = 1_000_000
PEOPLE = ("need_by", "accepted_by", "received_by", "custodian")


class TransferForm(GroupedForm, VersionedForm):
    """An offer. What is in it comes as items, on the next page."""

    GROUPS = ((_("The offer"), ("title", "giver", "receiver", "offer", "currency")),)

    title = PlainTextField(
        label=_("Title"), max_length=200, help_text=_("For example: Pulse oximeters for the newborn unit.")
    )
    giver = PartyField(label=_("Organization that gives"), queryset=None)
    receiver = PartyField(label=_("Organization that receives"), queryset=None)
    offer = PlainTextField(label=_("What is offered, and why"), max_length=4000, required=False, widget=long_text(3))
    currency = CurrencyField(label=_("Currency of the values"), help_text=_("Three letters, such as USD or KES."))

    class Meta:
        model = Transfer
        fields = ["title", "giver", "receiver", "offer", "currency"]

    def __init__(self, *args, partnership: Partnership, sides: set[str] | None = None, **kwargs):
        """``sides`` are those for which the person may offer; None means all of them."""
        super().__init__(*args, **kwargs)
        self.instance.partnership = partnership
        parties = partnership.participations.select_related("organization").order_by("side", "-is_lead", "pk")
        givers = parties if sides is None else parties.filter(side__in=sides)
        for name, offered in (("giver", givers), ("receiver", parties)):
            self.fields[name].queryset, self.fields[name].partnership = offered, partnership
        self.initial.setdefault("currency", ledger_currency(partnership))

    def validate_constraints(self) -> None:
        """The action checks them, when the row is whole."""


class ItemForm(GroupedForm, VersionedForm):
    GROUPS = (
        (_("The item"), ("name", "kind", "maker_model", "serial", "quantity")),
        (_("Its condition"), ("condition", "age_years", "is_working", "expires_on")),
        (_("What it is worth"), ("unit_value", "value_basis")),
        (_("What it needs to run"), ("power", "manual_language", "running_costs", "running_costs_payer")),
    )

    name = PlainTextField(label=_("What it is"), max_length=200)
    maker_model = PlainTextField(label=_("Maker and model"), max_length=160, required=False)
    serial = PlainTextField(label=_("Serial or batch numbers"), max_length=300, required=False)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST, initial=1)
    age_years = forms.IntegerField(label=_("Age in years"), min_value=0, max_value=60, required=False)

    class Meta:
        model = TransferItem
        fields = [
            "name", "kind", "maker_model", "serial", "quantity", "condition", "age_years", "is_working", "expires_on",
            "unit_value", "value_basis", "power", "manual_language", "running_costs", "running_costs_payer",
        ]  # fmt: skip
        widgets = {"expires_on": DateInput}

    def __init__(self, *args, transfer: Transfer, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.transfer = transfer
        self.fields["unit_value"].help_text = _("In %(currency)s. Empty: not known yet.") % {
            "currency": transfer.currency
        }
        if self.instance.unit_value is not None:
            self.initial["unit_value"] = plain(self.instance.unit_value)

    def validate_constraints(self) -> None:
        """The action checks them, when the row is whole."""


class CostsForm(forms.Form):
    """Who pays for each kind of cost, all of them on one page."""

    def __init__(self, *args, transfer: Transfer, **kwargs):
        super().__init__(*args, **kwargs)
        known = {cost.kind: cost for cost in transfer.costs.all()}
        for kind in CostKind:
            cost = known.get(kind)
            self.fields[f"payer_{kind}"] = forms.ChoiceField(
                label=kind.label,
                choices=[("", _("Not agreed yet")), *CostPayer.choices],
                required=False,
                initial=cost.payer if cost else "",
            )
            self.fields[f"note_{kind}"] = PlainTextField(
                label=_("Note on: %(cost)s") % {"cost": kind.label},
                max_length=200,
                required=False,
                initial=cost.note if cost else "",
            )

    @property
    def rows(self) -> list[dict]:
        return [{"label": kind.label, "fields": [self[f"payer_{kind}"], self[f"note_{kind}"]]} for kind in CostKind]

    @property
    def payers(self) -> dict[str, tuple[str, str]]:
        data = self.cleaned_data
        return {kind.value: (data[f"payer_{kind}"], data[f"note_{kind}"]) for kind in CostKind}


class ItemRowsForm(forms.Form):
    """A few fields for each of ``items``: their names end in the number of the item."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, items: Iterable[TransferItem], version: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(items)
        self.fields["version"].initial = version
        for item in self.items:
            for name, field in self.fields_of(item).items():
                self.fields[f"{name}_{item.number}"] = field

    def fields_of(self, item: TransferItem) -> dict[str, forms.Field]:
        raise NotImplementedError

    @property
    def rows(self) -> list[dict]:
        return [
            {"item": item, "fields": [self[f"{name}_{item.number}"] for name in self.fields_of(item)]}
            for item in self.items
        ]

    def of(self, item: TransferItem, name: str) -> Any:
        return self.cleaned_data[f"{name}_{item.number}"]

    @property
    def seen_version(self) -> int:
        return self.cleaned_data["version"]

    def clash(self, current: Transfer) -> list[dict[str, str]]:
        """Nothing to compare row by row: the page shows the list as it is now, and carries its version."""
        self.data = self.data.copy()
        self.data["version"] = str(current.version)
        return []


class AnswersForm(ItemRowsForm):
    """The receiving side's yes or no to each item."""

    def fields_of(self, item: TransferItem) -> dict[str, forms.Field]:
        return {
            "answer": forms.ChoiceField(
                label=_("Answer"), choices=ItemAnswer.choices, initial=item.answer, widget=forms.RadioSelect
            ),
            "reason": PlainTextField(
                label=_("Reason, when it is declined"), max_length=500, required=False, initial=item.answer_reason
            ),
        }

    @property
    def answers(self) -> dict[int, tuple[str, str]]:
        return {item.number: (self.of(item, "answer"), self.of(item, "reason")) for item in self.items}


class ReceiptForm(ItemRowsForm):
    """What arrived of each item that was sent."""

    def fields_of(self, item: TransferItem) -> dict[str, forms.Field]:
        arrived = item.quantity if item.received_quantity is None else item.received_quantity
        return {
            "quantity": forms.IntegerField(label=_("How many arrived"), min_value=0, max_value=MOST, initial=arrived),
            "damaged": forms.IntegerField(
                label=_("Of these damaged"), min_value=0, max_value=MOST, initial=item.damaged_quantity
            ),
            "arrival": forms.ChoiceField(
                label=_("How it arrived"), choices=[("", _("Choose")), *Arrival.choices], initial=item.arrival
            ),
            "serial": PlainTextField(
                label=_("Serial or batch numbers"), max_length=300, required=False, initial=item.serial
            ),
            "note": PlainTextField(
                label=_("What was wrong, and what was agreed"),
                max_length=500,
                required=False,
                initial=item.receipt_note,
            ),
        }

    @property
    def receipts(self) -> dict[int, Receipt]:
        names = ("quantity", "damaged", "arrival", "serial", "note")
        return {item.number: Receipt(**{name: self.of(item, name) for name in names}) for item in self.items}


class CheckForm(ItemRowsForm):
    """How each item is, on the day of a check."""

    note = PlainTextField(label=_("Note on the whole"), max_length=1000, required=False, widget=long_text(2))

    def fields_of(self, item: TransferItem) -> dict[str, forms.Field]:
        return {
            "use": forms.ChoiceField(label=_("How it is"), choices=use_choices(item, stays=True), initial=item.use),
            "reason": PlainTextField(
                label=_("Reason, unless it is in use"),
                max_length=500,
                required=False,
                initial=item.use_reason if item.use in USE_NEEDS_REASON else "",
            ),
        }

    @property
    def findings(self) -> dict[int, tuple[str, str]]:
        return {item.number: (self.of(item, "use"), self.of(item, "reason")) for item in self.items}


class UseForm(forms.Form):
    """What became of one item between two checks."""

    use = forms.ChoiceField(label=_("How it is now"))
    reason = PlainTextField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args, item: TransferItem, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["use"].choices = use_choices(item, stays=False)


def use_choices(item: TransferItem, *, stays: bool) -> list[tuple[str, Any]]:
    return [(use.value, use.label) for use in ItemUse if (stays and use == item.use) or use_can_become(item.use, use)]


class StepForm(forms.ModelForm):
    """What one step asks for, see DETAILS; the action says what is wrong with it."""

    class Meta:
        model = Transfer
        fields = sorted({name for names in DETAILS.values() for name in names})
        field_classes = dict.fromkeys(PEOPLE, ContactField)
        widgets = {
            **dict.fromkeys(
                ("accepted_on", "shipped_on", "expected_on", "customs_on", "received_on", "installed_on", "in_use_on"),
                DateInput,
            ),
            "need": long_text(3),
        }

    def __init__(self, *args, step: str, people: Sequence[Contact] | Any = None, **kwargs):
        super().__init__(*args, **kwargs)
        asked = DETAILS.get(step, ())
        self.fields = {name: self.fields[name] for name in asked}
        for name, field in self.fields.items():
            field.required = name not in OPTIONAL
            if name in PEOPLE:
                field.queryset = people
                field.empty_label = _("Choose who it was")
            elif isinstance(field, forms.DateField) and name not in OPTIONAL:
                self.initial[name] = getattr(self.instance, name) or timezone.localdate()

    def _post_clean(self) -> None:
        """The row is written by the action alone."""

    @property
    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


def people_of_receiver(transfer: Transfer) -> Any:
    """Who may have said or done something for the receiving side."""
    party = transfer.receiver
    team = transfer.partnership.team.filter(side=party.side)
    found = Contact.objects.filter(Q(organization=party.organization_id) | Q(pk__in=team.values("contact")))
    return found.select_related("organization").order_by("name", "pk")
