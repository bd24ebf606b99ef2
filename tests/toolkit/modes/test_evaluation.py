"""What participants answered is proposed as the figures of the workshop's evaluation."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from partnerships.models import Evaluation
from tests.factories import make_partnership
from tests.factories.toolkit import make_answers, make_document
from tests.factories.workshops import make_running, put
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from toolkit.evaluation import proposed_evaluation
from toolkit.models import Document, ToolVersion
from toolkit.permissions import writer_for_respondent

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def library(module_db):
    call_command("load_toolkit", verbosity=0)


@pytest.fixture
def workshop(alice):
    partnership = make_partnership(coordinator=alice, status="active")
    return put(make_running(partnership, people=("Akinyi", "Brian", "Chebet")), "delivered")


def evaluation_of(workshop) -> Document:
    version = ToolVersion.objects.published().get(tool__slug="workshop-evaluation")
    return make_document(partnership=workshop.partnership, version=version, about=workshop)


def send(response, document, rows: dict) -> None:
    response.document = document
    writer = writer_for_respondent(response, document.links.get())
    assert save_answers(response, rows, response.revisions, by=writer).is_clean
    submit_part(response, by=writer)


def test_nothing_is_proposed_before_somebody_answered(library, workshop):
    assert proposed_evaluation(workshop) is None
    make_answers(evaluation_of(workshop), f_overall="5")
    assert proposed_evaluation(workshop) is None


def test_marks_are_counted_and_words_gathered(client, library, workshop, alice):
    document = evaluation_of(workshop)
    asked = ("f_relevance", "f_clarity", "f_usefulness")
    for mark in (5, 5, 3):
        given = {"f_place": "room", "f_length": "right", "f_change": "Wash hands", "f_day": "2026-03-01"}
        own = {"f_overall": str(mark), "f_asking": "4", "f_best": f"Best of {mark}"}
        response = make_answers(document, **given, **own)
        places = [f"r_sessions/{row['_row']}" for row in response.answers["r_sessions"]]
        rows = {f"{place}/{name}": str(mark) for place in places for name in asked}
        for row in response.answers.get("r_trainers", []):
            rows[f"r_trainers/{row['_row']}/f_trainer_mark"] = "5"
        send(response, document, rows)

    found = proposed_evaluation(workshop)

    assert (found["n_sheets"], found["document"]) == (3, document.reference)
    assert found["counts"]["overall"] == [2, 0, 1, 0, 0]
    assert found["counts"]["relevance"] == [2, 0, 1, 0, 0]
    assert found["counts"]["methods"] == [0, 3, 0, 0, 0]
    assert "logistics" not in found["counts"]
    assert sorted(found["best"].splitlines()) == ["Best of 3", "Best of 5", "Best of 5"]
    client.force_login(alice)
    page = client.get(reverse("partnerships:evaluation-edit", args=[workshop.reference])).content.decode()
    assert document.reference in page
    assert 'value="2 0 1 0 0"' in page
    assert not Evaluation.objects.exists(), "a proposal is nothing written down"
    Document.objects.update(is_anonymous=True)
    assert proposed_evaluation(workshop) is None, "three people without names are too few"
