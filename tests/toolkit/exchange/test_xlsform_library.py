"""Every tool of the library as XLSForm: it compiles, works out the same, and comes back as it went."""

import pytest

from tests.toolkit.exchange.filled import compiled, differences, invented
from toolkit.actions.library import read_all
from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.schema.answers import starting_answers
from toolkit.schema.parsing import content_hash, parse

LIBRARY = read_all()
TURNS = (0, 1)


@pytest.fixture(scope="module", params=LIBRARY, ids=lambda pair: pair[0].tool)
def tool(request):
    return request.param


def test_a_tool_compiles_and_works_out_the_same(tool):
    """Compared in strict XPath, with the answers it starts with, those of its example, and invented ones."""
    definition, example = tool
    xml = compiled(definition)
    answers = [starting_answers(definition), *(invented(definition, turn) for turn in TURNS)]
    answers += [example.answers] if example else []

    for each in answers:
        assert list(differences(definition, each, xml)) == []


def test_a_tool_comes_back_as_it_went(tool):
    definition, _example = tool
    exported = to_xlsform(definition)

    imported = from_xlsform(exported.content, slug=definition.tool, section=definition.section)

    assert imported.notes == ()
    assert content_hash(parse(imported.raw).written) == content_hash(definition.written)
    assert exported.content == to_xlsform(definition).content
