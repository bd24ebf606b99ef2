"""Tool files: what a sound one becomes, and every fault of another with its line."""

import json
from pathlib import Path

import pytest
import yaml

from toolkit.schema.bindings import BINDINGS, FILLS
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Group, Item, Repeat, tr
from toolkit.schema.kinds import KINDS
from toolkit.schema.parsing import content_hash, from_json, parse, read_yaml, to_json
from toolkit.schema.rules import rules_for_browser
from toolkit.schema.yaml_file import load

from .forms import item, table, tool
from .trip import TRIP

FOLDER = Path(__file__).resolve().parents[3] / "toolkit" / "library"
LIBRARY = sorted(path for path in FOLDER.glob("*/*.yaml") if not path.name.endswith(".example.yaml"))


@pytest.fixture
def trip():
    return read_yaml(TRIP, name="monitor/trip-report.yaml")


def test_file_becomes_a_definition(trip):
    assert (trip.tool, trip.number, trip.section, trip.kind) == (
        "trip-report",
        "4.1",
        "monitor",
        "report",
    )
    assert (trip.subject, trip.mode, trip.minutes) == ("traveller", "single", 20)
    assert (trip.filled_by, trip.frequency) == ({"en": "The traveller"}, {"en": "per exchange"})
    assert trip.source == {"en": "Our own wording."}
    assert trip.languages == ("en", "fr")
    assert [type(node) for node in trip.nodes] == [Group, Repeat, Item, Item]
    assert [i.id for i in trip.items] == [
        *("f_from", "f_to", "f_person", "f_post", "f_obj", "f_cost", "f_ach", "c_full", "n_thanks")
    ]
    assert [r.id for r in trip.repeats] == ["r_people", "r_objectives"]
    assert [g.id for g in trip.groups] == ["g_visit"]
    assert trip.by_id.keys() == {i.id for i in trip.items} | {"r_people", "r_objectives"}
    assert [c.name for c in trip.lists["achieved"]] == ["fully", "no"]


def test_item_knows_its_place_and_its_side(trip):
    person, post, objective = (trip.by_id[key] for key in ("f_person", "f_post", "f_obj"))

    assert (person.group, person.repeat, person.side) == ("g_visit", "r_people", "resource")
    assert (post.group, post.repeat, post.side) == ("g_visit", "r_people", "host")
    assert (objective.group, objective.repeat, objective.side) == (None, "r_objectives", "both")
    assert (trip.by_id["f_ach"].kind, trip.by_id["f_ach"].list) == ("select_one", "achieved")


def test_names_become_ids(trip):
    objectives = trip.by_id["r_objectives"]

    assert trip.by_id["f_to"].constraint == [">=", ["self"], ["item", "f_from"]]
    assert trip.by_id["c_full"].calculation == [
        "count-if",
        ["rows", "r_objectives"],
        ["=", ["row", "f_ach"], "fully"],
    ]
    assert objectives.totals == ("f_cost",)
    assert objectives.rows == ({ROW: "first1", "f_obj": "To learn", "f_cost": {"amount": "5.00", "currency": "EUR"}},)
    assert trip.order.index("f_ach") < trip.order.index("c_full") < trip.order.index("n_thanks")


def test_stored_json_gives_the_same_definition(trip):
    stored = json.loads(json.dumps(to_json(trip)))

    assert from_json(stored) == trip == parse(stored)
    assert from_json(stored | {"compiled": {"engine": 0}}) == trip
    assert rules_for_browser(from_json(stored)) == rules_for_browser(trip)


def test_expressions_are_not_parsed_again_from_stored_json(trip, monkeypatch):
    stored = to_json(trip)
    monkeypatch.setattr("toolkit.schema.linking.parse_expression", None)

    assert from_json(stored) == trip


