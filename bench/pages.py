"""Every page of the product that the bench opens, and the rows of a world that it is opened with.

A page is named as its address is; test_bench_pages.py says that none is forgotten: what is neither here nor a post
stands in NOT_MEASURED with the reason.
"""

from __future__ import annotations

from functools import cached_property

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from partnerships.actions.calendar import make_feed
from partnerships.models import Award, Certificate, LockedFigures, Organization, OutgoingMail, Partnership
from toolkit.actions.links import create_share_link
from toolkit.models import Document, HandedFile, ShareLink
from toolkit.states import FILLABLE, DocumentState, Mode

# What a coordinator has open all day; measured as one, too.
OF_A_COORDINATOR = (
    "home", "waiting", "search", "partnerships:partnership-list", "partnerships:contact-list",
    "partnerships:organization-list", "toolkit:document-list", "partnerships:follow-up-list",
    "partnerships:notification-list", "partnerships:partnership-detail", "partnerships:exchange-list",
    "partnerships:workshop-list", "partnerships:contribution-ledger", "partnerships:calendar-feed",
)  # fmt: skip


# A page that is drawn from a form costs what the form costs: both worlds open it with the same one. USED is a tool
# that has documents in both.
TOOL, USED = "trip-report", "in-kind-contribution"


class Rows:
    """The rows of a world that pages are opened with: where there is a choice, those with the most below them."""

    def __init__(self, admin: User):
        self.admin = admin

    def partnership(self, relation: str) -> Partnership | None:
        """The open partnership with the most of ``relation``."""
        found = Partnership.objects.open().annotate(n=Count(relation, distinct=True)).filter(n__gt=0)
        return found.order_by("-n", "pk").first()

    def one(self, relation: str, *orders: str, **wanted):
        """A row of ``relation`` in the partnership with the most of it; None where there is no such row."""
        partnership = self.partnership(relation)
        if partnership is None:
            return None
        return getattr(partnership, relation).filter(**wanted).order_by(*orders or ("-pk",)).first()

    @cached_property
    def large(self) -> Partnership:
        return self.partnership("documents")

    @cached_property
    def exchange(self):
        partnership = self.partnership("exchanges")
        found = partnership.exchanges.annotate(n=Count("travellers")).filter(n__gt=0)
        return found.order_by("-n", "-pk").first()

    @cached_property
    def workshop(self):
        partnership = self.partnership("workshops")
        return partnership.workshops.annotate(n=Count("registrations")).order_by("-n", "-pk").first()

    @cached_property
    def document(self) -> Document:
        found = Document.objects.filter(version__tool__slug=USED)
        return found.annotate(n=Count("responses__changes")).order_by("-n", "-pk").first()

    @cached_property
    def fillable(self) -> Document | None:
        found = Document.objects.filter(version__tool__slug=USED, state__in=FILLABLE)
        return found.filter(partnership__in=Partnership.objects.open()).order_by("-pk").first()

    @cached_property
    def submitted(self) -> Document | None:
        return Document.objects.filter(state=DocumentState.SUBMITTED).order_by("-pk").first()

    @cached_property
    def feed_token(self) -> str:
        """Of the calendar of the large partnership, for whoever coordinates it."""
        _feed, token = make_feed(self.large.coordinator, partnership=self.large)
        return token

    @cached_property
    def link_token(self) -> str:
        return create_share_link(self.fillable, side="host", days=30, by=self.admin).token


def nothing(rows: Rows) -> list:
    return []


def _slug(relation: str):
    def find(rows: Rows) -> list | None:
        partnership = rows.partnership(relation)
        return [partnership.slug] if partnership else None

    return find


def _of(relation: str, key: str, *orders: str, **wanted):
    """The slug of the partnership and the ``key`` of one of its rows."""

    def find(rows: Rows) -> list | None:
        row = rows.one(relation, *orders, **wanted)
        return [rows.partnership(relation).slug, getattr(row, key)] if row else None

    return find


def _agreement(rows: Rows) -> list | None:
    row = rows.one("agreements", "pk")
    return [row.reference] if row else None


def _exchange(rows: Rows) -> list:
    return [rows.exchange.reference]


def _traveller(rows: Rows) -> list:
    return [rows.exchange.reference, rows.exchange.travellers.first().pk]


def _workshop(rows: Rows) -> list:
    return [rows.workshop.reference]


def _session(rows: Rows) -> list:
    return [rows.workshop.reference, rows.workshop.sessions.first().pk]


