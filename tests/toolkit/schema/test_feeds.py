"""The shipped tools feed the standard indicators, and no more of them is locked in copies than that needs."""

from toolkit.actions.library import read_library
from toolkit.schema.indicators import INDICATORS
from toolkit.schema.locks import locked_parts

# Counted from the records of partnerships alone
BY_RECORDS = {"partnerships"}
MOST = 12


def test_every_indicator_is_fed_by_a_question():
    tools = read_library()
    fed = {name for form in tools for item in form.items for name in item.feeds}

    assert fed == set(INDICATORS) - BY_RECORDS
    for form in tools:
        assert sum(bool(item.feeds) for item in form.items) <= MOST, form.tool


def test_a_test_can_be_copied_with_questions_of_its_own():
    form = next(form for form in read_library() if form.tool == "pre-and-post-test")

    locked = locked_parts(form.written)

    assert {"f_occasion", "f_code"} <= locked
    assert not {f"f_q{n}" for n in range(1, 11)} & locked
