"""The steps of a demonstration story that concern documents: forms that are begun, filled in, accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from accounts.models import User
from partnerships.models import Partnership
from partnerships.states import Side
from toolkit.actions.collecting import begin_answers, new_key
from toolkit.actions.documents import start_document
from toolkit.actions.links import create_share_link, name_respondent, note_opened, revoke_share_link
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import accept_document, return_document, submit_part, withdraw_document
from toolkit.actions.terms import Terms
from toolkit.models import Document, Response, ToolVersion
from toolkit.permissions import Writer, writer_for_link, writer_for_respondent, writer_for_user
from toolkit.states import LinkScope, Mode
from twinning.demo.answers import cells_of
from twinning.demo.errors import DemoError


class Papers:
    """The verbs; the story they belong to knows ``world``, ``partnership``, ``by`` and the day ``on``."""

    partnership: Partnership
    by: User
    on: date
    documents: dict[str, Document]

    def do_start(self, row: dict[str, str]) -> None:
        version = ToolVersion.objects.published().select_related("tool").get(tool__slug=row["tool"])
        organization = self.world.organizations.get(row.get("organization", ""))
        self.documents[row.get("key", row["tool"])] = start_document(
            self.partnership,
            version,
            by=self.by,
            title=row.get("title", ""),
            about=organization,
            due_on=date.fromisoformat(row["due_on"]) if "due_on" in row else None,
            terms=Terms(
                capacity=row.get("capacity"),
                is_anonymous=row.get("without_names", False),
                closes_at=datetime.combine(date.fromisoformat(row["closes_on"]), time(17), tzinfo=UTC)
                if "closes_on" in row
                else None,
            ),
        )

    def do_answers(self, row: dict[str, Any]) -> None:
        """Many people answer by one link, one after the other: ``people`` holds what each of them says differently."""
        document = self.documents[row["document"]]
        link = document.links.first() or create_share_link(document, side=Side.HOST, days=60, by=self.by)
        for own in row["people"]:
            response = begin_answers(link, new_key(link), name=own.pop("name", ""))
            writer = writer_for_respondent(response, link)
            cells = self._signed(response, writer) | cells_of(response, row.get("alike", {}) | own)
            self._write(response, cells, writer)
            self._submit(response, writer)

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
        self._write(response, cells, writer)
        if row.get("submit"):
            self._submit(response, writer)

    def _write(self, response: Response, cells: dict[str, Any], writer: Writer) -> None:
        result = save_answers(response, cells, response.revisions, by=writer)
        if not result.is_clean:
            raise DemoError(f"refused: {result.refused or result.conflicts}")

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

    def do_accept(self, key: str) -> None:
        accept_document(self._fresh(key), by=self.by)

    def do_return(self, row: dict[str, str]) -> None:
        return_document(self._fresh(row["document"]), by=self.by, reason=row["reason"])

    def do_withdraw(self, row: dict[str, str]) -> None:
        withdraw_document(self._fresh(row["document"]), by=self.by, reason=row["reason"])

    def _fresh(self, key: str) -> Document:
        self.documents[key].refresh_from_db()
        return self.documents[key]
