"""The demonstration world: loaded once for this file, for it is large."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import Count, Q
from django.test import Client
from django.utils import timezone

from accounts.models import User
from partnerships.agreement_states import AgreementState
from partnerships.award_states import PeriodState
from partnerships.contribution_states import ContributionState
from partnerships.exchange_states import ExchangeState
from partnerships.models import (
    Agreement,
    Attendance,
    Award,
    Certificate,
    Contribution,
    Exchange,
    FollowUp,
    Handover,
    HistoryEntry,
    Notification,
    Organization,
    OutgoingMail,
    Participation,
    Partnership,
    Phase,
    Programme,
    Registration,
    ReportingPeriod,
    SharedResource,
    TestResult,
    Transfer,
    TravelDataLog,
    WorkPlan,
    Workshop,
)
from partnerships.resource_states import ResourceState
from partnerships.states import FollowUpState
from partnerships.transfer_states import TransferState
from partnerships.workshop_states import WorkshopMode, WorkshopState
from toolkit.actions.adapting import newer_base
from toolkit.models import Document, Feedback, PartSubmission, Proposal, Section, ShareLink, Tool
from toolkit.states import DELIVERED, DocumentState, ProposalState
from twinning.demo.activities import working_start
from twinning.demo.world import COORDINATOR, PASSWORD

pytestmark = pytest.mark.django_db

# What is shared and given.
SHARED = ("resources", "transfers")


@pytest.fixture(scope="module")
def world(module_db):
    for command in ("load_toolkit", "load_phase_models"):
        call_command(command, verbosity=0, stdout=StringIO())
    call_command("seed_demo", "--force", stdout=StringIO())


def logins() -> str:
    told = StringIO()
    call_command("demo_logins", stdout=told)
    return told.getvalue()


def test_world_is_large_and_in_many_states(world):
    assert Partnership.objects.count() >= 8
    assert Organization.objects.count() >= 20
    assert Organization.objects.values("country").distinct().count() >= 15
    assert len(set(Partnership.objects.values_list("status", flat=True))) >= 6
    assert set(Document.objects.values_list("state", flat=True)) == set(DocumentState.values)
    assert Document.objects.values("version__tool").distinct().count() >= 17
    of_sections = Document.objects.values_list("version__tool__section__slug", "state").distinct()
    assert {section for section, _state in of_sections} == set(Section.objects.values_list("slug", flat=True))
    assert len(of_sections) >= 18
    assert mail.outbox == []


def test_the_fullest_partnership_shows_every_part(world):
    fullest = Partnership.objects.get(slug="mwanga-hill-fjordlys")

    for name in (
        "agreements",
        "exchanges",
        "workshops",
        "meetings",
        "contributions",
        "award_shares",
        "followups",
        *SHARED,
    ):
        assert getattr(fullest, name).exists(), name
    assert fullest.work_plan.current_version is not None


def test_programmes_have_donors_with_currencies_and_calendars_of_their_own(world):
    assert Programme.objects.count() == 3
    assert len(set(Award.objects.values_list("currency", flat=True))) >= 3
    assert len(set(Award.objects.values_list("frequency", flat=True))) >= 3
    assert set(Award.objects.values_list("cost_share", flat=True)) == {"none", "percent", "amount"}
    assert set(ReportingPeriod.objects.values_list("state", flat=True)) == set(PeriodState.values)
    assert all(programme.partnerships.count() >= 2 for programme in Programme.objects.all())
    assert Partnership.objects.filter(programme=None).count() == 1  # the one that has just begun


def test_agreements_plans_journeys_and_courses_are_in_every_kind_of_state(world):
    agreements = {agreement.standing for agreement in Agreement.objects.all()}
    assert agreements == set(AgreementState.values)
    assert any(agreement.is_expiring for agreement in Agreement.objects.all())
    assert set(WorkPlan.objects.values_list("state", flat=True)) == {"draft", "proposed", "approved", "amended"}
    exchanges = Counter(Exchange.objects.values_list("state", flat=True))
    assert exchanges["closed"] >= 6
    assert exchanges.keys() == set(ExchangeState.values)
    assert set(Workshop.objects.values_list("state", flat=True)) == set(WorkshopState.values)
    assert set(Workshop.objects.values_list("mode", flat=True)) == set(WorkshopMode.values)
    assert Certificate.objects.count() >= 10
    assert Registration.objects.filter(state="waiting").exists()


def test_most_partnerships_share_and_give_and_meet_more_than_once(world):
    at_work = Partnership.objects.exclude(status="proposed")

    for name, least in (("resources", 1), ("transfers", 1), ("exchanges", 2), ("workshops", 2), ("comments", 2)):
        few = [p.name for p in at_work.annotate(n=Count(name, distinct=True)) if p.n < least]
        assert few == [], name
    assert set(Transfer.objects.values_list("state", flat=True)) == set(TransferState.values)
    assert {resource.current_state for resource in SharedResource.objects.all()} == set(ResourceState.values)
    assert set(FollowUp.objects.values_list("state", flat=True)) == set(FollowUpState.values)
    assert Notification.objects.filter(kind="mentioned").count() >= 12


def test_the_ledger_counts_journeys_once_and_keeps_corrections(world):
    ledger = Contribution.objects.all()

    assert set(ledger.values_list("state", flat=True)) == set(ContributionState.values)
    assert len(set(ledger.values_list("currency", flat=True))) >= 8
    assert ledger.filter(reverses__isnull=False).count() == 1
    assert not ledger.unconverted().exists()
    days = ledger.filter(source__startswith="exchange:", state="counted").values_list("source", flat=True)
    assert len(days) == len(set(days)) >= 3


def test_reports_became_follow_ups_of_every_kind(world):
    follow_ups = FollowUp.objects.all()

    assert follow_ups.filter(details__startswith="From the trip report", state="done").exists()
    assert follow_ups.filter(state="open", due_on__lt=timezone.localdate()).exists()
    assert follow_ups.filter(state="open", due_on__gt=timezone.localdate()).exists()
    assert follow_ups.filter(state="open", due_on__lt=timezone.localdate() - timedelta(days=30)).count() == 0


def test_people_and_partners_come_and_go(world):
    assert Participation.objects.filter(left_on__isnull=False).exists()
    assert Handover.objects.get().promises
    triangle = Participation.objects.current().filter(partnership__name__contains="Złoty Las")
    assert len({party.organization.country.code for party in triangle}) == 3
    new = Partnership.objects.get(slug="umucyo-lac-bleu")
    assert (new.goal, new.starts_on, new.programme, new.team.count()) == ("", None, None, 0)
    assert Phase.objects.filter(cycle=2, state="open", partnership__slug="mwanga-hill-fjordlys").exists()
    open_at_once = Phase.objects.filter(state="open").values("partnership").annotate(n=Count("pk"))
    assert max(row["n"] for row in open_at_once) >= 3


def test_what_happened_is_spread_over_two_years_and_nothing_is_still_to_come(world):
    now = timezone.now()
    moments = HistoryEntry.objects.values_list("at", flat=True)

    assert max(moments) <= now
    assert len({(moment.year, moment.month) for moment in moments if moment > now - timedelta(days=730)}) >= 20
    assert not TravelDataLog.objects.filter(at__gt=now).exists()
    late = [period for period in ReportingPeriod.objects.filter(state="expected") if period.due_on < now.date()]
    assert late == []


def test_the_clock_is_as_before(world):
    assert abs(timezone.now() - datetime.now(tz=UTC)) < timedelta(seconds=5)
    assert abs(FollowUp().created_at - datetime.now(tz=UTC)) < timedelta(seconds=5)


def test_every_submitted_document_went_through_its_submission(world):
    for document in Document.objects.filter(state__in=DELIVERED):
        assert all(response.submissions.exists() for response in document.responses.all()), document


def test_the_toolkit_is_in_use(world):
    copies = Tool.objects.filter(base__isnull=False)

    assert {bool(newer_base(copy)) for copy in copies} == {True, False}
    assert all(copy.versions.published().exists() for copy in copies)
    assert set(Proposal.objects.values_list("state", flat=True)) == set(ProposalState.values)
    assert Feedback.objects.exclude(answer="").exists()


@pytest.mark.parametrize("script", ["[Ѐ-ӿ]", "[؀-ۿ]", "[ሀ-፿]", "[ạ-ỹ]", "[ក-៿]"])
def test_people_answer_in_their_own_scripts(world, script):
    answers = [str(response.answers) for document in Document.objects.all() for response in document.responses.all()]

    assert any(re.search(script, text) for text in answers)


def test_story_is_told_on_the_days_it_happened(world):
    partnership = Partnership.objects.get(slug="mwanga-hill-fjordlys")
    moments = list(partnership.entries.order_by("pk").values_list("at", flat=True))

    assert moments == sorted(moments)
    assert len({moment.date() for moment in moments}) > 10


def test_accounts_may_sign_in_and_see_their_world(world):
    for row in User.objects.filter(email__endswith="@demo.example"):
        assert row.check_password(PASSWORD)
    client = Client()
    client.force_login(User.objects.get(email=COORDINATOR))

    waiting = client.get("/waiting/").context["page"]

    assert {one.kind for one in waiting} >= {"accept", "fill", "link", "overdue"}


def test_no_mail_of_the_demonstration_waits_to_be_sent(world):
    assert OutgoingMail.objects.exists()
    assert not OutgoingMail.objects.due().exists()


def test_partners_of_both_sides_have_something_to_fill_in(world):
    for email, side in (("host@demo.example", "host"), ("resource@demo.example", "resource")):
        client = Client()
        client.force_login(User.objects.get(email=email))
        response = client.get("/")
        assert any(one.action == "Fill in" for one in response.context["waiting"]), side


def test_logins_name_accounts_password_and_a_live_link_for_each_side(world, settings):
    settings.SITE_URL = "http://localhost:9000"

    told = logins()

    assert PASSWORD in told
    for email in ("coordinator", "host", "resource", "curator", "admin"):
        assert f"{email}@demo.example" in told
    addresses = re.findall(r"http://localhost:9000(/f/\S+)", told)
    assert len(addresses) == 2
    for address, side in zip(addresses, ("host", "resource"), strict=True):
        link = ShareLink.objects.from_token(address.split("/")[2])
        assert (link.side, link.is_live) == (side, True)
        assert not PartSubmission.objects.filter(response__document=link.document, part=side).exists()
        assert Client().get(address).status_code == 200


def test_loading_twice_changes_nothing(world):
    before = (User.objects.count(), Document.objects.count())
    told = StringIO()

    call_command("seed_demo", stdout=told)

    assert "nothing was changed" in told.getvalue()
    assert (User.objects.count(), Document.objects.count()) == before


def test_exchanges_rest_where_somebody_is_asked(world):
    assert set(Exchange.objects.values_list("state", flat=True)) >= {"submitted", "host_approved", "postponed"}


def test_sheets_and_tests_are_of_people_who_were_there(world):
    courses = Workshop.objects.filter(state="closed", evaluation__isnull=False).select_related("evaluation")
    was_there = Attendance.objects.filter(was_there=True).order_by()

    shares = set()
    for workshop in courses:
        n_sessions = workshop.sessions.count()
        noted = was_there.filter(session__workshop=workshop).values_list("registration").annotate(n=Count("pk"))
        assert workshop.evaluation.n_sheets <= len(noted), workshop
        shares |= {n / n_sessions for _person, n in noted}
    assert len(shares) >= 5
    mixed = [course for course in courses if len(set(presence(course))) > 1]
    assert len(mixed) >= len(courses) * 2 / 3
    assert not TestResult.objects.exclude(registration__in=was_there.values("registration")).exists()


def presence(workshop) -> list[int]:
    """In how many sessions each person with a seat was."""
    was_there = Count("attendances", filter=Q(attendances__was_there=True))
    return list(workshop.registrations.seated().annotate(n=was_there).values_list("n", flat=True))


@pytest.mark.parametrize("script", ["[Ѐ-ӿ]", "[؀-ۿ]", "[ሀ-፿]", "[ऀ-ॿ]", "[ក-៿]"])
def test_records_are_in_the_scripts_of_their_people(world, script):
    for rows in (Workshop.objects.values_list("title"), SharedResource.objects.values_list("title", "authors")):
        assert any(re.search(script, str(row)) for row in rows)


def test_courses_are_held_on_working_days_and_not_over_the_holidays():
    monday, today = date(2026, 12, 14), date(2026, 11, 2)

    assert working_start(monday, [0, 1, 2], today) == monday
    assert working_start(monday + timedelta(days=5), [0, 1], today) == monday + timedelta(days=3)
    assert working_start(date(2026, 12, 23), [0, 1, 2, 3], today) == date(2026, 12, 15)
    assert working_start(date(2026, 10, 31), [0], today) == date(2026, 10, 30)
