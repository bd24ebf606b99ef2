"""Reports and evaluations begin with what the records add up to, and with the plan as both sides approved it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from partnerships.actions.team import add_participation
from partnerships.ledger import read_ledger
from partnerships.models import Activity, Exchange, Objective, Participation, TransferItem
from tests.factories import make_contact, make_organization, make_partnership
from tests.factories.contributions import make_contribution, make_meeting
from tests.factories.exchanges import bring_to, make_exchange, make_traveller
from tests.factories.funding import make_award
from tests.factories.sharing import make_transfer
from tests.factories.toolkit import make_answers, only_response
from tests.factories.workplan import make_activity, make_approved, make_objective, make_plan, make_risk
from tests.factories.workshops import make_running, put
from toolkit.actions.documents import start_document
from toolkit.figure_records import totals_by_quarter
from toolkit.models import ToolVersion
from toolkit.plan_records import read_plan
from toolkit.subject_records import direction_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PERIOD = (TODAY - timedelta(days=80), TODAY)


@pytest.fixture(scope="module")
def library(module_db):
    call_command("load_toolkit", verbosity=0)


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


def begin(slug, partnership, *, about=None, period=None):
    """What a document of the shipped tool begins with: answers by name, rows by the names of their columns."""
    version = ToolVersion.objects.published().get(tool__slug=slug)
    document = start_document(partnership, version, by=partnership.coordinator, about=about, period=period)
    names = {node_id: node.name for node_id, node in version.form.by_id.items()}
    found = {}
    response = make_answers(document) if document.mode == "open" else only_response(document)
    for key, value in response.answers.items():
        is_table = key.startswith("r_")
        found[names[key]] = [{names.get(k, k): v for k, v in row.items()} for row in value] if is_table else value
    return found


def row_of(rows, **wanted):
    return next(row for row in rows if all(row.get(key) == value for key, value in wanted.items()))


def test_papers_speak_of_the_plan_that_was_approved(library, partnership):
    plan = make_plan(partnership)
    objective = make_objective(plan, title="Fewer deaths", lead_side="host")
    make_activity(objective, title="Train midwives", deliverable="12 midwives", starts_on=PERIOD[0], ends_on=PERIOD[1])
    make_approved(plan)
    Objective.objects.filter(pk=objective.pk).update(title="Something else")
    Activity.objects.filter(plan=plan).update(title="Not agreed yet", progress="under_way")
    make_activity(objective, title="Added since", starts_on=PERIOD[0], ends_on=PERIOD[1])

    report = begin("quarterly-progress-report", partnership, period=PERIOD)
    assert [row["objective"]["text"] for row in report["objectives"]] == ["O1 Fewer deaths"]
    assert [row["activity"]["text"] for row in report["activities"]] == ["A1 Train midwives"]
    assert report["activities"][0]["activity_status"] == "under_way", "how far it is needs no approval"

    paper = begin("work-plan", partnership)
    assert (paper["objectives"][0]["objective"], paper["objectives"][0]["lead_side"]) == ("O1 Fewer deaths", "host")
    assert (paper["activities"][0]["activity"], paper["activities"][0]["status"]) == ("A1 Train midwives", "running")
    assert paper["activities"][0]["deliverable"] == "12 midwives"


def test_a_plan_that_nobody_approved_is_read_as_it_is_written(partnership):
    assert read_plan(partnership).objectives == ()
    make_activity(make_objective(make_plan(partnership)), title="Visit the wards")
    assert [str(row) for row in read_plan(partnership).activities] == ["A1 Visit the wards"]


def test_a_progress_report_adds_up_the_records_of_its_days(library, alice, partnership):
    exchange = make_exchange(partnership, working_days=Decimal("7.5"))
    make_traveller(exchange, contact=make_contact(name="Tabitha"))
    bring_to(exchange, "returned")
    make_meeting(partnership, (make_contact(), 30), make_contact(), kind="mentoring")
    make_contribution(partnership, by=alice, state="counted")
    make_risk(make_plan(partnership), title="The road is closed")

    report = begin("quarterly-progress-report", partnership, period=PERIOD)

    way = direction_of(exchange)
    assert {row["direction"] for row in report["exchanges"]} > {way}
    journey = row_of(report["exchanges"], direction=way)
    assert (journey["n_exchanges"], journey["n_travellers"], journey["professional_days"]) == (1, 1, "7.5")
    assert all(row["n_exchanges"] == 0 for row in report["exchanges"] if row["direction"] != way), "zeros, not blanks"
    mentoring = row_of(report["online"], session_kind="mentoring")
    assert (mentoring["n_sessions"], mentoring["n_session_people"], mentoring["session_hours"]) == (1, 2, "1.5")
    assert "n_sessions" not in row_of(report["online"], session_kind="peer_review"), "no record is called so"
    given = next(side.given for side in read_ledger(partnership).sides if side.key == "resource")
    assert Decimal(row_of(report["in_kind"], in_kind_kind="supplies")["in_kind_resource"]) == given > 0
    assert report["base_currency"] == read_ledger(partnership).currency
    assert [row["risk"][-18:] for row in report["risks"]] == ["The road is closed"]
    assert report["period"]["text"]

    before = begin("quarterly-progress-report", partnership, period=(date(2020, 1, 1), date(2020, 3, 31)))
    assert [row["n_exchanges"] for row in before["exchanges"]] == [0, 0, 0, 0, 0]
    assert "risks" not in before


def test_words_too_long_for_a_form_are_cut_and_days_are_said_in_the_language_of_the_document(library, partnership):
    plan = make_plan(partnership)
    make_activity(make_objective(plan, title="Care " * 100), title="T" * 200, description="word " * 300)
    with translation.override("fr"):
        paper = begin("work-plan", partnership)
        report = begin("quarterly-progress-report", partnership, period=(date(2026, 7, 1), date(2026, 9, 30)))

    (activity,) = paper["activities"]
    assert activity["activity"].endswith("TTT…")
    assert len(activity["activity"]) <= 200
    assert activity["description"].endswith(" word…")
    assert len(activity["description"].split()) == 150
    assert "July 2026" in report["period"]["text"]


def test_a_report_is_due_when_its_donor_says(library, partnership):
    first = make_award(partnership).periods.first()

    report = begin("quarterly-progress-report", partnership, period=(first.starts_on, first.ends_on))

    assert report["due_on"] == first.due_on.isoformat()


def test_a_final_evaluation_adds_up_the_whole_partnership(library, alice, partnership):
    make_transfer(partnership, state="received", by=alice)
    put(make_running(partnership, people=("Akinyi", "Baraka")), "delivered")
    make_award(partnership, number="NO-26", title="Safer births")

    report = begin("final-evaluation-report", partnership)

    item = TransferItem.objects.get()
    assert report["assets"][0]["asset"].startswith(item.name)
    assert report["assets"][0]["asset_holder"]["text"] == item.transfer.receiver.organization.name
    totals = {row["activity_kind"]: (row.get("done"), row.get("people")) for row in report["activities"]}
    assert (totals["workshops"], totals["equipment"][0], totals["events"]) == ((1, 2), 4, (None, None))
    assert (report["trained_unstated"], report["award"]["text"]) == (2, "NO-26 – Safer births")


def test_a_year_is_told_by_quarters(partnership):
    put(make_running(partnership), "delivered")  # in March 2026
    year = totals_by_quarter(partnership, date(2026, 1, 1), date(2026, 12, 31))
    workshops = row_of(year, activity_kind="workshops")
    assert [workshops[name] for name in ("done", "q1", "q2", "q3", "q4")] == ["1", "1", "0", "0", "0"]

    quarter = totals_by_quarter(partnership, date(2026, 1, 1), date(2026, 3, 31))
    assert row_of(quarter, activity_kind="workshops")["q1"] == ""


def test_the_way_of_a_journey(partnership):
    exchange = make_exchange(partnership)
    home = exchange.sending.organization.country
    for sending, receiving, country, way in (
        ("host", "resource", home, "host_to_resource"),
        ("resource", "host", home, "resource_to_host"),
        ("host", "host", home, "within_host"),
        ("resource", "resource", home, "within_resource"),
        ("host", "resource", "AQ", "third_country"),
    ):
        exchange.sending.side, exchange.receiving.side, exchange.country = sending, receiving, country
        assert direction_of(exchange) == way, (sending, receiving, country)


@pytest.mark.parametrize("side", ["host", "resource"])
def test_journeys_between_organizations_of_one_side_are_listed_and_counted(library, partnership, side):
    sending = partnership.participations.current().get(side=side)
    neighbour = add_participation(
        Participation(partnership=partnership, organization=make_organization(), side=side), by=partnership.coordinator
    )
    exchange = make_exchange(partnership, working_days=Decimal(3))
    make_traveller(exchange, contact=make_contact(name="Tabitha"))
    bring_to(exchange, "returned")
    Exchange.objects.filter(pk=exchange.pk).update(
        sending=sending, receiving=neighbour, country=neighbour.organization.country
    )
    exchange = Exchange.objects.get(pk=exchange.pk)

    report = begin("quarterly-progress-report", partnership, period=PERIOD)
    journey = row_of(report["exchanges"], direction=f"within_{side}")
    assert (journey["n_exchanges"], journey["n_travellers"], journey["professional_days"]) == (1, 1, "3")
    assert sum(row["n_exchanges"] for row in report["exchanges"]) == 1

    year = begin("annual-report", partnership, period=PERIOD)
    total = row_of(year["activities"], activity_kind="exchange_other")
    assert (total["people"], total["working_days"]) == (1, "3")
    assert begin("exchange-request", partnership, about=exchange)["direction"] == f"within_{side}"


def test_forms_about_a_journey_or_a_course_begin_with_what_is_known(library, partnership):
    exchange = make_exchange(partnership, title="Two midwives", objectives="Use the vacuum")
    traveller = make_traveller(exchange, contact=make_contact(name="Tabitha", post="Midwife"))
    workshop = make_running(partnership, people=("Akinyi",))
    receiving = exchange.receiving.organization.name

    request = begin("exchange-request", partnership, about=exchange)
    assert (request["title"], request["direction"]) == ("Two midwives", direction_of(exchange))
    assert request["receiving"][0]["organization"]["text"] == receiving
    assert (request["travellers"][0]["person"]["text"], request["travellers"][0]["post"]) == ("Tabitha", "Midwife")
    agenda = begin("exchange-agenda", partnership, about=exchange)
    assert (agenda["receiving"]["text"], agenda["objectives"][0]["objective"]) == (receiving, "Use the vacuum")
    assert agenda["confirmed"][0]["confirmed_traveller"]["text"] == "Tabitha"
    assert begin("host-readiness-checklist", partnership, about=exchange)["visitors"] == 1
    for slug in ("traveller-profile", "pre-departure-checklist"):
        assert begin(slug, partnership, about=traveller)["traveller"]["text"] == "Tabitha", slug
    plan = begin("workshop-plan", partnership, about=workshop)
    assert (plan["title"], plan["agenda"][0]["session"]) == (workshop.title, "Day one")
    evaluation = begin("workshop-evaluation", partnership, about=workshop)
    assert [row["session"] for row in evaluation["sessions"]] == [row["session"] for row in plan["agenda"]]
    person = workshop.registrations.get()
    assert begin("post-training-follow-up", partnership, about=person)["skills"][0]["skill"] == "Day one"
    event = begin("event-report", partnership, about=workshop)
    assert [row["unstated"] for row in event["participants"]] == [1]
