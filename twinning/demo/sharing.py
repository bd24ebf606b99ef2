"""The steps of a demonstration story that concern shared resources and transfers of equipment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from partnerships.actions.resource import add_file, add_resource, move_resource, review_resource
from partnerships.actions.transfer import add_transfer, answer_items, save_costs, save_item
from partnerships.actions.transfer_steps import Receipt, make_check, move_transfer, save_receipt
from partnerships.models import Participation, Partnership, SharedResource, Transfer, TransferCheck, TransferItem
from partnerships.transfer_guards import sent_items
from partnerships.transfer_states import ItemAnswer, TransferState

if TYPE_CHECKING:
    from twinning.demo.world import World

PEOPLE = ("need_by", "accepted_by", "received_by", "custodian")
DAYS = ("accepted_on", "shipped_on", "expected_on", "customs_on", "received_on", "installed_on", "in_use_on")


class Sharing:
    """The verbs; the story they belong to knows ``world``, ``partnership``, ``by`` and the day ``on``."""

    world: World
    partnership: Partnership
    by: User
    on: date
    resources: dict[str, SharedResource]
    transfers: dict[str, Transfer]

    def do_resource(self, row: dict[str, Any]) -> None:
        """``texts`` are the versions of its file, ``downloads`` how often the newest went out."""
        texts, name, downloads = row.pop("texts", []), row.pop("file", "text.txt"), row.pop("downloads", 0)
        key, owner, languages = row.pop("key"), self._lead_of(row.pop("side")), f" {row.pop('languages')} "
        resource = SharedResource(
            partnership=self.partnership, owner=owner, languages=languages, has_no_patient_data=True, **row
        )
        resource = self.resources[key] = add_resource(resource, by=self.by)
        for number, text in enumerate(texts):
            upload = SimpleUploadedFile(name, text.encode())
            add_file(resource, upload, note="Corrected after the first months" if number else "", by=self.by)
        if downloads:
            # Who took a file is written down nowhere: there is only the number.
            newest = resource.files.first()
            newest.n_downloads = downloads
            newest.save(update_fields=["n_downloads"])

    def do_review(self, row: dict[str, Any]) -> None:
        """``by`` is the key of the contact who read it, ``again`` the day on which somebody looks at it once more."""
        resource = self._resource(row["resource"])
        review_resource(
            resource,
            reviewer=self.world.contacts[row["by"]],
            review_on=date.fromisoformat(row["again"]),
            note=row.get("note", ""),
            by=self.by,
        )
        if row.get("publish"):
            move_resource(self._resource(row["resource"]), "published", by=self.by)

    def do_move_resource(self, row: dict[str, str]) -> None:
        move_resource(self._resource(row["resource"]), row["to"], reason=row["reason"], by=self.by)

    def do_transfer(self, row: dict[str, Any]) -> None:
        """An offer with its items."""
        key, items = row.pop("key"), row.pop("items")
        parties = {name: self._lead_of(row.pop(name)) for name in ("giver", "receiver")}
        transfer = add_transfer(Transfer(partnership=self.partnership, **parties, **row), by=self.by)
        self.transfers[key] = transfer
        for each in items:
            worth = {"unit_value": Decimal(str(each.pop("unit_value")))} if "unit_value" in each else {}
            save_item(TransferItem(transfer=transfer, **worth, **each), seen_version=None, by=self.by)

    def do_move_transfer(self, row: dict[str, Any]) -> None:
        """One step with what it asks for. What is not ``declined`` is accepted, and arrives whole unless told."""
        transfer, new = self._transfer(row.pop("transfer")), row.pop("to")
        declined, costs, receipts = row.pop("declined", {}), row.pop("costs", {}), row.pop("receipts", {})
        if new == TransferState.ACCEPTED:
            answers = {
                item.number: (ItemAnswer.DECLINED, declined[item.number])
                if item.number in declined
                else (ItemAnswer.ACCEPTED, "")
                for item in transfer.items.all()
            }
            answer_items(transfer, answers, seen_version=transfer.version, by=self.by)
            save_costs(transfer, {kind: (payer, "") for kind, payer in costs.items()}, by=self.by)
        if new == TransferState.RECEIVED:
            save_receipt(transfer, _receipts(transfer, receipts), by=self.by)
        people = {name: self.world.contacts[row.pop(name)] for name in PEOPLE if name in row}
        days = {name: date.fromisoformat(row.pop(name)) for name in DAYS if name in row}
        reason = row.pop("reason", "")
        move_transfer(transfer, new, details={**row, **people, **days}, reason=reason, by=self.by)

    def do_check_transfer(self, row: dict[str, Any]) -> None:
        checks = TransferCheck.objects.select_related("transfer__partnership")
        check = checks.get(transfer=self._transfer(row["transfer"]), months=row["months"])
        findings = {number: (use, reason) for number, (use, reason) in row["findings"].items()}
        make_check(check, findings, note=row.get("note", ""), by=self.by)

    def _lead_of(self, side: str) -> Participation:
        parties = self.partnership.participations.current().select_related("organization")
        return parties.filter(side=side).order_by("-is_lead", "pk").first()

    def _resource(self, key: str) -> SharedResource:
        return SharedResource.objects.get(pk=self.resources[key].pk)

    def _transfer(self, key: str) -> Transfer:
        return Transfer.objects.get(pk=self.transfers[key].pk)


def _receipts(transfer: Transfer, told: dict[int, dict[str, Any]]) -> dict[int, Receipt]:
    return {
        item.number: Receipt(**{"quantity": item.quantity, "damaged": 0, "arrival": "good"} | told.get(item.number, {}))
        for item in sent_items(transfer)
    }
