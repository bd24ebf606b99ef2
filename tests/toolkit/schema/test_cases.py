"""Every function and operator, on the shared table of cases that the browser runs too."""

import pytest

from toolkit.schema.functions import FUNCTIONS

from .cases import TABLE, table_form, worked_out

DEFINITION, EXPECTED = table_form()
CALCULATED = worked_out(DEFINITION).calculated


@pytest.mark.parametrize(("cell", "result"), EXPECTED.items())
def test_case_has_its_result(cell, result):
    item = DEFINITION.by_id[cell.split("/")[-1]]

    value = CALCULATED.get(cell, "")

    assert (value, isinstance(value, bool)) == (result, isinstance(result, bool)), item.label["en"]


def test_table_is_large_and_covers_every_function():
    written = " ".join(case["expression"] for case in TABLE["cases"] + TABLE["row_cases"])

    assert len(EXPECTED) > 300
    assert not [name for name in FUNCTIONS if f"{name}(" not in written]
