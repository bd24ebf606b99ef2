"""The browser's evaluator says what the server's says: on the table, on forms, on random input."""

import functools
import json
import os
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from toolkit.schema.errors import SchemaError
from toolkit.schema.kinds import KINDS
from toolkit.schema.parsing import parse
from toolkit.schema.rules import rules_for_browser

from .cases import TABLE, TODAY, form_of, table_form, worked_out
from .expression_texts import EXPRESSIONS
from .forms import FORMS, evaluation_of, item, table, tool

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[3] / "static"
MODULE = STATIC / "js" / "expressions.js"
WORK_OUT = """async ([rules, answers, today, now]) => {
  const { evaluateForm } = await import("/js/expressions.js");
  return evaluateForm(rules, answers, { today, now });
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def origin():
    handler = functools.partial(Quiet, directory=STATIC)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def work_out(origin):
    """Works a form out in a real browser, on a page with our strict policy on scripts.

    In a thread of its own: there may be only one browser driver in each, and other tests have one.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        playwright = thread.submit(lambda: sync_playwright().start()).result()
        page = thread.submit(_open_page, playwright, origin).result()

        def run(definition, answers, today, now):
            rules = json.loads(json.dumps(rules_for_browser(definition)))
            return thread.submit(page.evaluate, WORK_OUT, [rules, answers, today, now]).result()

        yield run
        thread.submit(page.context.browser.close).result()
        thread.submit(playwright.stop).result()


def _open_page(playwright, origin):
    browser = playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )
    page = browser.new_page()
    page.route(
        f"{origin}/page",
        lambda route: route.fulfill(
            content_type="text/html",
            body="<!doctype html><title>Forms</title>",
            headers={"Content-Security-Policy": "default-src 'none'; script-src 'self'"},
        ),
    )
    page.goto(f"{origin}/page")
    return page


def on_table(work_out, definition, answers=None):
    answers = TABLE["answers"] if answers is None else answers
    return work_out(definition, answers, TABLE["today"], TABLE["now"])


def test_every_case_of_the_table_has_its_result(work_out):
    definition, expected = table_form()

    calculated = on_table(work_out, definition)["calculated"]

    wrong = {
        definition.by_id[cell.split("/")[-1]].label["en"]: (calculated.get(cell, ""), result)
        for cell, result in expected.items()
        if not exactly(calculated.get(cell, ""), result)
    }
    assert wrong == {}


def exactly(one, other) -> bool:
    """Equal, and both or neither a truth value."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def test_every_kind_reads_the_same(work_out):
    """Each kind's value in the table, as text: what expressions see of it."""
    ids = [item for item in parse(TABLE["tool"]).items if item.repeat is None]
    definition = parse(form_of([f"concat(${{{item.name}}})" for item in ids]))

    browser = on_table(work_out, definition)

    server = worked_out(definition)
    assert browser["calculated"] == server.calculated
    missing = set(KINDS) - {item.kind for item in ids} - {"calculate", "note"}
    assert missing <= {"phone", "url", "image"}, "text-like, or as file"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["name"])
def test_relevance_and_checks_are_the_same(work_out, form):
    definition = parse(form["tool"])
    for answers in form["answers"]:
        server = evaluation_of(definition, answers)

        browser = work_out(definition, answers, "2026-03-15", "2026-03-15T10:20")

        assert browser["relevant"] == server.relevant
        assert browser["calculated"] == server.calculated
        assert {(p["cell"], p["code"]) for p in browser["problems"]} == {
            (p.cell, p.code) for p in server.problems if p.code in ("required", "constraint")
        }


