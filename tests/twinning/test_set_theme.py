"""The choice of light and dark leads back to the page it was made on, and nowhere else."""

import pytest

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
