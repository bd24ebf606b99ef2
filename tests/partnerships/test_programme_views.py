import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.models import Award, Programme
from tests.factories import (
    make_member,
    make_organization,
    make_partnership,
    make_phase_model,
    make_programme,
    make_user,
)
from tests.factories.funding import make_staff

LIST = "/programmes/"
CREATE = "/programmes/new/"


def data(**changes):
    return {"name": "Better Births", "phase_model": make_phase_model().pk, "currency": "kes"} | changes


def edit(programme):
    return reverse("partnerships:programme-edit", args=[programme.slug])


@pytest.mark.parametrize("who", ["alice", "carol", "curator"])
def test_programmes_are_for_administrators(login, request, who):
    client, programme = login(request.getfixturevalue(who)), make_programme()

    for address in (CREATE, edit(programme)):
        assert client.get(address).status_code == 403
    assert client.post(CREATE, data()).status_code == 403
    assert client.post(edit(programme), data(version="1")).status_code == 403
    assert Programme.objects.count() == 1


def test_list_says_when_it_is_empty(login, admin):
    assertContains(login(admin).get(LIST), "No programme yet")


@pytest.mark.parametrize("n", [1, 3])
def test_list_query_count_does_not_grow(login, admin, django_assert_num_queries, n):
    for _index in range(n):
        make_partnership(programme=make_programme())
    client = login(admin)

    with django_assert_num_queries(4):
        client.get(LIST)


def test_create_saves_it(login, admin):
    response = login(admin).post(CREATE, data(host_label="Country team"))

    programme = Programme.objects.get()
    assertRedirects(response, programme.get_absolute_url())
    assert (programme.slug, programme.currency, programme.side_label("host")) == (
        "better-births",
        "KES",
        "Country team",
    )
    assert programme.side_label("resource") == "Resource side"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "required"),
        ({"name": "Taken"}, "already exists"),
        ({"currency": "ZZZ"}, "not a currency"),
        ({"currency": "US"}, "not a currency"),
        ({"phase_model": "0"}, "not one of the available choices"),
    ],
)
def test_create_says_what_is_wrong(login, admin, changes, message):
    make_programme(name="Taken")

    response = login(admin).post(CREATE, data(**changes))

    assert response.status_code == 400
    assert message in str(response.context["form"].errors)
    assert Programme.objects.count() == 1


def test_edit_that_is_stale_shows_both(login, admin):
    programme = make_programme(name="Before")
    Programme.objects.filter(pk=programme.pk).update(name="Theirs", version=2)

    response = login(admin).post(edit(programme), data(name="Mine", version="1"))

    assert response.status_code == 409
    assert {"label": "Name", "mine": "Mine", "theirs": "Theirs"} in response.context["clash"].rows
    assert Programme.objects.get().name == "Theirs"
    assert login(admin).post(edit(programme), data(name="Mine", version="2")).status_code == 302
    assert Programme.objects.get().name == "Mine"


# --- The page of a programme, and who works for it --------------------------------------------------------------------
def test_partner_reads_the_programme_of_their_partnership(login, alice, bob, carol):
    programme = make_programme(purpose="Fewer deaths at birth")
    mine = make_partnership(coordinator=alice, programme=programme, name="Mine")
    make_partnership(coordinator=bob, programme=programme, name="Theirs")
    make_member(mine, user=carol)

    response = login(carol).get(programme.get_absolute_url())

    assertContains(response, "Fewer deaths at birth")
    assertContains(response, "Mine")
    for words in ("Theirs", "Add a person", "Add an award", "Edit"):
        assertNotContains(response, words)
    assert login(make_user()).get(programme.get_absolute_url()).status_code == 404
    assertContains(login(carol).get(LIST), programme.name)


def test_staff_read_every_partnership_and_change_none(login, admin, carol):
    programme = make_programme()
    partnership, other = make_partnership(programme=programme), make_partnership(programme=make_programme())
    client = login(carol)
    assert client.get(partnership.get_absolute_url()).status_code == 404

    data_ = {"user": carol.pk, "role": "officer", "starts_on": "2026-01-01"}
    assert login(admin).post(f"{programme.get_absolute_url()}staff/", data_).status_code == 302

    assert client.get(partnership.get_absolute_url()).status_code == 200
    assert client.get(f"{partnership.get_absolute_url()}edit/").status_code == 403
    assert client.get(partnership.participations.first().organization.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(f"{programme.get_absolute_url()}awards/new/").status_code == 403

    role = programme.staff.get()
    assert login(admin).post(f"{programme.get_absolute_url()}staff/{role.pk}/end/").status_code == 302
    assert client.get(partnership.get_absolute_url()).status_code == 404
    assert login(admin).post(f"{programme.get_absolute_url()}staff/{role.pk}/end/").status_code == 409


def test_nobody_works_twice_for_a_programme_at_a_time(login, admin):
    staff = make_staff()
    url = f"{staff.programme.get_absolute_url()}staff/"

    response = login(admin).post(url, {"user": staff.user_id, "role": "manager", "starts_on": "2026-01-01"})

    assert response.status_code == 400
    assert staff.programme.staff.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        make_staff(staff.programme, user=staff.user)


def test_manager_adds_an_award_and_shares_it_out_within_the_programme(db, login):
    manager = make_staff(role="manager")
    inside, outside = make_partnership(programme=manager.programme), make_partnership()
    client = login(manager.user)
    form = {"donor": make_organization().pk, "number": "7", "title": "T", "currency": "EUR", "starts_on": "2026-01-01"}
    form |= {"ends_on": "2026-12-31", "frequency": "none", "due_days": "30", "cost_share": "none"}
    form |= {"responsible": manager.user_id}

    response = client.post(f"{manager.programme.get_absolute_url()}awards/new/", form)

    assert response.status_code == 400  # a partner sees only the organizations of their partnerships
    donor = inside.participations.first().organization
    client.post(f"{manager.programme.get_absolute_url()}awards/new/", form | {"donor": donor.pk})
    award = Award.objects.get()
    url = f"{award.get_absolute_url()}partnerships/"
    assert client.post(url, {"partnership": outside.pk}).status_code == 400
    assert client.post(url, {"partnership": inside.pk}).status_code == 302
    assertContains(client.get(manager.programme.get_absolute_url()), "Add an award")
