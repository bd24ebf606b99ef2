"""What a page may cost: queries that do not grow with rows, and bytes on a thin line. Times are for ``./run bench``."""

import gzip
from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import urljoin

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.actions.meeting import change_meeting
from partnerships.meeting_time import Presence
from partnerships.models import Contact, Meeting, PhaseModel, Programme, WorkPlan
from tests.factories import (
    make_contact,
    make_member,
    make_organization,
    make_partnership,
    make_programme,
    make_topic,
    make_user,
)
from tests.factories.agreements import make_agreement
from tests.factories.contributions import make_contribution, make_evidence, make_meeting
from tests.factories.following import make_comment, make_follow_up
from tests.factories.funding import make_award
from tests.factories.mails import make_mail
from tests.factories.sharing import make_file, make_resource, make_transfer
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.factories.workplan import make_activity, make_approved, make_objective, make_plan, make_risk
from toolkit.models import ToolVersion

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
# Pages that bring together what several kinds of records say.
MORE = {"hand over": 13, "new follow-up": 15, "../meetings/{meeting}/": 15}
MOST_BYTES = 14_000


@pytest.fixture(scope="module")
def library(module_db):
    call_command("load_phase_models", verbosity=0)
    call_command("load_toolkit", verbosity=0)


def partnership_of(alice, n: int):
    model = PhaseModel.objects.get(slug="aiha")
    partnership = make_partnership(coordinator=alice, phase_model=model, name=f"Partnership {n}", goal="Safer births")
    partnership.topics.add(make_topic())
    for side in ("host", "resource"):
        make_member(partnership, side=side, role="coordinator")
    programme = Programme.objects.first() or make_programme(phase_model=model)
    partnership.programme = programme
    partnership.save()
    make_award(partnership, responsible=alice, programme=programme)
    make_award(partnership, programme=programme)
    make_agreement(partnership, state="in_force")
    make_agreement(partnership, state="partly_signed", kind="contract")
    for tool in ("work-plan", "communication-plan"):
        document = make_document(partnership=partnership, version=ToolVersion.objects.get(tool__slug=tool))
        make_mail(partnership, address_of=f"link:{make_link(document).public_id}")
    owner = make_member(partnership, contact=make_contact(user=make_user())).contact
    for about in (partnership, partnership.phases.first(), partnership.documents.first()):
        make_follow_up(partnership, owner=owner, about=about)
        make_comment(partnership, f"@Alice and @{owner.user.name}", about=about, by=owner.user)
    mine, _made = Contact.objects.get_or_create(user=alice, defaults={"name": "Alice"})
    make_follow_up(partnership, owner=mine, about=partnership.phases.first(), by=owner.user)
    return partnership


PAGES = {
    "home": lambda partnership: "/",
    "partnership list": lambda partnership: "/partnerships/",
    "partnership": lambda partnership: partnership.get_absolute_url(),
    "team": lambda partnership: f"{partnership.get_absolute_url()}team/",
    "history": lambda partnership: f"{partnership.get_absolute_url()}history/",
    "agreement list": lambda partnership: f"{partnership.get_absolute_url()}agreements/",
    "agreement": lambda partnership: partnership.agreements.first().get_absolute_url(),
    "agreement versions": lambda partnership: f"{partnership.agreements.first().get_absolute_url()}versions/",
    "funding": lambda partnership: f"{partnership.get_absolute_url()}funding/",
    "award": lambda partnership: partnership.award_shares.first().award.get_absolute_url(),
    "hand over": lambda partnership: (
        f"{partnership.get_absolute_url()}team/people/{partnership.team.filter(role='coordinator').first().pk}/hand-over/"
    ),
    "programmes": lambda partnership: "/programmes/",
    "programme": lambda partnership: partnership.programme.get_absolute_url(),
    "follow-ups": lambda partnership: f"{partnership.get_absolute_url()}follow-ups/",
    "new follow-up": lambda partnership: f"{partnership.get_absolute_url()}follow-ups/new/",
    "my follow-ups": lambda partnership: "/follow-ups/",
    "all follow-ups": lambda partnership: "/follow-ups/?owner=all&state=all",
    "follow-ups as CSV": lambda partnership: reverse("bulk-export", args=["follow-ups", "csv"]) + "?owner=all",
    "follow-up": lambda partnership: partnership.followups.first().get_absolute_url(),
    "comments": lambda partnership: f"{partnership.get_absolute_url()}comments/",
    "comments on a document": lambda partnership: (
        f"{partnership.get_absolute_url()}about/document/{partnership.documents.first().pk}/"
    ),
    "phase": lambda partnership: f"{partnership.get_absolute_url()}phases/{partnership.phases.first().pk}/",
    "notifications": lambda partnership: "/notifications/",
    "calendars": lambda partnership: "/calendars/",
    "waiting": lambda partnership: "/waiting/",
    "status": lambda partnership: f"{partnership.get_absolute_url()}status/",
    "organization list": lambda partnership: "/organizations/",
    "contact list": lambda partnership: "/contacts/",
    "toolkit": lambda partnership: "/toolkit/",
    "tool": lambda partnership: "/toolkit/work-plan/",
    "document list": lambda partnership: "/documents/",
    "document": lambda partnership: partnership.documents.first().get_absolute_url(),
    "links": lambda partnership: f"{partnership.documents.first().get_absolute_url()}links/",
    "link": lambda partnership: (
        f"{partnership.documents.first().get_absolute_url()}links/{partnership.documents.first().links.first().public_id}/"
    ),
    "invite": lambda partnership: f"{partnership.documents.first().get_absolute_url()}invite/",
    "outbox": lambda partnership: f"{partnership.get_absolute_url()}mails/",
    "fill": lambda partnership: f"{partnership.documents.first().get_absolute_url()}fill/",
    "start a document": lambda partnership: f"{partnership.get_absolute_url()}documents/new/",
    "fill by link": lambda partnership: f"/f/{partnership.documents.first().links.first().token}/",
}


