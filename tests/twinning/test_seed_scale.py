"""The world for measuring: small enough for a test, it has every kind of row, and each is one that pages could make."""

from collections import defaultdict
from io import StringIO
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from partnerships.agreement_content import content_of as agreement_content
from partnerships.agreement_content import hash_of as agreement_hash
from partnerships.exchange_guards import missing_to_close
from partnerships.exchange_reading import whole, with_exchange
from partnerships.exchange_states import ExchangeState
from partnerships.models import (
    Acceptance,
    Agreement,
    Contact,
    Exchange,
    FollowUp,
    HistoryEntry,
    Organization,
    Partnership,
    PlanVersion,
    Traveller,
    WorkPlan,
    Workshop,
)
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, hash_of
from partnerships.states import Status
from partnerships.story import sentences, tell
from partnerships.workshop_guards import missing_for
from partnerships.workshop_states import WorkshopState
from toolkit.actions.submitting import evaluate_response, submission_hash
from toolkit.models import AnswerChange, Document, Response, Submission
from toolkit.states import DocumentState, ResponseState
from twinning.scale.size import dealt, size_of

pytestmark = pytest.mark.django_db
SIZE = size_of(0.001)


@pytest.fixture(scope="module")
def told(module_db) -> str:
    """What the command says while it makes the smallest world that there is."""
    out = StringIO()
    call_command("seed_scale", fraction=0.001, stdout=out)
    return out.getvalue()


def test_a_total_is_dealt_out_without_a_rest():
    assert dealt(10, [1, 1, 1]) == [3, 4, 3]
    assert dealt(7, [5, 0, 2]) == [5, 0, 2]
    assert sum(dealt(150_000, [5] + [0.02] * 299)) == 150_000


def test_the_whole_world_is_as_large_as_it_says():
    whole_size = size_of(1)

    assert (whole_size.partnerships, whole_size.organizations, whole_size.contacts) == (300, 1_000, 20_000)
    assert (whole_size.exchanges, whole_size.workshops) == (5_000, 10_000)
    assert (whole_size.attendances, whole_size.responses) == (150_000, 200_000)
    assert size_of(0.1).responses == 20_000


def test_everything_is_there_in_the_number_asked_for(told):
    for app, name in (
        ("partnerships", "partnership"), ("partnerships", "organization"), ("partnerships", "contact"),
        ("partnerships", "exchange"), ("partnerships", "workshop"), ("partnerships", "attendance"),
        ("toolkit", "response"),
    ):  # fmt: skip
        made = apps.get_model(app, name).objects.count()
        assert made == getattr(SIZE, f"{name}s"), name
        assert f"{made:,}  {name}" in told


def test_it_has_what_lists_and_guards_look_for(told):
    assert set(Partnership.objects.values_list("status", flat=True)) == set(Status.values)
    assert {ExchangeState.CLOSED, ExchangeState.CANCELLED} < set(Exchange.objects.values_list("state", flat=True))
    assert {WorkshopState.CLOSED, WorkshopState.DELIVERED} < set(Workshop.objects.values_list("state", flat=True))
    assert {DocumentState.ACCEPTED, DocumentState.IN_PROGRESS} < set(Document.objects.values_list("state", flat=True))
    assert FollowUp.objects.overdue().exists()
    assert Contact.objects.filter(local_name__contains="Олена").exists()
    assert Organization.history.count() == SIZE.organizations
    assert Contact.history.count() == SIZE.contacts


def test_every_row_passes_the_checks_of_its_model(told):
    faults = []
    for app in ("accounts", "partnerships", "toolkit"):
        for model in apps.get_app_config(app).get_models():
            rows = [] if model.__name__.startswith("Historical") else model._default_manager.order_by("-pk")[:25]
            for row in rows:
                # Empty where a column may be: forms ask for more than the database does.
                empty = [field for field in model._meta.fields if getattr(row, field.attname) in (None, {}, [])]
                try:
                    row.clean_fields(exclude={field.name for field in empty})
                except Exception as error:
                    faults.append((row, error))

    assert faults == []


def test_what_is_sealed_by_a_hash_has_that_hash(told):
    for agreement in Agreement.objects.all():
        assert agreement.content_hash == agreement_hash(agreement_content(agreement))
    for acceptance in Acceptance.objects.select_related("agreement"):
        assert acceptance.content_hash == acceptance.agreement.content_hash
    for plan in WorkPlan.objects.filter(current_version__isnull=False)[:5]:
        assert hash_of(content_of(read_rows(plan))) == plan.current_version.hash
    assert PlanVersion.objects.count() == WorkPlan.objects.filter(state="approved").count()


def test_answers_are_what_their_forms_accept(told):
    submissions = Submission.objects.select_related("response__document__version__tool").order_by("pk")
    seen = set()
    for submission in submissions:
        document = submission.response.document
        assert submission.content_hash == submission_hash(document, submission.answers, submission.calculated)
        if document.version_id not in seen:
            seen.add(document.version_id)
            assert not evaluate_response(submission.response).problems, document
    assert len(seen) >= 5
    assert Response.objects.filter(state=ResponseState.SUBMITTED).count() == submissions.count()
    for response in Response.objects.exclude(revisions={}):
        assert response.revisions == dict(
            AnswerChange.objects.filter(response=response).values_list("cell", "revision")
        )


def test_nothing_is_missing_of_what_is_closed(told):
    for workshop in Workshop.objects.filter(state=WorkshopState.CLOSED)[:10]:
        assert missing_for(workshop, WorkshopState.RESULTS_ENTERED) == [], workshop
        assert missing_for(workshop, WorkshopState.CLOSED) == [], workshop
    for exchange in whole(Exchange.objects.filter(state=ExchangeState.CLOSED)[:10]):
        assert missing_to_close(with_exchange(exchange)) == [], exchange


def test_nobody_is_in_two_places_at_once(told):
    journeys = defaultdict(list)
    for traveller in Traveller.objects.who_take_days().select_related("exchange").order_by("exchange__starts_on"):
        journeys[traveller.contact_id].append(traveller.exchange)

    for exchanges in journeys.values():
        for before, after in pairwise(exchanges):
            assert before.ends_on < after.starts_on


def test_every_entry_of_the_history_can_be_told(told):
    known, kinds = sentences(), {}
    for entry in HistoryEntry.objects.select_related("partnership__programme"):
        kinds[entry.verb, tuple(entry.data)] = entry
    assert len(kinds) >= 15
    for (verb, _data), entry in kinds.items():
        assert verb in known
        assert "%(" not in tell(entry), verb


def test_what_stamps_rows_does_so_again_afterwards(told):
    for model in (HistoryEntry, Partnership, FollowUp, Document):
        assert any(getattr(f, "auto_now_add", 0) or getattr(f, "auto_now", 0) for f in model._meta.local_fields)


def test_a_second_world_is_refused_and_made_when_it_is_wanted(told):
    with pytest.raises(CommandError, match="already"):
        call_command("seed_scale", fraction=0.001, verbosity=0)
    assert Partnership.objects.count() == SIZE.partnerships

    call_command("seed_scale", fraction=0.001, add=True, verbosity=0)

    assert Partnership.objects.count() == 2 * SIZE.partnerships
    assert Organization.objects.count() == 2 * SIZE.organizations
