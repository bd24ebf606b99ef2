"""What came of a workshop: tests, evaluation, report, certificates."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from partnerships.actions.workshop import lock_workshop, words_of
from partnerships.models import Certificate, Evaluation, Registration, TestResult, Workshop, record
from partnerships.models.participant import months_later
from partnerships.workshop_guards import more_sheets_than_people
from partnerships.workshop_reading import Course, course_of
from partnerships.workshop_states import CERTIFYING, RESULTS
from twinning.locking import StaleRowsError, claim_stamp, claim_version, own_changes


def _lock_for_results(workshop: Workshop) -> Workshop:
    locked = lock_workshop(workshop)
    if locked.state not in RESULTS:
        raise ValidationError(
            _("Results are entered from the start of a workshop until it is closed. This one is “%(state)s”."),
            code="state",
            params={"state": locked.get_state_display()},
        )
    return locked


@transaction.atomic
def save_results(
    workshop: Workshop,
    moment: str,
    *,
    n_questions: int,
    scores: Mapping[int, list[float] | None],
    seen: Mapping[int, list[float] | None],
    by: User,
) -> int:
    """Write the results of one test: for each registration the scores of all questions, None for not taken.

    ``seen``: what the writer had read; who is absent was seen without a result. Lines that the writer left alone are
    not touched; StaleRowsError names those that somebody else has changed meanwhile. Returns how many results stand.
    """
    locked = _lock_for_results(workshop)
    others = TestResult.objects.filter(registration__workshop=locked).exclude(moment=moment)
    if locked.n_questions not in (0, n_questions) and others.exists():
        raise ValidationError(
            {
                "n_questions": ngettext(
                    "The other test has %(n)s question; both must be the same.",
                    "The other test has %(n)s questions; both must be the same.",
                    locked.n_questions,
                )
                % {"n": locked.n_questions}
            }
        )
    seated = set(locked.registrations.seated().values_list("pk", flat=True))
    if not scores.keys() <= seated:
        raise ValidationError(_("Somebody on this list has no seat any more. Look at it once more."), code="stale")
    for values in scores.values():
        if values is not None and (len(values) != n_questions or any(not 0 <= value <= 1 for value in values)):
            raise ValidationError(_("Each question has a result between 0 and 1."), code="scores")
    standing = TestResult.objects.filter(registration__workshop=locked, registration__in=scores, moment=moment)
    current = {person: shown_scores(values) for person, values in standing.values_list("registration_id", "scores")}
    own = own_changes(scores, seen=seen, current=current, empty=None)
    if others_left := {key: values for key, values in current.items() if key not in own and len(values) != n_questions}:
        raise StaleRowsError(others_left)
    standing.filter(registration__in=own).delete()
    TestResult.objects.bulk_create(
        TestResult(registration_id=person, moment=moment, scores=values)
        for person, values in own.items()
        if values is not None
    )
    locked.n_questions = n_questions
    locked.save(update_fields=["n_questions"])
    n = sum(values is not None for values in (current | own).values())
    record(locked.partnership, "workshop.tests_entered", by=by, **words_of(locked, n=n, moment=moment))
    return n


def shown_scores(scores: list[float]) -> list[float]:
    """``scores`` as exactly as a page shows them."""
    return [float(f"{score:g}") for score in scores]


@transaction.atomic
def say_why_no_tests(workshop: Workshop, reason: str, *, by: User) -> Workshop:
    """Why there are no tests, or not both; an empty reason takes it back."""
    locked = _lock_for_results(workshop)
    locked.no_tests_reason = reason.strip()
    locked.save(update_fields=["no_tests_reason"])
    record(locked.partnership, "workshop.no_tests", by=by, **words_of(locked, reason=locked.no_tests_reason))
    return locked


@transaction.atomic
def save_evaluation(evaluation: Evaluation, *, seen_version: int | None, by: User) -> Evaluation:
    """Save the summary of the evaluation sheets if nobody else did since it was read."""
    locked = _lock_for_results(evaluation.workshop)
    if evaluation.pk:
        claim_version(evaluation, seen_version or 0)
    evaluation.workshop = locked
    excess = more_sheets_than_people(course_of(locked), evaluation.n_sheets or 0)
    if excess:
        raise ValidationError({"n_sheets": _("Needed is %(what)s.") % {"what": excess}}, code="sheets")
    evaluation.full_clean()
    evaluation.save()
    record(locked.partnership, "workshop.evaluated", by=by, **words_of(locked, n=evaluation.n_sheets))
    return evaluation


@transaction.atomic
def save_report(workshop: Workshop, text: str, *, seen_stamp: str, by: User) -> Workshop:
    """What was done, in words, if nobody else changed them since ``seen_stamp``; otherwise StaleError."""
    locked = _lock_for_results(workshop)
    claim_stamp(locked, seen_stamp, "report")
    locked.report = text.strip()
    locked.save(update_fields=["report"])
    record(locked.partnership, "workshop.reported", by=by, **words_of(locked))
    return locked


@transaction.atomic
def issue_certificates(workshop: Workshop, *, by: User) -> list[Certificate]:
    """A certificate for everybody who completed and never had one, in one go."""
    locked = _lock_to_certify(workshop)
    course = course_of(locked)
    people = [one.registration for one in course.standings if one.is_due_a_certificate]
    if not people:
        raise ValidationError(_("Everybody who completed has a certificate already."), code="nobody")
    return _issue(course, people, by=by)


@transaction.atomic
def issue_another(registration: Registration, *, by: User) -> Certificate:
    """A certificate for one person after theirs was revoked, with a number of its own."""
    locked = _lock_to_certify(registration.workshop)
    course = course_of(locked)
    person = next((one for one in course.standings if one.registration.pk == registration.pk), None)
    if person is None or not person.may_have_another:
        raise ValidationError(
            _("Another certificate is for somebody who completed the workshop and whose certificate was revoked."),
            code="nobody",
        )
    return _issue(course, [person.registration], by=by)[0]


def _lock_to_certify(workshop: Workshop) -> Workshop:
    locked = lock_workshop(workshop)
    if locked.state not in CERTIFYING:
        raise ValidationError(
            _("Certificates are issued once all results are entered. This workshop is “%(state)s”."),
            code="state",
            params={"state": locked.get_state_display()},
        )
    return locked


def _issue(course: Course, people: list[Registration], *, by: User) -> list[Certificate]:
    workshop = course.workshop
    zone, today = workshop.zone, timezone.localdate()
    first, last = course.sessions[0], max(course.sessions, key=lambda session: session.ends_at)
    start = Certificate.objects.filter(registration__workshop=workshop).count()
    issued = [
        Certificate(
            registration=person,
            number=f"{workshop.reference}-{start + n:03d}",
            name=person.name,
            workshop_title=workshop.title,
            starts_on=first.day_in(zone),
            ends_on=last.local_end(zone).date(),
            minutes=course.minutes,
            issued_on=today,
            expires_on=months_later(today, workshop.valid_months) if workshop.valid_months else None,
            issued_by=by,
        )
        for n, person in enumerate(people, start=1)
    ]
    Certificate.objects.bulk_create(issued)
    record(workshop.partnership, "workshop.certified", by=by, **words_of(workshop, n=len(issued)))
    return issued


@transaction.atomic
def revoke_certificate(certificate: Certificate, reason: str, *, by: User) -> Certificate:
    """End a certificate; its page says so from now on. The person gets another one only if somebody decides so."""
    registration = Registration.objects.select_related("workshop").get(pk=certificate.registration_id)
    workshop = lock_workshop(registration.workshop)
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.revoked_at:
        raise ValidationError(_("This certificate was revoked before."), code="revoked")
    if not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    locked.revoked_at, locked.revoke_reason = timezone.now(), reason.strip()
    locked.save(update_fields=["revoked_at", "revoke_reason"])
    words = words_of(workshop, number=locked.number, reason=locked.revoke_reason)
    record(workshop.partnership, "workshop.certificate_revoked", by=by, **words)
    return locked
