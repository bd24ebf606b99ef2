import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from partnerships.models import Programme
from tests.factories import make_partnership, make_phase_model, make_programme

LIST = "/programmes/"
CREATE = "/programmes/new/"


def data(**changes):
    return {"name": "Better Births", "phase_model": make_phase_model().pk, "currency": "kes"} | changes


def edit(programme):
    return reverse("partnerships:programme-edit", args=[programme.slug])


@pytest.mark.parametrize("who", ["alice", "carol", "curator"])
def test_programmes_are_for_administrators(login, request, who):
    client, programme = login(request.getfixturevalue(who)), make_programme()

    for address in (LIST, CREATE, edit(programme)):
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
    assertRedirects(response, LIST)
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