def queries_of(client, address: str) -> list[str]:
    """What the page asks of the database."""
    client.get(address)  # what is read once a process, such as parsed forms
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
        b"".join(response)
    assert response.status_code == 200
    return [query["sql"] for query in seen]


def assert_cheap(client, pages: dict[str, Callable[[], str]], grow: Callable[[int], None], *, rows: int = 3) -> None:
    """Every page asks as much of the database after ``grow(rows)`` as before, and no more than it may."""
    few = {page: queries_of(client, address()) for page, address in pages.items()}
    grow(rows)
    faults = []
    for page, address in pages.items():
        before, after, most = few[page], queries_of(client, address()), MORE.get(page, MOST_QUERIES)
        if not len(before) == len(after) <= most:
            asked = "\n".join(sql[:160] for sql in after)
            faults.append(f"{page}: {len(before)}, then {len(after)} queries; at most {most}\n{asked}")
    assert not faults, "\n\n".join(faults)


def test_queries_do_not_grow_with_rows(library, alice, login):
    first = partnership_of(alice, 0)
    pages = {page: partial(address, first) for page, address in PAGES.items()}

    def grow(rows: int) -> None:
        for number in range(1, rows):
            partnership_of(alice, number)

    assert_cheap(login(alice), pages, grow)


def within(folder: str, pages: Iterable[str], **parts: int) -> dict[str, Callable[[], str]]:
    """Pages by what stands after ``folder`` in their addresses, with ``parts`` put in."""
    return {page: partial(urljoin, folder, page.format(**parts)) for page in pages}


PLAN_PAGES = ("", "grid/", "quarters/", "timeline/", "versions/", "versions/1/", "versions/compare/", "risks/", "edit/")
PLAN_PAGES += ("objectives/1/", "activities/1/", "activities/1/edit/", "risks/1/", "activities.csv", "activities.xlsx")


def test_pages_of_a_plan_do_not_cost_more_with_its_rows(alice, login):
    partnership = make_partnership(coordinator=alice)
    owners = {f"{side}_owner": make_member(partnership, side=side, role="coordinator") for side in ("host", "resource")}
    plan = make_plan(partnership)

    def grow(rows: int) -> None:
        for _each in range(rows):
            objective = make_objective(plan)
            first = make_activity(objective, **owners)
            make_activity(objective, needs=(first,), **owners)
            make_risk(plan, owner=owners["host_owner"])

    grow(1)
    make_approved(plan)
    WorkPlan.objects.update(state="amended")
    assert_cheap(login(alice), within(f"{partnership.get_absolute_url()}plan/", PLAN_PAGES), grow)