def _document(rows: Rows) -> list:
    return [rows.document.reference]


def _fillable(rows: Rows) -> list | None:
    return [rows.fillable.reference] if rows.fillable else None


def _submitted(rows: Rows) -> list | None:
    return [rows.submitted.reference] if rows.submitted else None


def _mode(mode: str):
    def find(rows: Rows) -> list | None:
        found = Document.objects.filter(mode=mode).annotate(n=Count("responses")).order_by("-n", "-pk").first()
        return [found.reference] if found else None

    return find


def _both_sides(rows: Rows) -> list | None:
    found = Document.objects.filter(mode=Mode.EACH, state=DocumentState.SUBMITTED).order_by("-pk").first()
    return [found.reference] if found else None


def _mail(rows: Rows) -> list | None:
    found = OutgoingMail.objects.order_by("-pk").first()
    return [found.pk] if found else None


def _link(rows: Rows) -> list | None:
    found = ShareLink.objects.select_related("document").order_by("-pk").first()
    return [found.document.reference, found.public_id] if found else None


def _handed(rows: Rows) -> list | None:
    found = HandedFile.objects.select_related("response__document").order_by("-pk").first()
    return [found.response.document.reference, found.public_id] if found else None


def _tool(rows: Rows) -> list:
    return [TOOL]


def _plan(rows: Rows) -> list | None:
    return _slug("work_plan__activities")(rows)


def _of_plan(relation: str):
    def find(rows: Rows) -> list | None:
        partnership = rows.partnership("work_plan__activities")
        row = getattr(partnership.work_plan, relation).order_by("number").first()
        return [partnership.slug, row.number] if row else None

    return find


def _version(rows: Rows) -> list | None:
    partnership = rows.partnership("work_plan__versions")
    return [partnership.slug, 1] if partnership else None


def _member(rows: Rows) -> list:
    return [rows.large.slug, rows.large.team.current().first().pk]


def _organization(rows: Rows) -> list:
    found = Organization.objects.annotate(n=Count("contacts", distinct=True) + Count("participations", distinct=True))
    return [found.order_by("-n", "pk").first().slug]


def _contact(rows: Rows) -> list:
    return [rows.large.team.current().first().contact_id]


def _programme(rows: Rows) -> list:
    return [rows.large.programme.slug]


def _award(rows: Rows) -> list | None:
    found = Award.objects.annotate(n=Count("shares")).order_by("-n", "pk").first()
    return [found.pk] if found else None


def _locked(rows: Rows) -> list | None:
    found = LockedFigures.objects.select_related("period").order_by("pk").first()
    return [found.period.award_id, found.period.number] if found else None


def _participation(rows: Rows) -> list:
    return [rows.large.slug, rows.large.participations.current().first().pk]


def _certificate(rows: Rows) -> list | None:
    found = Certificate.objects.order_by("pk").first()
    return [found.code] if found else None


def _thing(rows: Rows) -> list:
    return [rows.document.partnership.slug, "document", rows.document.pk]


def _file(rows: Rows, relation: str) -> list | None:
    partnership = rows.partnership(relation)
    return [partnership.slug, "csv"] if partnership else None


def _named(prefix: str, names: str, find) -> dict:
    return {f"{prefix}{name}": find for name in names.split()}


# The arguments of each address; None where a world has no such row.
PAGES = {
    **_named("", "home waiting search", nothing),
    **_named("accounts:", "user-list user-invite profile", nothing),
    "accounts:user-edit": lambda rows: [rows.large.coordinator_id],
    "bulk-export": lambda rows: ["contacts", "csv"],
    "bulk-export-of": lambda rows: ["follow-ups", rows.partnership("followups").slug, "csv"],
    **_named("partnerships:", "organization-list organization-create contact-list contact-create", nothing),
    **_named("partnerships:", "partnership-list partnership-create follow-up-list", nothing),
    **_named("partnerships:", "notification-list calendar-list programme-list programme-create", nothing),
    **_named("partnerships:", "phase-model-list rate-list exchange-rate-list mail-list", nothing),
    "partnerships:partnership-mails": _slug("documents"),
    "partnerships:mail-detail": _mail,
    **_named("partnerships:", "organization-detail organization-edit organization-archive", _organization),
    **_named("partnerships:", "contact-detail contact-edit", _contact),
    **_named("partnerships:", "partnership-detail partnership-edit partnership-status", _slug("documents")),
    **_named("partnerships:", "partnership-team partnership-history agreement-create", _slug("documents")),
    **_named("partnerships:", "partnership-follow-ups follow-up-add", _slug("followups")),
    "partnerships:partnership-comments": _slug("comments"),
    "partnerships:thing-talk": _thing,
    "partnerships:phase-detail": _of("phases", "pk", "pk"),
    **_named("partnerships:", "follow-up-detail follow-up-edit", _of("followups", "pk")),
    "partnerships:calendar-feed": lambda rows: [rows.feed_token],
    "partnerships:agreement-list": _slug("agreements"),
    **_named("partnerships:", "agreement-detail agreement-versions", _agreement),
    **_named("partnerships:", "partnership-funding partnership-award-create", _slug("award_shares")),
    **_named("partnerships:", "award-detail award-edit", _award),
    "partnerships:period-figures": _locked,
    **_named("partnerships:", "programme-detail programme-edit programme-award-create", _programme),
    "partnerships:phase-model-detail": lambda rows: [rows.large.phase_model.slug],
    "partnerships:participation-end": _participation,
    "partnerships:handover-create": _member,
    **_named("partnerships:workplan-", "detail edit grid quarters timeline versions compare", _plan),
    "partnerships:workplan-version": _version,
    **_named("partnerships:", "objective-create risk-list risk-create", _plan),
    "partnerships:objective-edit": _of_plan("objectives"),
    **_named("partnerships:", "activity-detail activity-edit", _of_plan("activities")),
    "partnerships:risk-edit": _of_plan("risks"),
    **_named("partnerships:exchange-", "list create", _slug("exchanges")),
    **_named("partnerships:", "exchange-detail exchange-edit exchange-agenda exchange-costs", _exchange),
    **_named("partnerships:", "host-checklist traveller-add", _exchange),
    **_named("partnerships:traveller-", "detail checklist", _traveller),
    **_named("partnerships:workshop-", "list create", _slug("workshops")),
    **_named("partnerships:workshop-", "detail edit results", _workshop),
    **_named("partnerships:", "session-add trainer-add registration-list", _workshop),
    **_named("partnerships:", "registration-add attendance-sheet sign-in-sheet", _workshop),
    **_named("partnerships:", "session-edit", _session),
    **_named("partnerships:contribution-", "ledger list create proposed", _slug("contributions")),
    "partnerships:contribution-side": lambda rows: [rows.partnership("contributions").slug, "host"],
    **_named("partnerships:contribution-", "detail edit", _of("contributions", "number", state="draft")),
    **_named("partnerships:meeting-", "list create", _slug("meetings")),
    **_named("partnerships:meeting-", "detail edit", _of("meetings", "pk")),
    **_named("partnerships:resource-", "list create", _slug("resources")),
    **_named("partnerships:resource-", "detail edit", _of("resources", "number")),
    **_named("partnerships:transfer-", "list create", _slug("transfers")),
    **_named("partnerships:transfer-", "detail edit", _of("transfers", "number")),
    "toolkit:resource-export": lambda rows: _file(rows, "resources"),
    "toolkit:transfer-export": lambda rows: _file(rows, "transfers"),
    "toolkit:contribution-export": lambda rows: [rows.partnership("contributions").slug, "csv"],
    "toolkit:workplan-export": lambda rows: [rows.partnership("work_plan__activities").slug, "csv"],
    **_named("toolkit:", "tool-list toolkit-learn tool-new tool-drafts proposal-list feedback-list", nothing),
    **_named("toolkit:", "document-list proposal-new pack-import", nothing),
    **_named("toolkit:tool-", "detail blank example try learn versions feedback copies adapt", _tool),
    "toolkit:version-detail": lambda rows: [*_tool(rows), 1],
    **_named("toolkit:", "document-start agreement-from-document", _slug("documents")),
    **_named("toolkit:document-", "detail comments history state differences", _document),
    **_named("toolkit:document-", "fill links withdraw take invite", _fillable),
    **_named("toolkit:link-", "detail print", _link),
    "toolkit:handed-detail": _handed,
    "toolkit:document-results": _mode(Mode.OPEN),
    "toolkit:document-compare": _both_sides,
    **_named("toolkit:document-", "accept return", _submitted),
    **_named("toolkit:shared-", "fill done comments take", lambda rows: [rows.link_token] if rows.fillable else None),
    "partnerships:certificate-verify": _certificate,
}
# What pages are asked beside their address.
QUERIES = {"search": "?q=safe", "partnerships:follow-up-list": "?owner=all&state=all"}

