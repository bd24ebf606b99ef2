from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from partnerships.models import CriterionCheck, ExitCriterion, PhaseDefinition, PhaseModel, Topic
from tests.factories import make_partnership

FILE = """\
- slug: two-steps
  name: Two steps
  summary: First one, then the other.
  source: Our own
  is_cycle: true
  phases:
    - slug: begin
      number: 1
      title: Begin
      purpose: To begin.
      section: initiate
      deliverables: [A letter]
      expects: [memorandum-of-understanding]
      criteria:
        - {slug: sides, text: Two sides are there., fact: "sides:two"}
        - {slug: wish, text: Both want it.}
    - slug: end
      number: 2
      title: End
      purpose: To end.
      section: evaluate
"""
TOPICS = "- {slug: nursing, name: Nursing}\n"


@pytest.fixture
def load(db, tmp_path):
    def _load(models=FILE, topics=TOPICS) -> str:
        (tmp_path / "models.yaml").write_text(models, encoding="utf-8")
        (tmp_path / "topics.yaml").write_text(topics, encoding="utf-8")
        out = StringIO()
        call_command(
            "load_phase_models",
            phase_models=tmp_path / "models.yaml",
            topics=tmp_path / "topics.yaml",
            stdout=out,
        )
        return out.getvalue()

    return _load


def test_shipped_files_load_and_loading_twice_changes_nothing(db):
    call_command("load_phase_models", stdout=StringIO())
    out = StringIO()

    call_command("load_phase_models", stdout=out)

    assert "0 rows added, 0 changed, 0 removed" in out.getvalue()
    models = {model.slug: model for model in PhaseModel.objects.all()}
    assert PhaseModel.objects.first().slug == "aiha"
    assert models["aiha"].phases.count() == 6
    assert [phase.section for phase in models["aiha"].phases.all()] == [
        "initiate",
        "workplan",
        "implement",
        "monitor",
        "evaluate",
        "disseminate",
    ]
    assert models["who-tpi"].phases.count() == 6
    assert not PhaseDefinition.objects.filter(criteria__isnull=True).exists()
    assert Topic.objects.count() >= 25


def test_file_becomes_rows(load):
    assert "1 phase models and 1 topics: 6 rows added" in load()

    model = PhaseModel.objects.get()
    begin, end = model.phases.all()
    assert (model.name, model.is_cycle, begin.deliverables, begin.expected_tools) == (
        "Two steps",
        True,
        ["A letter"],
        ["memorandum-of-understanding"],
    )
    assert [(c.slug, c.fact) for c in begin.criteria.all()] == [("sides", "sides:two"), ("wish", "")]
    assert not end.criteria.exists()


def test_changed_words_keep_their_rows(load):
    load()
    before = set(PhaseDefinition.objects.values_list("pk", "slug"))

    load(FILE.replace("title: Begin", "title: Start").replace("Both want it.", "Both wish it."))

    assert set(PhaseDefinition.objects.values_list("pk", "slug")) == before
    assert PhaseDefinition.objects.get(slug="begin").title == "Start"
    assert ExitCriterion.objects.get(slug="wish").text == "Both wish it."


def test_phases_change_places(load):
    load()

    load(FILE.replace("number: 1", "number: 9").replace("number: 2", "number: 1").replace("number: 9", "number: 2"))

    assert list(PhaseDefinition.objects.values_list("slug", flat=True)) == ["end", "begin"]


WITHOUT_END = FILE[: FILE.index("    - slug: end")]


def test_phase_and_criterion_that_nobody_uses_leave_with_the_file(load):
    load()

    load(WITHOUT_END.replace("        - {slug: wish, text: Both want it.}\n", ""))

    assert list(PhaseDefinition.objects.values_list("slug", flat=True)) == ["begin"]
    assert list(ExitCriterion.objects.values_list("slug", flat=True)) == ["sides"]