def test_hash_is_of_the_content_alone(trip):
    stored = to_json(trip)
    shuffled = dict(reversed(stored.items())) | {"compiled": {}}

    assert content_hash(shuffled) == content_hash(stored)
    assert len(content_hash(stored)) == 64
    assert content_hash(stored | {"minutes": 21}) != content_hash(stored)


def test_rules_for_the_browser_are_json(trip):
    rules = rules_for_browser(trip)

    assert json.loads(json.dumps(rules)) == rules
    assert [node["id"] for node in rules["nodes"]] == list(trip.order)
    assert rules["lists"] == {}


def test_yaml_words_are_words():
    text = "a: no\nb: on\nc: 12:30\nd: 2026-01-31\ne: 0x1F\nf: true\ng: ~\nh: 1.5\ni: -3\nj: 007\nk: 1e3"
    assert load(text)[0] == {
        "a": "no",
        "b": "on",
        "c": "12:30",
        "d": "2026-01-31",
        "e": "0x1F",
        "f": True,
        "g": None,
        "h": 1.5,
        "i": -3,
        "j": "007",
        "k": "1e3",
    }


def test_text_is_shown_in_the_nearest_language():
    text = {"en": "Trip", "pt": "Viagem"}

    assert [tr(text, lang) for lang in ("pt", "pt-BR", "fr")] == ["Viagem", "Viagem", "Trip"]
    assert tr(None, "en") == ""


def test_column_of_a_row_before_the_form():
    definition = parse(
        tool(
            item("f_n", "integer"),
            table(
                "t",
                item("f_m", "integer") | {"name": "n"},
                item("c_own", "calculate", calculation="${n} + sum(${t.n})"),
            ),
            item("c_form", "calculate", calculation="${n} + sum(${t.n})"),
        )
    )

    column = ["sum", ["col", "r_t", "f_m"]]
    assert definition.by_id["c_own"].calculation == ["+", ["row", "f_m"], column]
    assert definition.by_id["c_form"].calculation == ["+", ["item", "f_n"], column]


def test_long_chain_of_calculations_is_ordered():
    items = [item("c_0", "calculate", calculation="1") | {"name": "n0"}]
    for n in range(1, 900):
        items.insert(0, item(f"c_{n}", "calculate", calculation=f"${{n{n - 1}}} + 1") | {"name": f"n{n}"})

    assert parse(tool(*items)).order[-1] == "c_899"


def test_bindings_are_those_of_the_product():
    assert {binding.kind for binding in BINDINGS.values()} <= FILLS.keys()
    assert set().union(*FILLS.values()) <= KINDS.keys()
    assert {path for path, b in BINDINGS.items() if b.kind == "rows"} == {
        "exchange.agenda",
        "exchange.costs",
        "exchange.objectives",
        "exchange.receivers",
        "exchange.travellers",
        "organization.contacts",
        "partnership.organizations",
        "partnership.team",
        "period.activities",
        "period.in_kind",
        "period.journeys",
        "period.next_activities",
        "period.next_exchanges",
        "period.resources",
        "period.risks",
        "period.sessions",
        "period.totals",
        "period.trained",
        "results.activities",
        "results.assets",
        "workplan.activities",
        "workplan.objectives",
        "workshop.participant_groups",
        "workshop.participants",
        "workshop.sessions",
        "workshop.skills",
        "workshop.trainers",
    }
    assert all(binding.keys for binding in BINDINGS.values() if binding.kind == "rows")


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_file_says_the_same_to_every_reader_of_yaml(path):
    """Ours reads the events of libyaml or, without it, of Python; others take ``no`` and ``on`` for truth values."""
    text = path.read_text(encoding="utf-8")
    ours = load(text)[0]

    assert yaml.load(text, Loader=yaml.SafeLoader) == ours
    assert yaml.load(text, Loader=yaml.CSafeLoader) == ours


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_shipped_tool_is_sound(path):
    definition = read_yaml(path.read_bytes(), name=path.name)

    assert (definition.tool, definition.section) == (path.stem, path.parent.name)
    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition
