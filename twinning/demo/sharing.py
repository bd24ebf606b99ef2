"""What a partnership of the demonstration world shares and gives: ``resources:`` and ``transfers:`` of its file.

Everything goes through the actions that people use; afterwards it is put on the days on which it is said to have been.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from partnerships.actions.resource import add_file, add_resource, move_resource, review_resource
from partnerships.actions.transfer import add_transfer, answer_items, save_costs, save_item
from partnerships.actions.transfer_steps import Receipt, make_check, move_transfer, save_receipt
from partnerships.models import Partnership, ResourceFile, SharedResource, Transfer, TransferCheck, TransferItem
from partnerships.transfer_guards import sent_items
from partnerships.transfer_states import ItemAnswer, TransferState

PEOPLE = ("need_by", "accepted_by", "received_by", "custodian")
DAYS = ("accepted_on", "shipped_on", "expected_on", "customs_on", "received_on", "installed_on", "in_use_on")


def build_sharing(world: Any, partnership: Partnership, row: dict[str, Any], *, by: User) -> None:
    """``world`` knows the contacts and puts what is recorded on its day; ``row`` is the file of the partnership."""
    sharing = Sharing(world, partnership, by)
    for each in row.get("resources", []):
        sharing.resource(each)
    for each in row.get("transfers", []):
        sharing.transfer(each)


class Sharing:
    def __init__(self, world: Any, partnership: Partnership, by: User):
        self.world, self.partnership, self.by = world, partnership, by
        self.parties = {
            party.side: party
            for party in partnership.participations.select_related("organization").order_by("-is_lead")[::-1]
        }

    def resource(self, row: dict[str, Any]) -> None:
        """``texts`` are the versions of its file; ``review`` names the reader, days ago and the day to look again."""
        ago, review, texts = row.pop("ago"), row.pop("review", None), row.pop("texts", [])
        name, downloads, state = row.pop("file", "text.txt"), row.pop("downloads", 0), row.pop("state", "submitted")
        languages = f" {row.pop('languages')} "
        owner = self.parties[row.pop("side")]
        resource = SharedResource(
            partnership=self.partnership, owner=owner, languages=languages, has_no_patient_data=True, **row
        )
        with self.world.on_day(ago):
            resource = add_resource(resource, by=self.by)
            for number, text in enumerate(texts):
                upload = SimpleUploadedFile(name, text.encode())
                add_file(resource, upload, note="Corrected after the first months" if number else "", by=self.by)
        if review:
            self._review(resource, review, state)
        ResourceFile.objects.filter(resource=resource).update(added_at=self._noon(ago))
        newest = resource.files.first()
        if newest:
            ResourceFile.objects.filter(pk=newest.pk).update(n_downloads=downloads)
        SharedResource.objects.filter(pk=resource.pk).update(created_at=self._noon(ago))

    def _review(self, resource: SharedResource, review: dict[str, Any], state: str) -> None:
        on, again = self.world.day(review["ago"]), date.fromisoformat(review["again"])
        with self.world.on_day(review["ago"]):
            coming = max(again, timezone.localdate() + timedelta(days=1))
            reader = self.world.contacts[review["by"]]
            review_resource(resource, reviewer=reader, review_on=coming, note=review.get("note", ""), by=self.by)
            if state == "published":
                move_resource(resource, "published", by=self.by)
        days = {"reviewed_on": on, "review_on": again} | ({"published_on": on} if state == "published" else {})
        SharedResource.objects.filter(pk=resource.pk).update(**days)

    def transfer(self, row: dict[str, Any]) -> None:
        """An offer with its items, brought forward by ``steps``; each step has its day and what it asks for."""
        ago, items, steps = row.pop("ago"), row.pop("items"), row.pop("steps", [])
        self.answers, self.costs = row.pop("declined", {}), row.pop("costs", {})
        self.receipts, checks = row.pop("receipts", {}), row.pop("checks", [])
        parties = {name: self.parties[row.pop(name)] for name in ("giver", "receiver")}
        with self.world.on_day(ago):
            transfer = add_transfer(Transfer(partnership=self.partnership, **parties, **row), by=self.by)
            for each in items:
                worth = {"unit_value": Decimal(str(each.pop("unit_value")))} if "unit_value" in each else {}
                save_item(TransferItem(transfer=transfer, **worth, **each), seen_version=None, by=self.by)
        for step in steps:
            with self.world.on_day(step.pop("ago")):
                self._step(Transfer.objects.get(pk=transfer.pk), step)
        for check in checks:
            self._check(transfer, check)
        Transfer.objects.filter(pk=transfer.pk).update(created_at=self._noon(ago))

    def _step(self, transfer: Transfer, step: dict[str, Any]) -> None:
        new = step.pop("to")
        for name in PEOPLE:
            if name in step:
                step[name] = self.world.contacts[step[name]]
        for name in DAYS:
            if name in step:
                step[name] = date.fromisoformat(step[name])
        if new == TransferState.ACCEPTED:
            answers = {
                item.number: (ItemAnswer.DECLINED, self.answers[item.number])
                if item.number in self.answers
                else (ItemAnswer.ACCEPTED, "")
                for item in transfer.items.all()
            }
            answer_items(transfer, answers, seen_version=transfer.version, by=self.by)
            save_costs(transfer, {kind: (payer, "") for kind, payer in self.costs.items()}, by=self.by)
        if new == TransferState.RECEIVED:
            whole = {
                item.number: Receipt(
                    **{"quantity": item.quantity, "damaged": 0, "arrival": "good"} | self.receipts.get(item.number, {})
                )
                for item in sent_items(transfer)
            }
            save_receipt(transfer, whole, by=self.by)
        move_transfer(transfer, new, details=step, reason=step.pop("reason", ""), by=self.by)

    def _check(self, transfer: Transfer, row: dict[str, Any]) -> None:
        check = TransferCheck.objects.select_related("transfer__partnership").get(
            transfer=transfer, months=row["months"]
        )
        findings = {number: (use, reason) for number, (use, reason) in row["findings"].items()}
        with self.world.on_day(row["ago"]):
            make_check(check, findings, note=row.get("note", ""), by=self.by)
        TransferCheck.objects.filter(pk=check.pk).update(done_on=self.world.day(row["ago"]))

    def _noon(self, ago: int) -> datetime:
        return datetime.combine(self.world.day(ago), time(12), tzinfo=ZoneInfo("UTC"))