def test_phase_and_criterion_in_use_stay(load, alice):
    load()
    partnership = make_partnership(coordinator=alice, phase_model=PhaseModel.objects.get())
    CriterionCheck.objects.create(
        phase=partnership.phases.first(), criterion=ExitCriterion.objects.get(slug="wish"), checked_by=alice
    )
    begin_left = FILE.replace(FILE[FILE.index("    - slug: begin") : FILE.index("    - slug: end")], "")

    out = load(begin_left.replace("number: 2", "number: 1"))

    assert "Kept, because partnerships use it: 1. Begin" in out
    assert list(PhaseDefinition.objects.values_list("slug", "number")) == [("end", 1), ("begin", 2)]
    assert "0 rows added, 0 changed, 0 removed" in load(begin_left.replace("number: 2", "number: 1"))
    load(FILE.replace("        - {slug: wish, text: Both want it.}\n", ""))
    assert ExitCriterion.objects.filter(slug="wish").exists()


def test_topic_that_was_made_here_is_the_same_topic(load):
    own = Topic.objects.create(slug="nurses", name="Nursing")

    load()

    assert Topic.objects.get() == own


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("  name: Two steps\n", "", 1, "“name” is missing"),
        ("source:", "sauce:", 4, "“sauce” is not known here"),
        ("slug: two-steps", "slug: Two Steps", 1, "must be small letters"),
        ("is_cycle: true", "is_cycle: perhaps", 5, "must be true or false"),
        ("number: 2", "number: 1", 18, "“1” is used twice as number"),
        ("number: 2", "number: two", 18, "must be a number from 1 to 99"),
        ("slug: end", "slug: begin", 17, "“begin” is used twice as slug"),
        ("section: evaluate", "section: dream", 21, "must be one of initiate"),
        ("sides:two", "sides:three", 15, "is not a fact"),
        ("title: End", f"title: {'x' * 121}", 19, "is longer than 120 characters"),
        ("deliverables: [A letter]", "deliverables: A letter", 12, "must be a list"),
        ("deliverables: [A letter]", "deliverables: [{a: b}]", 12, "must be words"),
        ("  name: Two steps", "  name: Two steps\n  name: Three", 3, "“name” is here twice"),
        ("purpose: To end.", "purpose: [", 22, "expected"),
        ("slug: wish", "slug: sides", 16, "“sides” is used twice"),
        ("  phases:", "  phases: []\n  x:", 6, "must be a list of entries"),
        ("- slug: two-steps", "- &a {slug: b}\n- *a\n- slug: two-steps", 2, "references are not used here"),
    ],
)
def test_faulty_file_is_refused_whole_with_line_and_reason(load, old, new, line, reason):
    assert old in FILE

    with pytest.raises(CommandError) as caught:
        load(FILE.replace(old, new))

    problems = str(caught.value).splitlines()
    assert problems[0] == "Nothing was loaded."
    assert any(problem.startswith(f"models.yaml:{line}:") and reason in problem for problem in problems), problems
    assert not PhaseModel.objects.exists()
    assert not Topic.objects.exists()


@pytest.mark.parametrize(
    "topics", ["", "nursing", "- nursing", "- {slug: a}", "- {slug: a, name: A}\n" * 2, "{" * 5000]
)
def test_faulty_topics_keep_the_models_out_too(load, topics):
    with pytest.raises(CommandError, match=r"topics\.yaml:\d+: "):
        load(topics=topics)

    assert not PhaseModel.objects.exists()


def test_every_problem_is_named_at_once(load):
    with pytest.raises(CommandError) as caught:
        load(FILE.replace("section: evaluate", "section: dream").replace("number: 2", "number: two"), topics="x")

    assert len(str(caught.value).splitlines()) == 4


def test_missing_file_is_named(db, tmp_path):
    with pytest.raises(CommandError, match=r"gone\.yaml:1: The file cannot be read"):
        call_command("load_phase_models", phase_models=tmp_path / "gone.yaml")


def test_name_of_another_model_is_refused_whole(load):
    PhaseModel.objects.create(slug="other", name="Two steps", summary="x")

    with pytest.raises(CommandError, match="already exists"):
        load()

    assert not Topic.objects.exists()
