"""A published version never changes: in code, and in the database for whoever goes round the code."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.factories.toolkit import make_tool
from toolkit.models import Tool, ToolVersion
from toolkit.states import VersionState

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"definition": {}},
        {"content_hash": "0" * 64},
        {"titles": {"en": "Another"}},
        {"number": 7},
        {"id": 99_999},
        {"minutes": None},
        {"languages": ["fr"]},
        {"credit": "Somebody else"},
        {"published_at": timezone.now()},
        {"published_at": None, "state": VersionState.DRAFT},
    ],
)
@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.SUPERSEDED])
def test_the_database_refuses_to_change_a_published_version(change, state):
    version = make_tool()
    ToolVersion.objects.filter(pk=version.pk).update(state=state)
    before = ToolVersion.objects.values().get(pk=version.pk)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ToolVersion.objects.filter(pk=version.pk).update(**change)

    assert ToolVersion.objects.values().get(pk=version.pk) == before


def test_a_published_version_may_step_back_and_be_found_by_other_words():
    version = make_tool()

    ToolVersion.objects.filter(pk=version.pk).update(state=VersionState.SUPERSEDED, words="anything")

    version.refresh_from_db()
    assert (version.state, version.words) == (VersionState.SUPERSEDED, "anything")


def test_what_has_stepped_back_stays_back():
    version = make_tool()
    ToolVersion.objects.filter(pk=version.pk).update(state=VersionState.SUPERSEDED)

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ToolVersion.objects.filter(pk=version.pk).update(state=VersionState.PUBLISHED)

    assert ToolVersion.objects.get(pk=version.pk).state == VersionState.SUPERSEDED


@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.SUPERSEDED])
def test_the_database_refuses_to_delete_a_published_version(state):
    version = make_tool()
    ToolVersion.objects.filter(pk=version.pk).update(state=state)
    rows, cursor = ToolVersion.objects.filter(pk=version.pk), connection.cursor()

    for way, delete in {
        "its row": lambda: rows._raw_delete(rows.db),
        "without the model": lambda: cursor.execute("DELETE FROM toolkit_toolversion WHERE id = %s", [version.pk]),
        "with its tool": lambda: Tool.objects.filter(pk=version.tool_id).delete(),
    }.items():
        with pytest.raises(IntegrityError, match="never goes away"), transaction.atomic():
            delete()
        assert rows.exists(), way


def test_a_tool_that_was_never_published_goes_with_its_draft():
    version = make_tool()
    tool = Tool.objects.create(slug="begun", section=version.tool.section, kind=version.tool.kind)
    draft = ToolVersion(tool=tool, number=1)
    draft.set_definition(version.raw)
    draft.save()
    tool.delete()
    assert not ToolVersion.objects.filter(pk=draft.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_is_emptied_as_a_whole():
    make_tool()
    call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)
    assert not ToolVersion.objects.exists()

    version = make_tool()  # which is held as before
    with pytest.raises(IntegrityError, match="never goes away"):
        Tool.objects.filter(pk=version.tool_id).delete()


def test_the_model_refuses_first():
    version = make_tool()
    version.titles = {"en": "Another"}
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.save(update_fields=["titles"])
    with pytest.raises(TypeError):
        version.delete()
    assert ToolVersion.objects.get(pk=version.pk).titles != {"en": "Another"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can replace a row while it inserts")
@pytest.mark.parametrize("change", ["definition = '{}'", "id = NULL, definition = '{}'", "id = NULL, number = 9"])
def test_a_published_version_is_not_replaced(change):
    version = make_tool()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE twin AS SELECT * FROM toolkit_toolversion WHERE id = %s", [version.pk])
        cursor.execute(f"UPDATE twin SET {change}")  # noqa: S608  # words of our own
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            cursor.execute("INSERT OR REPLACE INTO toolkit_toolversion SELECT * FROM twin")
        cursor.execute("DROP TABLE twin")

    assert ToolVersion.objects.get(pk=version.pk).definition == version.definition


def test_many_at_once_do_not_go_either():
    version = make_tool()

    with pytest.raises(TypeError):
        ToolVersion.objects.all().delete()

    assert ToolVersion.objects.filter(pk=version.pk).exists()


def test_a_draft_changes_freely_and_goes():
    version = make_tool()
    draft = ToolVersion(tool=version.tool, number=2)
    draft.set_definition(version.raw)
    draft.save()
    draft.titles = {"en": "Another"}
    draft.save()
    ToolVersion.objects.filter(pk=draft.pk).update(number=3, definition={"tool": 1})
    draft.delete()
    assert version.tool.versions.count() == 1


def test_a_tool_has_one_draft_at_most():
    version = make_tool()
    for number in (2, 3):
        draft = ToolVersion(tool=version.tool, number=number)
        draft.set_definition(version.raw)
        if number == 2:
            draft.save()
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                draft.save()