LEDGER_PAGES = ("", "side/resource/", "all/", "all/?state=on_the_way&giver=me", "new/", "1/", "1/edit/")
LEDGER_PAGES += ("entries.csv", "entries.xlsx", "proposed/", "../meetings/", "../meetings/new/")
LEDGER_PAGES += ("../meetings/{meeting}/", "../meetings/{meeting}/edit/")


def test_pages_of_contributions_do_not_cost_more_with_their_rows(alice, login):
    partnership = make_partnership(coordinator=alice)

    def grow(rows: int) -> None:
        for _each in range(rows):
            for state in ("draft", "verified", "counted"):
                one = make_contribution(partnership, state=state)
            make_evidence(one, by=alice)
            time = make_contribution(partnership, kind="time", currency="KES")
            member = make_member(partnership, side="resource", contact=time.person)
            meeting = Meeting.objects.order_by("pk").first() or make_meeting(partnership)
            make_meeting(partnership, member.contact)
            present = [Presence(contact=row.contact) for row in meeting.attendees.all()]
            present.append(Presence(contact=member.contact))
            meeting = Meeting.objects.get(pk=meeting.pk)
            change_meeting(meeting, present=present, seen_version=meeting.version, by=alice)
            make_follow_up(partnership, owner=member.contact, about=meeting)

    grow(1)
    first = Meeting.objects.order_by("pk").first().pk
    pages = within(f"{partnership.get_absolute_url()}contributions/", LEDGER_PAGES, meeting=first)
    assert_cheap(login(alice), pages, grow)


SHARING_PAGES = ("resources/", "resources/?q=a&language=en", "resources/new/", "resources/1/", "resources/1/edit/")
SHARING_PAGES += (
    "resources/list.csv",
    "transfers/",
    "transfers/?q=a&state=under_way",
    "transfers/new/",
    "transfers/1/",
)
SHARING_PAGES += ("transfers/2/", "transfers/2/costs/", "transfers/2/answers/", "transfers/1/items/1/use/")
SHARING_PAGES += ("transfers/3/receipt/", "transfers/1/checks/6/", "transfers/items.csv", "contributions/proposed/")


def test_pages_of_resources_and_transfers_do_not_cost_more_with_their_rows(alice, login):
    partnership = make_partnership(coordinator=alice, status="active")

    def grow(rows: int) -> None:
        for _each in range(rows):
            make_file(make_resource(partnership), by=alice)
            make_resource(partnership, state="review_due", translation_of=partnership.resources.first())
            for state in ("in_use", "need_confirmed", "customs"):
                make_transfer(partnership, state=state, items=2)

    grow(1)
    assert_cheap(login(alice), within(partnership.get_absolute_url(), SHARING_PAGES), grow)


def test_a_grid_of_three_hundred_activities_stays_light(alice, login):
    partnership = make_partnership(coordinator=alice)
    owner = make_member(partnership, side="host", role="coordinator")
    for _each in range(9):
        make_member(partnership, side="resource")
    objective = make_objective(make_plan(partnership))
    for number in range(300):
        make_activity(objective, title=f"Train the midwives of ward {number}", host_owner=owner, budget=number)

    response = login(alice).get(f"{partnership.get_absolute_url()}plan/grid/")

    assert len(gzip.compress(response.content)) <= 5 * MOST_BYTES


def test_a_page_of_twenty_five_rows_is_small(library, alice, login):
    for number in range(26):
        make_organization(name=f"Hospital of the long name number {number}", city="Mombasa", country="KE")
        partnership_of(alice, number)

    for address in ("/partnerships/", "/organizations/", "/contacts/", "/documents/", "/"):
        response = login(alice).get(address)

        assert len(gzip.compress(response.content)) <= MOST_BYTES, address


def test_a_form_of_a_hundred_questions_is_small(alice, client):
    kinds = ["text", "integer", "date", "yes_no", "long_text", "money", "rating", "decimal", "email", "time"]
    lines = [
        f"  - {{id: f_{n}, name: q_{n}, type: {kinds[n % 10]}, label: {{en: Question {n}}}, hint: {{en: A hint}}}}"
        for n in range(100)
    ]
    version = make_tool(form="\n" + "\n".join(lines) + "\n")
    link = make_link(make_document(partnership=make_partnership(coordinator=alice), version=version))

    response = client.get(f"/f/{link.token}/")

    assert len(gzip.compress(response.content)) <= MOST_BYTES
