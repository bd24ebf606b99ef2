"""Tests in pairs, completion by rule, certificates that are issued once and revoked for good."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.actions.results import (
    issue_another,
    issue_certificates,
    revoke_certificate,
    save_evaluation,
    save_report,
    save_results,
    say_why_no_tests,
)
from partnerships.forms.results import read_scores, write_scores
from partnerships.models import Certificate, Evaluation, TestResult
from partnerships.models.participant import months_later
from partnerships.views.workshop_results import marks_of
from partnerships.workshop_guards import missing_for
from partnerships.workshop_reading import course_of, test_change
from tests.factories.workshops import make_running, put
from tests.partnerships.test_workshop_states import noted
from twinning.locking import StaleError, row_stamp

pytestmark = pytest.mark.django_db
change_of = test_change


@pytest.fixture
def workshop():
    return make_running(people=("Akinyi", "Baraka", "Chege"))


def enter(workshop, moment, **scores):
    people = {person.name.lower(): person.pk for person in workshop.registrations.all()}
    n = len(next(iter(scores.values())))
    by_person = {people[name]: values for name, values in scores.items()}
    return save_results(workshop, moment, n_questions=n, scores=by_person, seen={}, by=workshop.created_by)


def test_only_pairs_count_in_the_change(workshop):
    enter(workshop, "pre", akinyi=[0, 0, 1, 1], baraka=[0, 1, 0, 1], chege=[1, 1, 1, 1])
    enter(workshop, "post", akinyi=[1, 0, 1, 1], baraka=[1, 1, 0.5, 1])

    change = change_of(TestResult.objects.all())

    assert (change.n, change.pre, change.post, change.change) == (2, 50, 81.25, 31.25)
    assert [(question.pre, question.post) for question in change.questions] == [
        (0, 100),
        (50, 50),
        (50, 75),
        (100, 100),
    ]


def test_without_a_pair_there_is_no_change(workshop):
    enter(workshop, "pre", akinyi=[1, 0])
    enter(workshop, "post", baraka=[1, 0])

    assert change_of(TestResult.objects.all()) is None


def test_saving_again_replaces_and_an_empty_line_takes_away(workshop):
    enter(workshop, "pre", akinyi=[1, 0], baraka=[0, 0])
    person = workshop.registrations.get(name="Baraka").pk
    save_results(workshop, "pre", n_questions=2, scores={person: None}, seen={person: [0, 0]}, by=workshop.created_by)

    assert TestResult.objects.get().registration.name == "Akinyi"


def test_both_tests_have_as_many_questions(workshop):
    enter(workshop, "pre", akinyi=[1, 0])
    with pytest.raises(ValidationError, match="must be the same"):
        enter(workshop, "post", akinyi=[1, 0, 1])
    assert TestResult.objects.count() == 1


@pytest.mark.parametrize("scores", [[2, 0], [-1, 0], [1]])
def test_results_out_of_bounds_are_not_saved(workshop, scores):
    person = workshop.registrations.first().pk
    with pytest.raises(ValidationError, match="between 0 and 1"):
        save_results(workshop, "pre", n_questions=2, scores={person: scores}, seen={}, by=workshop.created_by)


@pytest.mark.parametrize("state", ["registration_closed", "closed", "cancelled"])
def test_results_have_their_time(workshop, state):
    put(workshop, state)
    by = workshop.created_by
    for act in (
        lambda: enter(workshop, "pre", akinyi=[1]),
        lambda: say_why_no_tests(workshop, "A talk", by=by),
        lambda: save_evaluation(Evaluation(workshop=workshop, n_sheets=1), seen_version=None, by=by),
        lambda: save_report(workshop, "Done", seen_stamp=row_stamp(workshop, "report"), by=by),
    ):
        with pytest.raises(ValidationError, match="Results are entered"):
            act()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10110", [1, 0, 1, 1, 0]),
        ("1 0 1 1 0", [1, 0, 1, 1, 0]),
        ("1;0;1;1;0", [1, 0, 1, 1, 0]),
        ("1,0,1,1,0", [1, 0, 1, 1, 0]),
        ("1 0.5 0,5 - 0", [1, 0.5, 0.5, 0, 0]),
        ("1-1-0", [1, 0, 1, 0, 0]),
        ("  ", None),
    ],
)
def test_results_are_read_as_people_type_them(typed, read):
    assert read_scores(typed, 5) == read
    if read:
        assert read_scores(write_scores(read), 5) == read


@pytest.mark.parametrize(
    ("typed", "why"), [("1011", "Results: 4. Questions: 5."), ("1 1 2 0 0", "no result"), ("abc", "no result")]
)
def test_what_is_no_result_is_refused(typed, why):
    with pytest.raises(ValidationError) as refused:
        read_scores(typed, 5)
    assert why in refused.value.messages[0]


def test_completion_needs_hours_and_points(workshop):
    workshop.score_percent = 60
    workshop.save()
    noted(workshop)
    enter(workshop, "post", akinyi=[1, 1, 1, 0, 0], baraka=[1, 1, 0, 0, 0])

    found = {
        one.registration.name: (one.has_attended, one.has_passed, one.is_complete)
        for one in course_of(workshop).standings
    }

    assert found == {"Akinyi": (True, True, True), "Baraka": (True, False, False), "Chege": (True, False, False)}


def test_nobody_completes_before_all_attendance_is_noted(workshop):
    workshop.attendance_percent = 1
    workshop.save()

    assert not any(one.is_complete for one in course_of(workshop).standings)


def certified(workshop):
    noted(workshop)
    put(workshop, "results_entered")
    return issue_certificates(workshop, by=workshop.created_by)


def test_certificates_are_issued_in_one_go_and_once(workshop):
    issued = certified(workshop)

    assert [one.number for one in issued] == [f"{workshop.reference}-{n:03d}" for n in (1, 2, 3)]
    assert len({one.code for one in issued}) == 3
    assert (issued[0].starts_on, issued[0].ends_on, issued[0].hours) == (date(2026, 3, 2), date(2026, 3, 3), "3")
    with pytest.raises(ValidationError, match="has a certificate already"):
        issue_certificates(workshop, by=workshop.created_by)


@pytest.mark.parametrize("state", ["running", "delivered", "cancelled"])
def test_certificates_wait_for_the_results(workshop, state):
    noted(workshop)
    put(workshop, state)
    with pytest.raises(ValidationError, match="once all results are entered"):
        issue_certificates(workshop, by=workshop.created_by)
    assert not Certificate.objects.exists()


def test_a_revoked_certificate_stays_and_another_one_has_its_own_number(workshop):
    first = certified(workshop)[0]
    with pytest.raises(ValidationError, match="say why"):
        revoke_certificate(first, " ", by=workshop.created_by)
    revoke_certificate(first, "The name was wrong", by=workshop.created_by)
    with pytest.raises(ValidationError, match="revoked before"):
        revoke_certificate(first, "Again", by=workshop.created_by)

    with pytest.raises(ValidationError, match="has a certificate already"):
        issue_certificates(workshop, by=workshop.created_by)
    second = issue_another(first.registration, by=workshop.created_by)

    first.refresh_from_db()
    assert (first.standing, second.standing) == ("revoked", "valid")
    assert second.number == f"{workshop.reference}-004"


def test_another_certificate_is_for_whoever_lost_theirs_and_completed(workshop):
    first, second, _third = certified(workshop)
    by = workshop.created_by
    with pytest.raises(ValidationError, match="was revoked"):
        issue_another(first.registration, by=by)
    for certificate in (first, second):
        revoke_certificate(certificate, "Cheated", by=by)
    assert missing_for(workshop, "closed") == [
        "the results of the tests before and after, or a reason why there are none",
        "the summary of the evaluation sheets",
    ]
    second.registration.attendances.update(was_there=False)
    with pytest.raises(ValidationError, match="completed the workshop"):
        issue_another(second.registration, by=by)
    put(workshop, "delivered")
    with pytest.raises(ValidationError, match="once all results are entered"):
        issue_another(first.registration, by=by)

    assert [one.number[-3:] for one in Certificate.objects.live()] == ["003"]


def test_no_more_sheets_come_back_than_people_were_there(workshop):
    by = workshop.created_by
    early = save_evaluation(Evaluation(workshop=workshop, n_sheets=3), seen_version=None, by=by)
    noted(workshop)
    assert not any("sheets" in text for text in missing_for(workshop, "closed"))
    workshop.registrations.get(name="Chege").attendances.update(was_there=False)

    assert "an evaluation with no more sheets than the 2 people who were there" in missing_for(workshop, "closed")
    with pytest.raises(ValidationError, match="no more sheets than the 2 people"):
        save_evaluation(early, seen_version=early.version, by=by)
    early.refresh_from_db()
    early.n_sheets = 2
    save_evaluation(early, seen_version=early.version, by=by)
    assert not any("sheets" in text for text in missing_for(workshop, "closed"))


def test_the_database_keeps_one_valid_certificate_a_person(workshop):
    first = certified(workshop)[0]
    first.pk, first.number, first.code = None, "other", "OTHER"
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


def test_validity_ends_months_later(workshop):
    workshop.valid_months = 24
    workshop.save()

    one = certified(workshop)[0]

    assert one.expires_on == months_later(one.issued_on, 24)
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    Certificate.objects.filter(pk=one.pk).update(expires_on=date(2026, 1, 1))
    one.refresh_from_db()
    assert one.standing == "expired"


def test_evaluations_are_means_of_marks_and_guarded_by_their_version(workshop):
    evaluation = Evaluation(workshop=workshop, n_sheets=4, counts={"overall": [2, 1, 0, 0, 1]})
    save_evaluation(evaluation, seen_version=None, by=workshop.created_by)

    assert [(row["mean"], row["n"]) for row in marks_of(evaluation)] == [(3.75, 4)]
    with pytest.raises(StaleError):
        save_evaluation(evaluation, seen_version=7, by=workshop.created_by)
