"""Every tool of the library as XLSForm: it compiles, works out the same, and comes back as it went."""

import pytest
from pyxform.xls2xform import convert

from tests.toolkit.exchange.filled import differences, invented
from toolkit.actions.library import read_all
from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.schema.answers import starting_answers
from toolkit.schema.parsing import content_hash, parse

LIBRARY = read_all()


@pytest.mark.parametrize(("definition", "example"), LIBRARY, ids=[definition.tool for definition, _example in LIBRARY])
def test_a_tool_compiles_works_out_the_same_and_comes_back_as_it_went(definition, example):
    """Compared in strict XPath, with the answers it starts with, those of its example, and invented ones."""
    exported = to_xlsform(definition)
    xml = convert(exported.content, validate=False, file_type=".xlsx").xform
    answers = [starting_answers(definition), invented(definition, 0), *([example.answers] if example else [])]

    for each in answers:
        assert list(differences(definition, each, xml)) == []

    imported = from_xlsform(exported.content, slug=definition.tool, section=definition.section)
    assert imported.notes == ()
    assert content_hash(parse(imported.raw).written) == content_hash(definition.written)
