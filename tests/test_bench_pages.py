"""The bench opens every page of the product: one that is new is measured too, or somebody says why not."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

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


def test_every_command_that_the_bench_gives_is_there_and_takes_what_it_is_given():
    bench = Path(__file__).parent.parent / "bench"
    known = {**get_commands(), **{path.stem: "bench" for path in (bench / "management/commands").glob("*.py")}}
    calls = [re.findall(r'\.manage\("(\w+)"(?:, "(--?[\w-]+))?', path.read_text()) for path in bench.glob("*.py")]
    for command, option in (call for calls_of_file in calls for call in calls_of_file):
        assert command in known, command
        parser = load_command_class(known[command], command).create_parser("manage.py", command)
        assert not option or option in parser.format_help(), (command, option)
