"""Documents about exchanges, travellers, workshops, sessions and participants begin with what these are known to be."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from partnerships.ledger import read_ledger
from partnerships.models import AgendaItem, ExchangeCost, Objective
from tests.factories import make_contact, make_partnership
from tests.factories.contributions import make_contribution
from tests.factories.exchanges import PASSPORT, days, fill_travel_data, make_exchange, make_traveller
from tests.factories.toolkit import make_answers, make_document, make_tool, only_response
from tests.factories.workplan import make_activity, make_objective, make_plan
from tests.factories.workshops import make_running, put
from toolkit.actions.documents import start_document
from toolkit.models import AnswerChange, Document, ToolVersion
from toolkit.records import READERS
from toolkit.schema.bindings import BINDINGS, LEADS_TO

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def library(module_db):
    call_command("load_toolkit", verbosity=0)


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def traveller(partnership):
    host = make_contact(name="Kari Solheim", phone="+47 55 12 34 56", email="kari@example.org")
    exchange = make_exchange(
        partnership, title="Two midwives in Oslo", host_contact=host, objectives="Use the vacuum\n- Set up a corner"
    )
    return make_traveller(exchange, contact=make_contact(name="Tabitha Wanjiru", post="Midwife"))


def begin(slug, partnership, about):
    """A document of the shipped tool, and its answers by the names of the questions."""
    version = ToolVersion.objects.published().get(tool__slug=slug)
    document = start_document(partnership, version, by=partnership.coordinator, about=about)
    names = {item.id: item.name for item in version.form.items if item.repeat is None}
    response = make_answers(document) if document.mode == "open" else document.responses.first()
    return document, {names.get(key, key): value for key, value in response.answers.items()}


def test_every_path_of_a_record_is_collected(partnership, traveller):
    workshop = make_running(partnership)
    AgendaItem.objects.create(exchange=traveller.exchange, on=days(121), starts_at=time(9), title="Ward round")
    ExchangeCost.objects.create(exchange=traveller.exchange, kind="air", planned=900)
    documents = {
        "exchange": Document(exchange=traveller.exchange),
        "traveller": Document(traveller=traveller),
        "workshop": Document(workshop=workshop),
        "session": Document(session=workshop.sessions.first()),
        "registration": Document(registration=workshop.registrations.first()),
    }
    assert documents.keys() == LEADS_TO.keys() - {"period"}
    for first, document in documents.items():
        known = READERS[first](document)
        assert set(known) == {path for path in BINDINGS if path.startswith(f"{first}.")}, first
        for path in [path for path in known if BINDINGS[path].kind == "rows"]:
            assert known[path], path
            assert all(set(row) == set(BINDINGS[path].keys) for row in known[path]), path
        assert READERS[first](Document()) == {}, first


def test_a_letter_of_invitation_knows_visitor_dates_and_purpose(library, partnership, traveller):
    document, answers = begin("letter-of-invitation", partnership, traveller)

    assert (answers["visitor"], answers["visitor_post"]) == ("Tabitha Wanjiru", "Midwife")
    assert answers["inviting"]["text"] == traveller.exchange.receiving.organization.name
    assert (answers["starts_on"], answers["ends_on"]) == (days(120).isoformat(), days(130).isoformat())
    assert (answers["city"], answers["country"], answers["purpose"]) == ("Oslo", "NO", "Learn how the ward works.")
    assert (answers["contact"]["text"], answers["contact_email"]) == ("Kari Solheim", "kari@example.org")
    assert (document.traveller, document.title) == (traveller, "Letter of invitation – Tabitha Wanjiru")
    sources = dict(AnswerChange.objects.values_list("cell", "source"))
    assert (sources["f_visitor"], sources["f_clinical_none"]) == ("record", "default")


def test_what_is_sealed_stays_out_of_every_form_about_a_traveller(library, partnership, traveller):
    fill_travel_data(traveller)
    sealed = [value for key, value in PASSPORT.items() if key != "passport_family_name"]

    for version in ToolVersion.objects.published().filter(definition__subject="traveller").select_related("tool"):
        if version.tool.kind == "guide":
            continue
        document = start_document(partnership, version, by=partnership.coordinator, about=traveller)
        written = str(only_response(document).answers)
        assert [value for value in sealed if value in written] == [], version.tool.slug


def test_an_attendance_sheet_lists_who_has_a_seat(library, partnership):
    workshop = make_running(partnership, people=("Akinyi", "Baraka"))

    _document, answers = begin("attendance-sheet", partnership, workshop.sessions.first())

    assert [row["f_participant"]["text"] for row in answers["r_participants"]] == ["Akinyi", "Baraka"]
    assert (answers["workshop"]["text"], answers["session"]["text"]) == (workshop.title, "Day one")
    assert (answers["day"], answers["place"]) == ("2026-03-02", "Kisumu, hall of the hospital")


def test_without_a_session_the_sheet_begins_with_empty_lines(library, partnership):
    document, answers = begin("attendance-sheet", partnership, None)

    assert len(answers["r_participants"]) == 12
    assert document.about is None


def test_a_certificate_knows_person_workshop_and_days(library, partnership):
    workshop = make_running(partnership, people=("Akinyi Otieno",))

    _document, answers = begin("certificate-of-completion", partnership, workshop.registrations.get())

    assert (answers["name"], answers["workshop"]["text"]) == ("Akinyi Otieno", workshop.title)
    assert (answers["first_day"], answers["last_day"]) == ("2026-03-02", "2026-03-03")
    assert answers["min_attendance"] == "80"
    assert "hours" not in answers, "nobody noted yet who was there"


def test_an_event_report_knows_place_days_and_sessions(library, partnership):
    workshop = make_running(partnership, purpose="Births without fear.")

    _document, answers = begin("event-report", partnership, workshop)

    assert (answers["event"]["text"], answers["place"], answers["invited"]) == (workshop.title, workshop.place, 2)
    assert (answers["first_day"], answers["purpose"]) == ("2026-03-02", "Births without fear.")
    first, _second = answers["r_agenda"]
    assert (first["f_session"], first["f_s_day"]) == ("Day one", "2026-03-02")
    assert (first["f_s_start"], first["f_s_end"]) == ("09:00", "11:00")


def test_what_a_document_may_be_about(alice, partnership, traveller):
    elsewhere, workshop = make_traveller(make_exchange()), make_running(partnership)
    for subject, about in (
        ("traveller", elsewhere),
        ("traveller", traveller.exchange),
        ("exchange", elsewhere.exchange),
        ("workshop", traveller.exchange),
        ("partnership", traveller),
        ("period", traveller),
    ):
        with pytest.raises(ValidationError):
            start_document(partnership, make_tool(subject=subject), by=alice, about=about)
    assert not Document.objects.exists()

    for subject, about in (("session", workshop.sessions.first()), ("registration", workshop.registrations.first())):
        document = start_document(partnership, make_tool(subject=subject), by=alice, about=about)
        assert Document.objects.get(pk=document.pk).about == about


def test_the_record_may_go_and_the_document_stays(library, partnership, traveller):
    document, _answers = begin("letter-of-invitation", partnership, traveller)

    traveller.checklist.all().delete()
    traveller.delete()

    document = Document.objects.get(pk=document.pk)
    assert document.about is None
    assert only_response(document).answers["f_visitor"] == "Tabitha Wanjiru"


def test_a_document_is_about_one_record_and_a_whole_period(partnership, traveller):
    document = make_document(partnership=partnership)
    for wrong in (
        {"traveller": traveller, "exchange": traveller.exchange},
        {"period_from": days(0)},
        {"period_until": days(0)},
        {"period_from": days(1), "period_until": days(0)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**wrong)


# --- The plan, the ledger and the days of a report --------------------------------------------------------------------
@pytest.fixture
def plan(partnership):
    plan = make_plan(partnership)
    objective = make_objective(plan, title="Fewer deaths", baseline="12", target="6")
    gone = make_objective(plan, title="Another hope")
    Objective.objects.filter(pk=gone.pk).update(progress="cancelled", cancel_reason="No money")
    for title, starts_on, ends_on in (
        ("Train midwives", "2026-01-10", "2026-02-10"),
        ("Visit the wards", "2026-04-10", "2026-05-10"),
        ("Long before", "2025-01-10", "2025-02-10"),
    ):
        make_activity(objective, title=title, starts_on=starts_on, ends_on=ends_on)
    return plan


def test_a_progress_report_knows_plan_workshops_and_journeys_of_its_days(library, partnership, plan):
    put(make_running(partnership, people=("Akinyi", "Baraka")), "delivered")
    put(make_running(make_partnership(status="active")), "delivered")
    version = ToolVersion.objects.published().get(tool__slug="quarterly-progress-report")
    period = (date(2026, 1, 1), date(2026, 3, 31))

    document = start_document(partnership, version, by=partnership.coordinator, period=period)

    answers = only_response(document).answers
    assert [row["f_objective"]["text"] for row in answers["r_objectives"]] == [str(plan.objectives.first())]
    assert [row["f_activity"]["text"][-14:] for row in answers["r_activities"]] == ["Train midwives"]
    assert answers["r_activities"][0]["f_activity_status"] == "not_started"
    assert [row["f_next_from"] for row in answers["r_next_activities"]] == ["2026-04-10"]
    assert (answers["f_workshops"], answers["f_contact_hours"], answers["f_reports_due"]) == (1, "3", 0)
    assert [(row["f_cadre"], row["f_trained_unstated"]) for row in answers["r_trainees"]] == [("Not stated", 2)]


def test_evaluations_know_objectives_and_what_the_sides_gave(library, alice, partnership, plan):
    make_contribution(partnership, by=alice, state="counted")

    _document, answers = begin("partnership-self-assessment", partnership, None)
    assert [row["f_objective"]["text"] for row in answers["r_objectives"]] == [str(plan.objectives.first())]
    _document, answers = begin("final-evaluation-report", partnership, None)
    given = {side.key: side.given for side in read_ledger(partnership).sides}
    assert given["resource"] > 0
    assert [Decimal(answers[f"in_kind_{side}"]) for side in ("host", "resource")] == [given["host"], given["resource"]]


def test_a_follow_up_after_a_course_knows_who_and_which(library, partnership):
    workshop = make_running(partnership, people=("Akinyi Otieno",))

    _document, answers = begin("post-training-follow-up", partnership, workshop.registrations.get())

    assert (answers["participant"]["text"], answers["workshop"]["text"]) == ("Akinyi Otieno", workshop.title)
    assert answers["ended_on"] == "2026-03-03"


def test_every_path_of_plan_ledger_and_period_is_collected(partnership, plan):
    document = Document(partnership=partnership, period_from=date(2026, 1, 1), period_until=date(2026, 3, 31))
    for first in READERS.keys() - LEADS_TO.keys() | {"period"}:
        known = READERS[first](document)
        assert set(known) == {path for path in BINDINGS if path.startswith(f"{first}.")}, first
        for path in [path for path in known if BINDINGS[path].kind == "rows"]:
            assert all(set(row) == set(BINDINGS[path].keys) for row in known[path]), path
    assert READERS["period"](Document(partnership=partnership)) == {}
