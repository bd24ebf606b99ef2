import pytest
from pytest_django.asserts import assertContains, assertRedirects

from partnerships.models import Organization, Partnership
from partnerships.people import possible_owners
from tests.factories import (
    make_contact,
    make_member,
    make_organization,
    make_partnership,
    make_phase_model,
    make_programme,
    make_topic,
)

CREATE = "/partnerships/new/"


@pytest.fixture
def data(db):
    make_phase_model()
    return {"host": make_organization(name="Kisumu").pk, "resource": make_organization(name="Bergen", country="NO").pk}


def test_create_needs_two_organizations(login, alice, data):
    response = login(alice).post(CREATE, data | {"name": "Safer births"})

    partnership = Partnership.objects.get()
    assertRedirects(response, partnership.get_absolute_url())
    assert (partnership.name, partnership.slug, partnership.status) == ("Safer births", "safer-births", "proposed")
    assert partnership.coordinator == alice
    assert [(p.side, p.organization.name) for p in partnership.participations.all()] == [
        ("host", "Kisumu"),
        ("resource", "Bergen"),
    ]
    assert [phase.state for phase in partnership.phases.all()] == ["open", *["planned"] * 5]
    assert [entry.verb for entry in partnership.entries.all()] == ["partnership.created"]
    assert partnership.history.get().history_user == alice


def test_who_starts_it_can_be_asked_to_do_something(login, alice, data):
    known = make_contact(name="Alice A.", email="ALICE@example.org")

    login(alice).post(CREATE, data)

    assert list(possible_owners(Partnership.objects.get())) == [known]
    known.refresh_from_db()
    assert known.user == alice


def test_create_names_it_after_its_organizations(login, alice, data):
    Organization.objects.filter(name="Kisumu").update(short_name="KCRH")

    login(alice).post(CREATE, data)

    assert Partnership.objects.get().name == "KCRH – Bergen"


def test_create_shortens_very_long_names(login, alice, data):
    Organization.objects.update(name="Bệnh viện " * 19)

    assert login(alice).post(CREATE, data).status_code == 302
    assert len(Partnership.objects.get().name) <= 200


def test_create_takes_everything_at_once(login, alice, data):
    model, topic = make_phase_model(phases=3), make_topic()
    programme = make_programme()
    more = {
        "phase_model": model.pk,
        "programme": programme.pk,
        "goal": "Fewer infections",
        "topics": [topic.pk],
        "starts_on": "2026-01-01",
        "ends_on": "2028-12-31",
    }

    login(alice).post(CREATE, data | more)

    partnership = Partnership.objects.get()
    assert (partnership.phase_model, partnership.programme, partnership.goal) == (model, programme, "Fewer infections")
    assert list(partnership.topics.all()) == [topic]
    assert partnership.phases.count() == 3


def test_create_takes_the_phase_model_of_the_programme(login, alice, data):
    programme = make_programme(phase_model=make_phase_model(phases=2))

    login(alice).post(CREATE, data | {"programme": programme.pk})

    assert Partnership.objects.get().phase_model == programme.phase_model


def test_create_adds_an_organization_that_was_missing(login, alice, data):
    new = {"host": "", "host_new_name": "Mbale Hospital", "host_new_country": "UG", "host_new_type": "delivery"}

    response = login(alice).post(CREATE, data | new)

    partnership = Partnership.objects.get()
    assertRedirects(response, partnership.get_absolute_url())
    host = Organization.objects.get(name="Mbale Hospital")
    assert (host.country.code, host.type, host.slug) == ("UG", "delivery", "mbale-hospital")
    assert partnership.participations.get(side="host").organization == host


def test_create_adds_both_organizations(login, alice, data):
    new = {
        f"{side}_new_{part}": value
        for side, name in (("host", "One"), ("resource", "Two"))
        for part, value in (("name", name), ("country", "UG"), ("type", "delivery"))
    }

    login(alice).post(CREATE, new)

    assert Partnership.objects.get().name == "One – Two"


