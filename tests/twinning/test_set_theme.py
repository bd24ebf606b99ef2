"""The choice of light and dark leads back to the page it was made on, and nowhere else."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership

WAYS_OUT = [
    "abc",
    "accounts.models.User",
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:x",
    "",
]


@pytest.mark.parametrize("back", WAYS_OUT)
def test_it_never_leads_away(client, db, back):
    response = client.post("/theme/", {"theme": "dark", "next": back})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert response.cookies["theme"].value == "dark"


def test_it_leads_back_to_the_page(client, db):
    response = client.post("/theme/", {"theme": "neon", "next": "/documents/?q=a"})

    assert response["Location"] == "/documents/?q=a"
    assert response.cookies["theme"].value == "auto"


def test_a_page_that_answers_a_post_leads_back_to_where_its_form_stood(login, alice):
    partnership = make_partnership(coordinator=alice)
    team = f"{partnership.get_absolute_url()}team/"
    client = login(alice)

    page = client.post(f"{team}people/", {}, headers={"referer": f"http://testserver{team}?a=b"})
    assertContains(page, f'name="next" value="{team}?a=b"', status_code=400)
    page = client.post(f"{team}people/", {}, headers={"referer": "https://evil.example/x/"})
    assertNotContains(page, "evil", status_code=400)


def test_an_address_without_a_page_says_so(login, alice):
    partnership = make_partnership(coordinator=alice)
    team = f"{partnership.get_absolute_url()}team/"

    page = login(alice).get(f"{team}people/")

    assertContains(page, "There is no page at this address", status_code=405)
    assertContains(page, f'href="{team}"', status_code=405)
    assert page["Allow"] == "POST"
    answer = login(alice).get(f"{team}people/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (405, "method")