NOT_A_PAGE = "gives a file back as it was kept"
ACCOUNT = "signing in and passwords: no records of partnerships"
PAPER = "a PDF, measured beside bare WeasyPrint"
SECRET = "its address is kept as a hash only, so that nobody can open it from the database"
ONE_PERSON = "only the person it is about may open it"
EDITOR = "the editor of tools reads one tool and no records; ./run bench measures its steps"
A_STEP = "a form of one row whose page is measured, with nothing below it"
NO_ROWS = "no world for measuring has rows for it"
NOT_MEASURED = {
    **_named("account_", "login logout inactive signup reauthenticate change_password set_password", ACCOUNT),
    **_named("account_", "reset_password reset_password_done reset_password_from_key", ACCOUNT),
    "account_reset_password_from_key_done": ACCOUNT,
    "healthz": "asks whether the database answers",
    **_named("accounts:", "invitation mail-stop", SECRET),
    **_named(
        "bulk-",
        "import template import-into template-into",
        "an empty form and an empty file; imports have their own tests of size",
    ),
    **_named("toolkit:", "document-pdf shared-pdf tool-blank-pdf tool-example-pdf agreement-pdf workplan-pdf", PAPER),
    **_named("toolkit:", "workplan-version-pdf certificates-pdf certificate-pdf sign-in-sheet-pdf", PAPER),
    "toolkit:exchange-bundle": PAPER,
    **_named("toolkit:document-", "compare-pdf fillable paper", PAPER),
    **_named("toolkit:", "link-pdf shared-paper shared-fillable", PAPER),
    **_named("toolkit:", "document-workbook shared-workbook", "a workbook of one form, and no list"),
    "toolkit:document-results-export": "a file of what document-results shows, in rows as they are read",
    **_named("toolkit:", "document-save shared-save", "answers scripts; what a save costs has tests of its own"),
    "toolkit:fill-worker": "a script from memory",
    **_named(
        "toolkit:",
        "document-file shared-file proposal-file proposal-own-file tool-export pack-export document-scan shared-scan",
        NOT_A_PAGE,
    ),
    **_named("toolkit:", "handed-file shared-handed-file shared-respond-file", NOT_A_PAGE),
    **_named("partnerships:", "agreement-file evidence-file resource-file", NOT_A_PAGE),
    **_named("partnerships:", "register registration-own", SECRET),
    **_named("toolkit:", "proposal-status proposal-thanks trip-report-door short-link", SECRET),
    **_named("toolkit:shared-", "respond respond-done", SECRET),
    "toolkit:short-door": "one field for a code, and nothing from the database",
    **_named("partnerships:", "travel-data data-readers agreement-accept comment-edit", ONE_PERSON),
    **_named("partnerships:agreement-", "edit text enter follow terminate", A_STEP),
    **_named("partnerships:", "agenda-item-edit cost-edit registration-edit session-code participant-list", A_STEP),
    **_named("partnerships:", "test-entry evaluation-edit report-edit check-in", A_STEP),
    **_named("partnerships:definition-", "create edit", A_STEP),
    **_named("partnerships:", "item-add item-edit item-use", A_STEP),
    **_named("partnerships:transfer-", "answers check costs receipt", A_STEP),
    **_named(
        "toolkit:",
        "document-finish document-move document-reopen document-sign shared-sign tool-withdraw tool-restore",
        A_STEP,
    ),
    **_named("toolkit:document-", "terms close agree", A_STEP),
    **_named("toolkit:", "link-mail link-remind paper-start paper-fill", A_STEP),
    **_named("toolkit:shared-", "agree begin forwarded handed", A_STEP),
    **_named("toolkit:", "version-compare version-publish version-review proposal-detail incoming-detail", EDITOR),
    "toolkit:tool-edit": EDITOR,
    **_named("toolkit:tool-edit-", "add delete texts about body preview", EDITOR),
    **_named("toolkit:adapt-", "switch merge", EDITOR),
    "partnerships:handover-detail": NO_ROWS,
}


def addresses(rows: Rows) -> dict[str, str]:
    """The path of every page that this world has rows for."""
    found = {}
    for name, find in PAGES.items():
        arguments = find(rows)
        if arguments is not None:
            found[name] = reverse(name, args=arguments) + QUERIES.get(name, "")
    return found
