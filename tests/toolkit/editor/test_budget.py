"""What the editor may cost on a form of 150 questions: queries and bytes. Times are for ``./run bench``."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_partnership
from tests.factories.toolkit import make_tool
from tests.toolkit.editor.conftest import address, raw_of, sent
from toolkit.actions.drafting import open_draft
from toolkit.models import Tool, ToolVersion

KINDS = ["text", "integer", "date", "yes_no", "select_one level", "long_text", "money", "rating", "text", "decimal"]
MOST_QUERIES, MOST_BYTES = 12, 60_000
EXTRA = "choices:\n  level: [{name: low, label: {en: Low}}, {name: mid, label: {en: Middle}}]\n"


@pytest.fixture
def large(db):
    lines = []
    for group in range(15):
        lines += [f"  - group: group_{group}", f"    label: {{en: Group number {group}}}", "    items:"]
        for at, kind in enumerate(KINDS):
            n = group * 10 + at
            condition = f", relevant: \"${{q_{n - 1}}} != ''\"" if at == 5 else ""
            lines.append(
                f"      - {{id: f_q{n}, name: q_{n}, type: {kind}, label: {{en: Question number {n} of the form}}, "
                f"hint: {{en: A short hint}}{', currency: EUR' if kind == 'money' else ''}{condition}}}"
            )
    return make_tool(form="\n" + "\n".join(lines) + "\n", extra=EXTRA)


@pytest.mark.parametrize("page", ["edit", "edit?at=f_q4", "edit?at=f_q5", "edit-add", "edit-texts", "edit-about"])
def test_pages_take_few_queries_and_bytes(large, curator, login, page):
    draft = open_draft(large.tool, by=curator)
    name, _mark, query = page.partition("?")
    client, here = login(curator), address(draft.tool, name) + (f"?{query}" if query else "")
    client.get(here)

    with CaptureQueriesContext(connection) as seen:
        response = client.get(here)

    assert response.status_code == 200
    assert len(seen) <= MOST_QUERIES, "\n".join(each["sql"][:160] for each in seen)
    assert len(gzip.compress(response.content)) <= MOST_BYTES


def test_a_copy_costs_no_more(large, alice, login):
    mine = make_partnership(coordinator=alice)
    tool = Tool.objects.create(slug="copy", section=large.tool.section, kind="form", base=large.tool, partnership=mine)
    draft = ToolVersion(tool=tool, number=1, base_version=large)
    draft.set_definition(large.raw)
    draft.save()
    client, here = login(alice), f"{address(tool)}?at=f_q4"
    data = sent(client.get(here)) | {"hint": "Another hint"}

    with CaptureQueriesContext(connection) as opened:
        client.get(here)
    with CaptureQueriesContext(connection) as saved:
        assert client.post(here, data).status_code == 302

    assert len(opened) <= MOST_QUERIES
    assert len([each for each in saved if "SAVEPOINT" not in each["sql"]]) <= MOST_QUERIES
    assert raw_of(draft)["form"][0]["items"][4]["hint"] == {"en": "Another hint"}
