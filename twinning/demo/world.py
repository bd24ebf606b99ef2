"""Builds the demonstration world day by day, through the same actions that people use, dated as its files say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from partnerships.actions.directory import create_contact, create_organization, create_programme
from partnerships.mail_states import MailState
from partnerships.models import (
    Contact,
    Notification,
    Organization,
    OutgoingMail,
    Partnership,
    PhaseModel,
    Programme,
    Topic,
)
from twinning.demo.answers import dated
from twinning.demo.clock import standing_clock
from twinning.demo.haste import asking_once
from twinning.demo.library import build_library
from twinning.demo.story import Frame, Story

FOLDER = Path(__file__).resolve().parent
PASSWORD = "two-teams-one-plan"  # noqa: S105  # known to everybody: printed by demo_logins
COORDINATOR = "coordinator@demo.example"
# The same safe loader, written in C where PyYAML was built with it.
QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def build() -> None:
    """The whole world, or nothing of it."""
    with transaction.atomic(), asking_once():
        queued = list(connection.run_on_commit)
        World().build()
        # Nobody lives at these addresses: the mails that the actions queued are not sent.
        connection.run_on_commit = queued


def read(name: str) -> Any:
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=QUICK)  # noqa: S506  # a safe loader


class World:
    """Keeps what was made under the short keys of the files."""

    def __init__(self):
        self.today = timezone.localdate()
        self.users: dict[str, User] = {}
        self.organizations: dict[str, Organization] = {}
        self.contacts: dict[str, Contact] = {}
        self.programmes: dict[str, Programme] = {}
        self.partnerships: dict[str, Partnership] = {}
        self.topics = {topic.slug: topic for topic in Topic.objects.all()}

    def build(self) -> None:
        frame, stories = self._read("frame"), list(self._stories())
        steps = [(step["ago"], Frame(self), step) for step in frame["story"]]
        steps += [(step["ago"], story, step) for story in stories for step in story.steps]
        steps.sort(key=lambda row: -row[0])  # what happened on one day stays in the order of the files
        with standing_clock(self.day(steps[0][0] + 1)) as clock:
            self._people(frame, self._read("organizations"))
            for ago, story, step in steps:
                clock.put_on(self.day(ago))
                story.tell(step, on=self.day(ago))
        build_library(self, self._read("library"))
        Notification.objects.update(mailed_at=F("at"))
        OutgoingMail.objects.update(state=MailState.SENT, tries=1, sent_at=F("created_at"))

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def _stories(self) -> Iterator[Story]:
        """A partnership may have several files: those with the same number; the first one says who takes part."""
        names = sorted(path.stem for path in FOLDER.glob("partnership-*.yaml"))
        for _number, files in groupby(names, key=lambda name: name.split("-")[1]):
            told, *more = [self._read(name) for name in files]
            told["story"] += [step for part in more for step in part["story"]]
            yield Story(self, told)

    def _read(self, name: str) -> Any:
        return dated(read(name), self.today)

    def _people(self, frame: dict[str, Any], directory: dict[str, Any]) -> None:
        people = read("people")
        for row in people["accounts"]:
            self.users[row["email"]] = User.objects.create_user(**row)
        self.admin = next(user for user in self.users.values() if user.is_admin)
        for row in directory["organizations"]:
            self._organization(row, invited=people["invited"])
        everybody = User.objects.filter(pk__in=[user.pk for user in self.users.values()])
        everybody.update(password=make_password(PASSWORD))  # slow on purpose: once
        for row in frame["programmes"]:
            model = PhaseModel.objects.get(slug=row.pop("phase_model"))
            lead = self.organizations.get(row.pop("organization", ""))
            key = row.pop("key")
            self.programmes[key] = create_programme(Programme(phase_model=model, organization=lead, **row))

    def _organization(self, row: dict[str, Any], *, invited: list[str]) -> None:
        key, contacts = row.pop("key"), row.pop("contacts", [])
        topics = [self.topics[slug] for slug in row.pop("topics", [])]
        made = create_organization(Organization(**row), topics=topics, by=self.admin)
        self.organizations[key] = made
        for person in contacts:
            name = person.pop("key")
            account = self.users.get(person.pop("account", ""))
            if name in invited:
                words = {"email": person["email"], "name": person["name"], "time_zone": person["time_zone"]}
                account = self.users[name] = User.objects.create_user(**words)
            contact = Contact(organization=made, user=account, **person)
            self.contacts[name] = create_contact(contact, by=self.admin)