def test_filters_leave_the_same(work_out):
    columns = [{"country": "KE"}, {"country": "UG", "score": 2}, {}]
    towns = [{"name": f"t{n}", "label": f"T{n}"} | each for n, each in enumerate(columns)]
    choices = {"town": towns, "land": [{"name": "KE", "label": "K"}, {"name": "UG", "label": "U"}]}
    land = item("f_land", "select_one land")
    town = item("f_town", "select_one town", choice_filter="country = ${land} or score > 1")
    state = item("f_state", "select_one land")
    seen = item("f_seen", "select_multiple town", choice_filter="not(selected(${state}, country)) and name != ${town}")
    why = item("f_why", "text", relevant="${town} = 't1'")
    definition = parse(tool(land, town, why, table("visits", state, seen), choices=choices))
    rows = [{"_row": "row001", "f_state": "KE", "f_seen": ["t0"]}, {"_row": "row002", "f_seen": ["t1", "t2"]}]
    for answers in ({}, {"f_land": "KE", "f_town": "t1"}, {"f_land": "UG", "f_town": "t0", "r_visits": rows}):
        server = evaluation_of(definition, answers)

        browser = work_out(definition, answers, "2026-03-15", "2026-03-15T10:20")

        assert browser["relevant"] == server.relevant, answers
        here = {cell: names for cell, names in server.offered.items() if cell != "r_visits/f_seen"}
        assert {cell: set(names) for cell, names in browser["offered"].items()} == here, answers


def test_totals_are_the_same(work_out):
    definition = parse(TABLE["tool"])

    browser = on_table(work_out, definition)["totals"]

    server = worked_out(definition).totals
    assert browser["r_lines"]["f_qty"] == server["r_lines"]["f_qty"] == 5
    assert browser["r_lines"]["c_amount"] == server["r_lines"]["c_amount"] == 9.75
    assert browser["r_mixed"]["f_pay"] == [
        {"amount": 1, "currency": "EUR"},
        {"amount": 2, "currency": "USD"},
    ]
    assert server["r_mixed"]["f_pay"] == [
        {"amount": "1.00", "currency": "EUR"},
        {"amount": "2.00", "currency": "USD"},
    ]


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "f_n": st.integers(-(10**14), 10**14),
        "f_d": st.sampled_from(["0", "-0.5", "0.0000000001", "99999.1234567891", "1234567.125"]),
        "f_t": st.text(max_size=8).filter(lambda text: text.isprintable() and text == text.strip()),
        "f_num": st.sampled_from(["007", "1e5", " 5", "-1.50", ".", "٣"]),
        "f_day": st.dates().map(lambda day: f"{day}").filter(lambda day: "1800" < day < "2200"),
        "f_r": st.sampled_from([1, 5, "na"]),
        "f_many": st.sampled_from([["good"], ["good", "poor"], ["unknown"]]),
        "r_lines": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "f_qty": st.integers(-3, 1000),
                    "f_price": st.sampled_from(["0.1", "2.675", "1000000.01", "-7"]),
                    "f_level": st.sampled_from(["good", "fair", "poor", "unknown"]),
                    "f_on": st.dates().map(str).filter(lambda day: "1800" < day < "2200"),
                },
            ),
            max_size=4,
        ).map(lambda rows: [{"_row": f"row00{n}", **row} for n, row in enumerate(rows)]),
    },
)


@settings(
    max_examples=int(os.environ.get("EXPRESSION_BATCHES", "10")),
    derandomize="EXPRESSION_BATCHES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(expressions=st.lists(EXPRESSIONS, min_size=40, max_size=60), answers=ANSWERS)
def test_random_expressions_are_the_same(work_out, expressions, answers):
    definition = parse(form_of([text for text in expressions if is_sound(text)]))

    browser = on_table(work_out, definition, answers)["calculated"]

    server = worked_out(definition, answers).calculated
    different = {
        definition.by_id[cell].label["en"]: (browser.get(cell), server.get(cell))
        for cell in browser.keys() | server.keys()
        if "case" in cell and not exactly(browser.get(cell), server.get(cell))
    }
    assert different == {}


@functools.cache
def is_sound(text: str) -> bool:
    """Whether the form takes it: random text also names choices that do not exist."""
    try:
        parse(form_of([text]))
    except SchemaError:
        return False
    return True


def test_module_is_small_and_has_no_eval():
    source = MODULE.read_text(encoding="utf-8")

    assert len(brotli.compress(source.encode())) <= 4096
    assert "eval(" not in source.replace("evaluate(", "")
    assert "Function(" not in source


def test_today_is_the_day_of_the_table():
    assert TODAY.isoformat() == TABLE["today"]
