"""The bench opens every page of the product: one that is new is measured too, or somebody says why not."""

import pytest

from bench.pages import NOT_MEASURED, OF_A_COORDINATOR, PAGES
from tests.access import POST
from tests.test_conventions import routes


def test_every_page_is_measured_or_says_why_not():
    # Asked here: while tests are collected, the addresses of development are there too.
    ours = {name for name, _view in routes() if not name.startswith(("admin:", "None"))}
    assert ours - POST.keys() == (PAGES.keys() | NOT_MEASURED.keys()) - POST.keys()


def test_no_page_is_in_both_lists_and_every_reason_is_a_sentence():
    assert PAGES.keys() & NOT_MEASURED.keys() == set()
    assert all(len(reason) > 15 for reason in NOT_MEASURED.values())
    assert set(OF_A_COORDINATOR) <= PAGES.keys()


@pytest.mark.parametrize("what", ["-list", "-detail"])
def test_lists_and_details_are_never_left_out(what):
    left_out = {name for name in NOT_MEASURED if name.endswith(what)}

    assert left_out <= {"toolkit:proposal-detail", "toolkit:incoming-detail", "partnerships:handover-detail"} | {
        "partnerships:participant-list"
    }
