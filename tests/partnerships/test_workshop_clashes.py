"""Two people change the same thing of a workshop at once: nobody overwrites what they have not seen."""

import pytest
from django.urls import reverse

from partnerships.actions.results import save_evaluation
from partnerships.models import Evaluation, TestResult, Workshop
from tests.factories import make_member, make_partnership
from tests.factories.workshops import make_running, make_trainer

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(alice, bob):
    partnership = make_partnership(coordinator=alice, status="active")
    make_member(partnership, side="resource", role="coordinator", user=bob)
    return make_running(partnership, people=("Akinyi Otieno", "Baraka Mwangi"))


def url(name: str, workshop: Workshop, *more) -> str:
    return reverse(f"partnerships:{name}", args=[workshop.reference, *more])


def filled(response) -> dict:
    """What a browser would send back of the form on this page."""
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, "")}


def report_of(workshop):
    return url("report-edit", workshop), "report", "Twelve came.", "Thirteen came."


def evaluation_of(workshop):
    evaluation = Evaluation(workshop=workshop, n_sheets=2, best="The dolls")
    save_evaluation(evaluation, seen_version=None, by=workshop.created_by)
    return url("evaluation-edit", workshop), "best", "The practice", "The questions"


def session_of(workshop):
    return url("session-edit", workshop, workshop.sessions.first().pk), "title", "First day", "Opening day"


def hour_of(workshop):
    session = workshop.sessions.first()
    session.trainers.set([make_trainer(workshop)])
    return url("session-edit", workshop, session.pk), "start", "08:15", "08:45"


def person_of(workshop):
    return url("registration-edit", workshop, workshop.registrations.first().pk), "name", "Akinyi O.", "A. Otieno"


@pytest.mark.parametrize("made", [report_of, evaluation_of, session_of, hour_of, person_of])
def test_the_second_one_sees_both_and_chooses(login, alice, bob, workshop, made):
    address, name, first, second = made(workshop)
    alices, bobs = login(alice), login(bob)
    seen_by_alice, seen_by_bob = filled(alices.get(address)), filled(bobs.get(address))
    assert alices.post(address, seen_by_alice | {name: first}).status_code == 302

    late = bobs.post(address, seen_by_bob | {name: second})

    assert late.status_code == 409
    [row] = late.context["clash"].rows
    assert (row["mine"], row["theirs"]) == (second, first)
    assert "Somebody else changed this while you were writing" in late.content.decode()
    assert str(filled(alices.get(address))[name]).startswith(first)
    again = filled(late)
    assert again[name] == second
    assert bobs.post(address, again).status_code == 302
    assert str(filled(alices.get(address))[name]).startswith(second)


@pytest.mark.parametrize("made", [report_of, session_of, person_of])
def test_a_page_that_does_not_say_what_it_saw_saves_nothing(login, alice, workshop, made):
    address, name, first, _second = made(workshop)
    client = login(alice)
    sent = filled(client.get(address)) | {name: first}

    for seen in ("", "0" * 32, "x" * 200):
        assert client.post(address, sent | {"seen": seen}).status_code in (400, 409)

    assert filled(client.get(address)).get(name) != first


def test_two_first_evaluations_are_set_side_by_side(login, alice, bob, workshop):
    address = url("evaluation-edit", workshop)
    assert login(alice).post(address, {"n_sheets": "2", "best": "The dolls", "overall": "2 0 0 0 0"}).status_code == 302

    late = login(bob).post(address, {"n_sheets": "1", "best": "The dolls", "overall": "1 0 0 0 0"})

    assert late.status_code == 409
    found = [(row["mine"], row["theirs"]) for row in late.context["clash"].rows]
    assert found == [("1", "2"), ("1 0 0 0 0", "2 0 0 0 0")]
    assert Evaluation.objects.get().n_sheets == 2


def marks_of(workshop) -> dict[str, list[float]]:
    return dict(TestResult.objects.filter(registration__workshop=workshop).values_list("registration__name", "scores"))


def test_two_people_enter_different_lines_of_a_test_and_both_stand(login, alice, bob, workshop):
    address = url("test-entry", workshop, "pre")
    akinyi, baraka = workshop.registrations.order_by("name")
    alices, bobs = login(alice), login(bob)
    seen_by_alice, seen_by_bob = filled(alices.get(address)), filled(bobs.get(address))

    first = alices.post(address, seen_by_alice | {"n_questions": "3", f"p{akinyi.pk}": "110"})
    second = bobs.post(address, seen_by_bob | {"n_questions": "3", f"p{baraka.pk}": "011"})

    assert (first.status_code, second.status_code) == (302, 302)
    assert marks_of(workshop) == {"Akinyi Otieno": [1, 1, 0], "Baraka Mwangi": [0, 1, 1]}


def test_the_same_line_of_a_test_shows_both_and_keeps_what_stands(login, alice, bob, workshop):
    address = url("test-entry", workshop, "pre")
    akinyi, baraka = workshop.registrations.order_by("name")
    alices, bobs = login(alice), login(bob)
    seen = filled(bobs.get(address))
    alices.post(address, {"n_questions": "3", f"p{akinyi.pk}": "110"})

    late = bobs.post(address, seen | {"n_questions": "3", f"p{akinyi.pk}": "1 0.5 0", f"p{baraka.pk}": "011"})

    assert late.status_code == 409
    assert late.context["form"].errors[f"p{akinyi.pk}"] == [
        "Somebody else wrote “110” here meanwhile. Nothing was saved. Save again to keep what you wrote."
    ]
    assert marks_of(workshop) == {"Akinyi Otieno": [1, 1, 0]}
    again = filled(late)
    assert again[f"p{akinyi.pk}"] == "1 0.5 0"
    assert bobs.post(address, again).status_code == 302
    assert marks_of(workshop) == {"Akinyi Otieno": [1, 0.5, 0], "Baraka Mwangi": [0, 1, 1]}


def test_another_number_of_questions_does_not_leave_lines_of_the_old_one(login, alice, bob, workshop):
    address = url("test-entry", workshop, "pre")
    akinyi, baraka = workshop.registrations.order_by("name")
    seen = filled(login(bob).get(address))
    login(alice).post(address, {"n_questions": "3", f"p{akinyi.pk}": "110"})

    late = login(bob).post(address, seen | {"n_questions": "2", f"p{baraka.pk}": "01"})

    assert late.status_code == 409
    assert "“110”" in late.context["form"].errors[f"p{akinyi.pk}"][0]
    assert marks_of(workshop) == {"Akinyi Otieno": [1, 1, 0]}


def test_a_line_emptied_meanwhile_is_told(login, alice, bob, workshop):
    address = url("test-entry", workshop, "pre")
    akinyi, _baraka = workshop.registrations.order_by("name")
    alices = login(alice)
    alices.post(address, {"n_questions": "2", f"p{akinyi.pk}": "10"})
    seen = filled(login(bob).get(address))
    alices.post(address, filled(alices.get(address)) | {f"p{akinyi.pk}": ""})
    assert marks_of(workshop) == {}

    late = login(bob).post(address, seen | {f"p{akinyi.pk}": "01"})

    assert late.status_code == 409
    assert "emptied" in late.context["form"].errors[f"p{akinyi.pk}"][0]
