"""Builds the demonstration world through the same actions that people use, and dates it back as its files say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import F
from django.db.models.signals import pre_save
from django.utils import timezone

from accounts.models import User
from partnerships.actions.commenting import add_comment
from partnerships.actions.directory import create_contact, create_organization, create_programme
from partnerships.actions.follow_up import add_follow_up, move_follow_up
from partnerships.actions.partnership import change_status, create_partnership
from partnerships.actions.phase import check_criterion, move_phase
from partnerships.actions.team import add_participation, add_team_member
from partnerships.models import (
    Acceptance,
    Agreement,
    AgreementRevision,
    Comment,
    Contact,
    Contribution,
    Exchange,
    ExchangeApproval,
    FollowUp,
    HistoryEntry,
    Meeting,
    Notification,
    Organization,
    Participation,
    Partnership,
    PhaseModel,
    PlanApproval,
    PlanVersion,
    Programme,
    TeamMember,
    Topic,
    WorkPlan,
    Workshop,
)
from partnerships.states import FollowUpState, Priority
from partnerships.things import Thing, find_thing
from toolkit.actions.documents import start_document
from toolkit.actions.links import create_share_link, name_respondent, note_opened, revoke_share_link
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import accept_document, return_document, submit_part, withdraw_document
from toolkit.models import AnswerChange, Document, PartSubmission, Response, ShareLink, Submission, ToolVersion
from toolkit.permissions import Writer, writer_for_link, writer_for_user
from toolkit.states import LinkScope, Mode
from twinning.demo.activities import Activities
from twinning.demo.answers import cells_of, dated
from twinning.demo.library import build_library
from twinning.demo.records import Records, date_back
from twinning.demo.sharing import build_sharing

FOLDER = Path(__file__).resolve().parent
PASSWORD = "two-teams-one-plan"  # noqa: S105  # known to everybody: printed by demo_logins
COORDINATOR = "coordinator@demo.example"
# What a step leaves behind, and the moment that says when.
DATED = (
    (HistoryEntry, "at"),
    (FollowUp, "created_at"),
    (Comment, "created_at"),
    (Notification, "at"),
    (Document, "started_at"),
    (AnswerChange, "at"),
    (PartSubmission, "at"),
    (Submission, "at"),
    (Agreement, "created_at"),
    (AgreementRevision, "at"),
    (Acceptance, "at"),
    (WorkPlan, "created_at"),
    (PlanApproval, "at"),
    (Exchange, "created_at"),
    (ExchangeApproval, "at"),
    (Workshop, "created_at"),
    (Meeting, "created_at"),
    (Contribution, "created_at"),
)


class DemoError(ValueError):
    """A file of the demonstration world asks for something that the actions refuse."""


def build() -> None:
    """The whole world, or nothing of it."""
    with transaction.atomic():
        queued = list(connection.run_on_commit)
        World().build()
        # Nobody lives at these addresses: the mails that the actions queued are not sent.
        connection.run_on_commit = queued


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


class World:
    """Keeps what was made under the short keys of the files."""

    def __init__(self):
        self.today = timezone.localdate()
        self.users: dict[str, User] = {}
        self.organizations: dict[str, Organization] = {}
        self.contacts: dict[str, Contact] = {}
        self.programmes: dict[str, Programme] = {}
        self.topics = {topic.slug: topic for topic in Topic.objects.all()}

    def build(self) -> None:
        people, directory = read("people"), read("organizations")
        for row in people["accounts"]:
            self.users[row["email"]] = User.objects.create_user(**row)
        User.objects.filter(email__in=self.users).update(password=make_password(PASSWORD))  # slow on purpose: once
        self.admin = next(user for user in self.users.values() if user.is_admin)
        for row in directory["organizations"]:
            self._organization(row)
        for row in people["programmes"]:
            model = PhaseModel.objects.get(slug=row.pop("phase_model"))
            key = row.pop("key")
            self.programmes[key] = create_programme(Programme(phase_model=model, **row))
        for path in sorted(FOLDER.glob("partnership-*.yaml")):
            self._partnership(dated(yaml.safe_load(path.read_text(encoding="utf-8")), self.today))
        build_library(self, read("library"))
        Notification.objects.update(mailed_at=F("at"))

    def _organization(self, row: dict[str, Any]) -> None:
        key, contacts = row.pop("key"), row.pop("contacts", [])
        topics = [self.topics[slug] for slug in row.pop("topics", [])]
        made = create_organization(Organization(**row), topics=topics, by=self.admin)
        self.organizations[key] = made
        for person in contacts:
            account = self.users.get(person.pop("account", ""))
            name = person.pop("key")
            contact = Contact(organization=made, user=account, **person)
            self.contacts[name] = create_contact(contact, by=self.admin)

    def _partnership(self, row: dict[str, Any]) -> None:
        by = self.users[row["coordinator"]]
        programme = self.programmes.get(row.get("programme", ""))
        model = PhaseModel.objects.get(slug=row["phase_model"]) if "phase_model" in row else programme.phase_model
        partnership = Partnership(
            name=row["name"],
            programme=programme,
            phase_model=model,
            goal=row.get("goal", "").strip(),
            starts_on=date.fromisoformat(row["starts_on"]) if "starts_on" in row else None,
            ends_on=date.fromisoformat(row["ends_on"]) if "ends_on" in row else None,
            coordinator=by,
        )
        with self.on_day(row["ago"]):
            create_partnership(
                partnership,
                host=self.organizations[row["host"]],
                resource=self.organizations[row["resource"]],
                topics=[self.topics[slug] for slug in row.get("topics", [])],
                by=by,
            )
            Participation.objects.filter(partnership=partnership).update(joined_on=self.day(row["ago"]))
        story = Story(self, partnership, by)
        for ago, steps in groupby(sorted(row["story"], key=lambda step: -step["ago"]), key=lambda step: step["ago"]):
            with self.on_day(ago):
                for step in steps:
                    story.tell(step, on=self.day(ago))
        build_sharing(self, partnership, row, by=by)

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    @contextmanager
    def on_day(self, ago: int) -> Iterator[None]:
        """Whatever is recorded inside happened ``ago`` days before today."""
        now = timezone.now()
        shift = timedelta(days=ago)
        last = {model: model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0 for model, _at in DATED}
        last_link = ShareLink.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

        def earlier(sender, instance, update_fields, **_rest) -> None:
            date_back(sender, instance, shift=shift, update_fields=update_fields)

        pre_save.connect(earlier, sender=PlanVersion, weak=False)
        try:
            yield
        finally:
            pre_save.disconnect(earlier, sender=PlanVersion)
        for model, at in DATED:
            model.objects.filter(pk__gt=last[model]).update(**{at: F(at) - shift})
        ShareLink.objects.filter(pk__gt=last_link).update(
            created_at=F("created_at") - shift, expires_at=F("expires_at") - shift
        )
        FollowUp.objects.filter(closed_at__gte=now).update(closed_at=F("closed_at") - shift)
        ShareLink.objects.filter(opened_at__gte=now).update(opened_at=F("opened_at") - shift)
        ShareLink.objects.filter(revoked_at__gte=now).update(revoked_at=F("revoked_at") - shift)
        Response.objects.filter(changed_at__gte=now).update(changed_at=F("changed_at") - shift)
        Response.objects.filter(submitted_at__gte=now).update(submitted_at=F("submitted_at") - shift)


class Story(Records, Activities):
    """One partnership's steps, each a mapping with one verb."""

    def __init__(self, world: World, partnership: Partnership, by: User):
        self.world, self.partnership, self.by = world, partnership, by
        self.documents: dict[str, Document] = {}
        self.agreements: dict[str, Agreement] = {}
        self.on = world.today

    def tell(self, step: dict[str, Any], *, on: date) -> None:
        self.on = on
        for verb, what in step.items():
            if verb == "ago":
                continue
            try:
                getattr(self, f"do_{verb}")(what)
            except Exception as error:
                raise DemoError(f"{self.partnership}: {verb} {what}: {error}") from error

    def do_team(self, rows: list[list[str]]) -> None:
        for contact, side, role in rows:
            member = TeamMember(
                partnership=self.partnership,
                contact=self.world.contacts[contact],
                side=side,
                role=role,
                starts_on=self.partnership.starts_on or self.world.today,
            )
            add_team_member(member, by=self.by)

    def do_join(self, row: dict[str, str]) -> None:
        organization = self.world.organizations[row["organization"]]
        add_participation(
            Participation(partnership=self.partnership, organization=organization, side=row["side"]), by=self.by
        )

    def do_status(self, row: dict[str, str]) -> None:
        change_status(self.partnership, row["to"], by=self.by, reason=row.get("reason", ""))

    def do_phase(self, row: dict[str, str]) -> None:
        phase = self.partnership.phases.select_related("definition").get(definition__slug=row["slug"])
        move_phase(phase, row["to"], by=self.by, reason=row.get("reason", ""))

    def do_criterion(self, row: dict[str, str]) -> None:
        phase = self.partnership.phases.select_related("definition").get(definition__slug=row["phase"])
        criterion = phase.definition.criteria.get(slug=row["slug"])
        check_criterion(phase, criterion, is_met=True, by=self.by, note=row.get("note", ""))

    def do_start(self, row: dict[str, str]) -> None:
        version = ToolVersion.objects.published().select_related("tool").get(tool__slug=row["tool"])
        organization = self.world.organizations.get(row.get("organization", ""))
        self.documents[row.get("key", row["tool"])] = start_document(
            self.partnership,
            version,
            by=self.by,
            title=row.get("title", ""),
            organization=organization,
            due_on=date.fromisoformat(row["due_on"]) if "due_on" in row else None,
        )

    def do_link(self, row: dict[str, Any]) -> None:
        link = create_share_link(
            self.documents[row["document"]],
            side=row["side"],
            days=row.get("days", 30),
            by=self.by,
            scope=row.get("scope", LinkScope.FILL),
            recipient_name=row.get("name", ""),
            recipient_email=row.get("email", ""),
        )
        for _visit in range(row.get("opened", 0)):
            note_opened(link)
        if row.get("revoked"):
            revoke_share_link(link, by=self.by)

    def do_fill(self, row: dict[str, Any]) -> None:
        """Somebody with a link (``side``, ``name``, ``post``), or the coordinator, writes and perhaps submits."""
        document = self.documents[row["document"]]
        writer = self._writer(document, row)
        response = document.responses.get(side=row["side"] if document.mode == Mode.EACH else "")
        response.document = document
        cells = self._signed(response, writer) | cells_of(response, row["answers"])
        result = save_answers(response, cells, response.revisions, by=writer)
        if not result.is_clean:
            raise DemoError(f"refused: {result.refused or result.conflicts}")
        if row.get("submit"):
            self._submit(response, writer)

    def _signed(self, response: Response, writer: Writer) -> dict[str, str]:
        """What the page offers to whoever fills in: their name and the day, where nobody has written them yet."""
        offered = {"user.name": writer.name, "today": self.on.isoformat()}
        items = response.document.version.form.items
        return {
            item.id: offered[item.bind] for item in items if item.bind in offered and item.id not in response.answers
        }

    def _submit(self, response: Response, writer: Writer) -> None:
        try:
            submit_part(response, by=writer)
        except Exception as error:
            problems = [(problem.cell, str(problem.message)) for problem in getattr(error, "problems", [])]
            raise DemoError(f"not submitted: {problems or error}") from error

    def _writer(self, document: Document, row: dict[str, Any]) -> Writer:
        if row.get("side") is None:
            return writer_for_user(self.by, document)
        link = document.links.live().filter(side=row["side"], scope=LinkScope.FILL).first()
        if link is None:
            link = create_share_link(document, side=row["side"], days=60, by=self.by, recipient_name=row["name"])
        note_opened(link)
        name_respondent(link, name=row["name"], post=row.get("post", ""))
        return writer_for_link(link)

    def do_follow_up(self, row: dict[str, str]) -> None:
        """``owner`` is the key of a contact, ``by`` the address of an account; with ``done`` it is closed at once."""
        follow_up = FollowUp(
            partnership=self.partnership,
            title=row["title"],
            details=row.get("details", ""),
            owner=self.world.contacts[row["owner"]],
            due_on=date.fromisoformat(row["due_on"]) if "due_on" in row else None,
            priority=row.get("priority", Priority.NORMAL),
        )
        by = self._person(row)
        add_follow_up(follow_up, about=self._thing(row, by), by=by)
        if row.get("done"):
            move_follow_up(follow_up, FollowUpState.DONE, by=by)

    def do_comment(self, row: dict[str, str]) -> None:
        by = self._person(row)
        add_comment(self.partnership, self._thing(row, by), row["text"].strip(), by=by)

    def _person(self, row: dict[str, str]) -> User:
        return self.world.users[row["by"]] if "by" in row else self.by

    def _thing(self, row: dict[str, str], by: User) -> Thing:
        """What ``document: <key>``, ``phase: <slug>`` or neither names."""
        if "document" in row:
            return find_thing(self.partnership, "document", self.documents[row["document"]].pk, by)
        if "phase" in row:
            phase = self.partnership.phases.get(definition__slug=row["phase"])
            return find_thing(self.partnership, "phase", phase.pk, by)
        return find_thing(self.partnership, "partnership", self.partnership.pk, by)

    def do_accept(self, key: str) -> None:
        accept_document(self._fresh(key), by=self.by)

    def do_return(self, row: dict[str, str]) -> None:
        return_document(self._fresh(row["document"]), by=self.by, reason=row["reason"])

    def do_withdraw(self, row: dict[str, str]) -> None:
        withdraw_document(self._fresh(row["document"]), by=self.by, reason=row["reason"])

    def _fresh(self, key: str) -> Document:
        self.documents[key].refresh_from_db()
        return self.documents[key]
