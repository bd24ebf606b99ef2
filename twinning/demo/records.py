"""The steps of a demonstration story that concern agreements and work plans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from partnerships.actions.acceptance import accept_agreement, enter_acceptance
from partnerships.actions.agreement import change_terms, create_agreement, save_text
from partnerships.actions.agreement_family import start_successor
from partnerships.actions.agreement_steps import lock_agreement, move_agreement, terminate_agreement
from partnerships.actions.plan_parts import add_objective
from partnerships.actions.plan_rows import FIELDS, RowEdit, save_rows
from partnerships.actions.progress import move_progress
from partnerships.actions.risk import add_risk, move_risk
from partnerships.actions.workplan import amend_plan, approve_plan, propose_plan, start_plan
from partnerships.agreement_content import PartyChoice
from partnerships.agreement_states import AcceptanceMode
from partnerships.models import Agreement, Objective, Partnership, Risk, TeamMember, WorkPlan
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, hash_of
from twinning.demo.errors import DemoError
from twinning.demo.evidence import paper


class Records:
    """The verbs; the story they belong to knows ``world``, ``partnership``, ``by`` and the day ``on``."""

    partnership: Partnership
    by: User
    on: date
    agreements: dict[str, Agreement]

    # Agreements

    def do_agreement(self, row: dict[str, Any]) -> None:
        """Begin an agreement of all parties with a text, and take it to the state ``to``."""
        dates = {name: date.fromisoformat(row[name]) for name in ("starts_on", "ends_on", "review_on") if row.get(name)}
        agreement = Agreement(
            partnership=self.partnership,
            kind=row["kind"],
            title=row["title"],
            notice_days=row.get("notice_days"),
            **dates,
        )
        parties = {
            party: PartyChoice(signatory=self.world.contacts.get(row.get("signatories", {}).get(party.side, "")))
            for party in self.partnership.participations.current()
        }
        agreement = create_agreement(agreement, parties=parties, by=self.by)
        texts = row["text"]
        for number, (language, body) in enumerate(texts.items()):
            agreement = save_text(
                agreement,
                language=language,
                body=body,
                prevails=len(texts) > 1 and number == 0,
                seen_version=agreement.version,
                by=self.by,
            )
        for step in row.get("steps", ()):
            agreement = move_agreement(agreement, step, by=self.by)
        self.agreements[row["key"]] = agreement

    def do_change_text(self, row: dict[str, str]) -> None:
        """Write another text, which voids what was accepted."""
        agreement = self._agreement(row["agreement"])
        save_text(
            agreement,
            language=row["language"],
            body=row["text"],
            prevails=row.get("prevails", False),
            seen_version=agreement.version,
            by=self.by,
        )

    def do_terms(self, row: dict[str, str]) -> None:
        """From when to when an agreement holds; its parties stay."""
        agreement = self._agreement(row["agreement"])
        for name in ("starts_on", "ends_on"):
            setattr(agreement, name, date.fromisoformat(row[name]) if name in row else getattr(agreement, name))
        parties = {
            party.participation: PartyChoice(is_required=party.is_required, signatory=party.signatory)
            for party in agreement.parties.select_related("participation", "signatory")
        }
        change_terms(agreement, parties=parties, seen_version=agreement.version, by=self.by)

    def do_follow_agreement(self, row: dict[str, Any]) -> None:
        """An amendment, renewal or replacement: drafted with the text that holds, and taken through ``steps``."""
        follower = start_successor(self._agreement(row["agreement"]), row["relation"], by=self.by)
        for step in row.get("steps", ()):
            follower = move_agreement(follower, step, by=self.by)
        self.agreements[row["key"]] = follower

    def do_settle(self, key: str) -> None:
        """The calendar brings an agreement into force, or to its end."""
        lock_agreement(self._agreement(key))

    def do_move_agreement(self, row: dict[str, str]) -> None:
        move_agreement(self._agreement(row["agreement"]), row["to"], by=self.by, reason=row.get("reason", ""))

    def do_terminate(self, row: dict[str, str]) -> None:
        """From today on."""
        words = {"reason": row["reason"], "obligations": row["obligations"]}
        terminate_agreement(self._agreement(row["agreement"]), on=self.on, by=self.by, **words)

    def do_sign(self, row: dict[str, str]) -> None:
        """The party of ``side`` confirmed by e-mail or on paper (``scan``), and the coordinator wrote it down."""
        agreement = self._agreement(row["agreement"])
        parties = agreement.parties.filter(participation__side=row["side"])
        if "organization" in row:
            parties = parties.filter(participation__organization=self.world.organizations[row["organization"]])
        party = parties.get()
        enter_acceptance(
            agreement,
            party,
            mode=AcceptanceMode.INK if "scan" in row else AcceptanceMode.EMAIL,
            seen_hash=agreement.content_hash,
            name=row["name"],
            post=row["post"],
            signed_on=self.on,
            note=row.get("note", ""),
            scan=paper("signed.pdf", [agreement.title, row["scan"], row["name"]]) if "scan" in row else None,
            by=self.by,
        )

    def do_accept_agreement(self, row: dict[str, str]) -> None:
        """``by``, the signatory or a lead of that side with an account, accepts on the page."""
        agreement, user = self._agreement(row["agreement"]), self.world.users[row["by"]]
        party = agreement.parties.get(participation__side=row["side"])
        words = {"seen_hash": agreement.content_hash, "name": str(user.contact), "post": row["post"]}
        accept_agreement(agreement, party, **words, by=user)

    def _agreement(self, key: str) -> Agreement:
        self.agreements[key].refresh_from_db()
        return self.agreements[key]

    # Work plans

    def do_plan(self, row: dict[str, Any]) -> None:
        """Begin the plan, or go on with it: objectives with their activities, and risks."""
        plan = start_plan(self.partnership, by=self.by)
        for objective in row.get("objectives", ()):
            activities = objective.pop("activities", [])
            made = add_objective(Objective(plan=plan, **objective), by=self.by)
            self._activities(plan, made, activities)
        for risk in row.get("risks", ()):
            owner = self._member(risk.pop("owner", ""))
            review_on = date.fromisoformat(risk.pop("review_on")) if "review_on" in risk else None
            add_risk(Risk(plan=plan, owner=owner, review_on=review_on, **risk), by=self.by)

    def _activities(self, plan: WorkPlan, objective: Objective, rows: list[dict[str, Any]]) -> None:
        for number, row in enumerate(rows):
            values: dict[str, Any] = dict.fromkeys(FIELDS) | {"kind": "other", "needs": row.get("needs", [])}
            values |= {name: row[name] for name in ("title", "kind") if name in row}
            values |= {f"{side}_owner": self._member(row.get(side, "")) for side in ("host", "resource")}
            values |= {name: date.fromisoformat(row[name]) for name in ("starts_on", "ends_on") if name in row}
            values |= {
                name: Decimal(str(row[name])) for name in ("budget", "in_kind_days", "in_kind_value") if name in row
            }
            edit = RowEdit(key=str(number), values=values, objective=objective.pk, token=f"demo{objective.pk}-{number}")
            outcome = save_rows(plan, [edit], by=self.by)
            if not outcome.added:
                raise DemoError(f"{row['title']}: {outcome.refused}")

    def do_propose_plan(self, row: dict[str, str]) -> None:
        plan = self._plan()
        propose_plan(plan, seen_hash=hash_of(content_of(read_rows(plan))), by=self.by, reason=row.get("reason", ""))

    def do_approve_plan(self, row: dict[str, str]) -> None:
        """``by`` says yes for ``side``: somebody with an account who leads or coordinates there."""
        plan = self._plan()
        seen = plan.versions.waiting().get().hash
        approve_plan(plan, row["side"], seen_hash=seen, by=self.world.users[row["by"]])

    def do_amend_plan(self, reason: str) -> None:
        amend_plan(self._plan(), reason=reason, by=self.by)

    def do_progress(self, row: dict[str, str]) -> None:
        """``activity: 3`` or ``objective: 1`` is under way, done or cancelled."""
        plan = self._plan()
        rows = plan.activities if "activity" in row else plan.objectives
        found = rows.get(number=row.get("activity") or row["objective"])
        move_progress(found, row["to"], by=self.by, reason=row.get("reason", ""))

    def do_risk(self, row: dict[str, str]) -> None:
        risk = self._plan().risks.get(title=row["title"])
        move_risk(risk, row["to"], by=self.by, reason=row.get("reason", ""))

    def _plan(self) -> WorkPlan:
        return WorkPlan.objects.get(partnership=self.partnership)

    def _member(self, key: str) -> TeamMember | None:
        if not key:
            return None
        return self.partnership.team.filter(contact=self.world.contacts[key]).first()
