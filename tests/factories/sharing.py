"""Shared resources and transfers for tests, brought to a state by the same actions that people use."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from partnerships.actions.resource import add_file, add_resource, move_resource, review_resource
from partnerships.actions.transfer import add_transfer, answer_items, save_costs, save_item
from partnerships.actions.transfer_steps import DETAILS, Receipt, move_transfer, save_receipt
from partnerships.models import (
    Contact,
    Partnership,
    ResourceFile,
    SharedResource,
    Transfer,
    TransferCheck,
    TransferItem,
)
from partnerships.transfer_guards import sent_items
from partnerships.transfer_states import CostKind
from tests.factories.contributions import day
from tests.factories.people import make_contact

number = count(1)
# The way that a transfer across a border takes.
WAY = ("offered", "need_confirmed", "accepted", "shipped", "customs", "received", "installed", "in_use", "closed")


def pdf(name: str = "protocol.pdf", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or b"%PDF-1.7 " + str(next(number)).encode())


def make_resource(
    partnership: Partnership,
    *,
    side: str = "resource",
    state: str = "submitted",
    by: User | None = None,
    upload: SimpleUploadedFile | None = None,
    **fields,
) -> SharedResource:
    """A protocol in English and French under CC BY, with a file, reviewed for a year where ``state`` asks for it."""
    by = by or partnership.coordinator
    fields = {
        "title": f"Protocol {next(number)}",
        "kind": "protocol",
        "description": "How we do it",
        "languages": " en fr ",
        "authors": "Dr. Berg, Fjord hospital",
        "licence": "cc_by",
        "has_no_patient_data": True,
    } | fields
    owner = fields.pop("owner", None) or partnership.participations.filter(side=side).first()
    row = SharedResource(partnership=partnership, owner=owner, **fields)
    resource = add_resource(row, upload=upload or pdf(), by=by)
    if state in ("reviewed", "published", "review_due"):
        resource = make_review(resource, by=by)
    if state in ("published", "review_due"):
        resource = move_resource(resource, "published", by=by)
    if state == "review_due":
        passed(resource)
    if state == "archived":
        resource = move_resource(resource, "archived", reason="Out of date", by=by)
    return SharedResource.objects.select_related("owner").get(pk=resource.pk)


def make_review(resource: SharedResource, *, by: User, days: int = 365, reviewer: Contact | None = None):
    return review_resource(resource, reviewer=reviewer or make_contact(), review_on=day(days), by=by)


def passed(resource: SharedResource) -> None:
    """Its next review was due yesterday."""
    SharedResource.objects.filter(pk=resource.pk).update(reviewed_on=day(-400), review_on=day(-1))
    resource.refresh_from_db()


def make_file(resource: SharedResource, *, by: User, name: str = "newer.pdf", content: bytes = b"") -> ResourceFile:
    return add_file(resource, pdf(name, content), note="Doses corrected", by=by)


def make_item(transfer: Transfer, *, by: User | None = None, **fields) -> TransferItem:
    """Four used oximeters worth 100 each, with all that a receiver wants to know."""
    fields = {
        "name": f"Oximeter {next(number)}",
        "kind": "device",
        "quantity": 4,
        "unit_value": Decimal(100),
        "condition": "used",
        "age_years": 3,
        "is_working": True,
        "power": "230 V, 50 Hz, plug G",
        "manual_language": "English",
        "running_costs": "Probes, 40 USD a year",
        "running_costs_payer": "receiver",
    } | fields
    return save_item(TransferItem(transfer=transfer, **fields), seen_version=None, by=by or transfer.created_by)


def make_transfer(
    partnership: Partnership, *, state: str = "offered", by: User | None = None, items: int = 1, **fields
) -> Transfer:
    """From the resource side to the host side, in two countries; the first of its items is accepted, the rest not."""
    by = by or partnership.coordinator
    parties = {party.side: party for party in partnership.participations.select_related("organization")}
    fields = {"title": f"Transfer {next(number)}", "giver": parties["resource"], "receiver": parties["host"]} | fields
    transfer = add_transfer(Transfer(partnership=partnership, currency="USD", **fields), by=by)
    for _each in range(items):
        make_item(transfer, by=by)
    if state in ("declined", "withdrawn"):
        return move_transfer(transfer, state, reason="Not needed", by=by)
    way = [step for step in WAY if step != "customs" or transfer.crosses_border]
    for step in way[1 : way.index(state) + 1]:
        transfer = take(transfer, step, by=by)
    return fresh(transfer)


def fresh(transfer: Transfer) -> Transfer:
    return Transfer.objects.select_related("partnership", "giver__organization", "receiver__organization").get(
        pk=transfer.pk
    )


def take(transfer: Transfer, step: str, *, by: User, prepared: bool = True) -> Transfer:
    """One step, with what it asks for, made ready before where ``prepared``."""
    transfer = fresh(transfer)
    if prepared:
        prepare(transfer, step, by=by)
    return move_transfer(transfer, step, details=details(fresh(transfer), step), reason="Why not", by=by)


def details(transfer: Transfer, step: str) -> dict:
    """Days a year and a half ago, one after the other, so that both checks are due."""
    person = transfer.need_by or make_contact(organization=transfer.receiver.organization)
    first = timezone.localdate() - timedelta(days=560)
    known = {
        "need": "The newborn unit has none", "need_by": person,
        "accepted_by": person, "accepted_on": first,
        "carrier": "Sea freight", "waybill": "WB 1", "shipped_on": first + timedelta(days=20),
        "expected_on": first + timedelta(days=80),
        "customs_on": first + timedelta(days=70), "customs_reference": "Exemption 12",
        "received_by": person, "received_on": first + timedelta(days=80),
        "installed_on": first + timedelta(days=90), "place": "Newborn unit", "custodian": person,
        "in_use_on": first + timedelta(days=100),
    }  # fmt: skip
    return {name: known[name] for name in DETAILS.get(step, ())}


def prepare(transfer: Transfer, step: str, *, by: User) -> None:
    """What has to be there before ``step``."""
    if step == "accepted":
        answers = {item.number: ("accepted", "") for item in transfer.items.all()}
        answers |= {item.number: ("declined", "We have enough") for item in list(transfer.items.all())[1:]}
        answer_items(transfer, answers, seen_version=transfer.version, by=by)
        save_costs(transfer, dict.fromkeys(CostKind, ("giver", "")), by=by)
    if step == "received":
        make_receipt(transfer, by=by)
    if step == "closed":
        TransferCheck.objects.filter(transfer=transfer).update(done_on=timezone.localdate(), done_by=by)


def make_receipt(transfer: Transfer, *, by: User, **fields) -> None:
    """Everything that was sent arrived whole, or as ``fields`` say of each item."""
    save_receipt(
        transfer,
        {
            item.number: Receipt(**{"quantity": item.quantity, "damaged": 0, "arrival": "good"} | fields)
            for item in sent_items(transfer)
        },
        by=by,
    )