NEW_HOST = {"host": "", "host_new_name": "Mbale", "host_new_country": "UG", "host_new_type": "delivery"}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"host": ""}, "host", "Choose an organization, or add"),
        ({"host": "999999"}, "host", "not one of the available choices"),
        ({"host": "Kisumu"}, "host", "not one of the available choices"),
        ({"host_new_name": "Mbale"}, "host", "not both"),
        (NEW_HOST | {"host_new_name": ""}, "host_new_name", "needed for a new organization"),
        (NEW_HOST | {"host_new_country": ""}, "host_new_country", "needed for a new organization"),
        (NEW_HOST | {"host_new_country": "XX"}, "host_new_country", "not one of the available choices"),
        (NEW_HOST | {"host_new_type": "castle"}, "host_new_type", "not one of the available choices"),
        (NEW_HOST | {"host_new_name": "x" * 201}, "host_new_name", "at most 200 characters"),
        (NEW_HOST | {"host_new_name": "kisumu", "host_new_country": "KE"}, "host_new_name", "choose it from the list"),
        ({"name": "x" * 201}, "name", "at most 200 characters"),
        ({"phase_model": "0"}, "phase_model", "not one of the available choices"),
        ({"programme": "0"}, "programme", "not one of the available choices"),
        ({"topics": "0"}, "topics", "not one of the available choices"),
        ({"starts_on": "2026-02-30"}, "starts_on", "valid date"),
        ({"ends_on": "soon"}, "ends_on", "valid date"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "__all__", "must be after the start date"),
        ({"goal": "x" * 4001}, "goal", "at most 4000 characters"),
    ],
)
def test_create_says_what_is_wrong_and_saves_nothing(login, alice, data, changes, field, message):
    before = Organization.objects.count()

    response = login(alice).post(CREATE, data | {"goal": "Kept as typed"} | changes)

    assert response.status_code == 400
    assert message in str(response.context["form"].errors[field])
    assertContains(response, 'id="error-title"', status_code=400)
    if "goal" not in changes:
        assertContains(response, "Kept as typed", status_code=400)
    assert not Partnership.objects.exists()
    assert Organization.objects.count() == before


def test_create_refuses_one_organization_on_both_sides(login, alice, data):
    response = login(alice).post(CREATE, data | {"resource": data["host"]})

    assert "cannot partner with itself" in str(response.context["form"].errors["resource"])
    assert not Partnership.objects.exists()


def test_create_of_the_same_new_organization_twice_leaves_nothing_behind(login, alice, data):
    new = {
        f"{side}_new_{part}": value
        for side in ("host", "resource")
        for part, value in (("name", "Same"), ("country", "UG"), ("type", "delivery"))
    }

    response = login(alice).post(CREATE, new)

    assertContains(response, "already here", status_code=400)
    assert not Partnership.objects.exists()
    assert not Organization.objects.filter(name="Same").exists()


def test_create_without_any_phase_model_says_whom_to_ask(login, alice):
    data = {"host": make_organization().pk, "resource": make_organization().pk}

    assertContains(login(alice).post(CREATE, data), "Ask an administrator", status_code=400)
    assert not Partnership.objects.exists()


@pytest.mark.parametrize("who", ["carol", "curator"])
def test_create_is_for_programme_staff(login, request, who, data):
    user = request.getfixturevalue(who)
    partnership = make_partnership()
    make_member(partnership, user=user, role="coordinator")

    assert login(user).get(CREATE).status_code == 403
    assert login(user).post(CREATE, data).status_code == 403
    assert list(Partnership.objects.all()) == [partnership]


def test_create_asks_strangers_to_sign_in(client, data):
    assertRedirects(client.post(CREATE, data), f"/accounts/login/?next={CREATE}", fetch_redirect_response=False)
    assert not Partnership.objects.exists()


def test_create_shows_the_folded_part_when_something_in_it_is_wrong(login, alice, data):
    assertContains(login(alice).get(CREATE), '<details class="panel more">')
    response = login(alice).post(CREATE, data | {"ends_on": "soon"})
    assertContains(response, '<details class="panel more" open>', status_code=400)


def test_a_partnership_called_new_gets_an_address_of_its_own(login, alice, data):
    login(alice).post(CREATE, data | {"name": "New"})

    partnership = Partnership.objects.get()
    assert partnership.slug != "new"
    assert login(alice).get(partnership.get_absolute_url()).status_code == 200


def test_a_partnership_in_another_script_gets_an_address_in_latin_letters(login, alice, data):
    login(alice).post(CREATE, data | {"name": "የእናቶችና ሕፃናት ጤና"})

    partnership = Partnership.objects.get()
    assert partnership.slug == "yenatochna-htsanat-tena"
    assertContains(login(alice).get(partnership.get_absolute_url()), "የእናቶችና ሕፃናት ጤና")
