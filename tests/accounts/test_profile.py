import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from accounts.models import User

PROFILE = "/accounts/profile/"


def data(user, **changes):
    return {
        "name": user.name,
        "language": "en",
        "time_zone": "UTC",
        "digest": user.digest,
        "version": user.version,
    } | changes


def test_the_address_is_the_one_others_link_to():
    assert reverse("accounts:profile") == PROFILE


@pytest.mark.parametrize("who", ["alice", "carol", "curator", "admin"])
def test_everybody_has_a_profile(request, login, who):
    user = request.getfixturevalue(who)

    response = login(user).get(PROFILE)

    assert response.status_code == 200
    assert user.email in response.text


def test_strangers_are_asked_to_sign_in(client, db):
    assertRedirects(client.get(PROFILE), f"/accounts/login/?next={PROFILE}")
    assertRedirects(client.post(PROFILE, {"name": "x"}), f"/accounts/login/?next={PROFILE}")


def test_name_and_zone_are_saved(login, carol):
    response = login(carol).post(PROFILE, data(carol, name="Caroline Âşık", time_zone="Asia/Ho_Chi_Minh"))

    assertRedirects(response, PROFILE)
    carol.refresh_from_db()
    assert (carol.name, carol.time_zone, carol.version) == ("Caroline Âşık", "Asia/Ho_Chi_Minh", 2)


def test_nothing_else_can_be_slipped_in(login, carol):
    more = {"is_admin": "on", "is_curator": "on", "is_coordinator": "on", "is_active": "", "email": "x@example.org"}
    more |= {"password": "x", "id": "1", "joined_at": "2000-01-01"}
    before = carol.password

    login(carol).post(PROFILE, data(carol, name="Caroline") | more)

    carol.refresh_from_db()
    assert carol.name == "Caroline"
    assert (carol.is_admin, carol.is_curator, carol.is_coordinator, carol.is_active) == (False, False, False, True)
    assert (carol.email, carol.password) == ("carol@example.org", before)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 151}, "at most 150 characters"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"time_zone": "../../etc/passwd"}, "Select a valid choice"),
        ({"language": "tlh"}, "Select a valid choice"),
        ({"version": "soon"}, "Enter a whole number"),
        ({"version": ""}, "This field is required"),
    ],
)
def test_bad_input_is_named_and_nothing_is_saved(login, carol, changes, words):
    response = login(carol).post(PROFILE, data(carol, name="Caroline") | changes)

    assert response.status_code == 400
    assert words in response.text
    carol.refresh_from_db()
    assert (carol.name, carol.version) == ("Carol", 1)


def test_a_refused_name_does_not_show_in_the_header(login, carol):
    response = login(carol).post(PROFILE, data(carol, name="x" * 151))

    assert response.context["request"].user.name == "Carol"


def test_a_stale_save_shows_both_and_can_be_repeated(login, carol):
    User.objects.filter(pk=carol.pk).update(name="Carol from the phone", version=2)

    response = login(carol).post(PROFILE, data(carol, name="Carol from the desk"))

    assert response.status_code == 409
    assert response.context["conflict"] == [
        {"label": "Name", "mine": "Carol from the desk", "theirs": "Carol from the phone"}
    ]
    carol.refresh_from_db()
    assert carol.name == "Carol from the phone"
    again = response.context["form"]
    assert (again["version"].value(), again["name"].value()) == ("2", "Carol from the desk")

    login(carol).post(PROFILE, data(carol, name="Carol from the desk", version=2))
    carol.refresh_from_db()
    assert (carol.name, carol.version) == ("Carol from the desk", 3)


def test_the_clash_names_choices_in_words(login, carol):
    User.objects.filter(pk=carol.pk).update(time_zone="America/Argentina/Buenos_Aires", version=2)

    response = login(carol).post(PROFILE, data(carol, time_zone="UTC"))

    assert response.context["conflict"] == [{"label": "Time zone", "mine": "UTC", "theirs": "Argentina / Buenos Aires"}]


def test_the_same_words_saved_twice_are_no_clash(login, carol):
    User.objects.filter(pk=carol.pk).update(name="Caroline", version=2)

    assertRedirects(login(carol).post(PROFILE, data(carol, name="Caroline")), PROFILE)


def test_a_zone_outside_the_list_can_stay(login, carol):
    User.objects.filter(pk=carol.pk).update(time_zone="Etc/GMT+5")

    assertRedirects(login(carol).post(PROFILE, data(carol, time_zone="Etc/GMT+5")), PROFILE)


def test_times_are_shown_in_the_persons_zone_and_an_unknown_one_does_no_harm(login, carol):
    for zone in ("Africa/Kampala", "Gone/Away", "", "Africa"):
        User.objects.filter(pk=carol.pk).update(time_zone=zone)

        assert login(carol).get(PROFILE).status_code == 200


def test_other_methods_are_refused(login, carol):
    assert login(carol).delete(PROFILE).status_code == 405
