"""A published version is frozen by the database itself, so that no ``update()`` can change what was agreed.

SQLite forgets a table's triggers whenever a migration rebuilds the table. A later migration that alters a column of
``toolkit_toolversion`` therefore ends with ``freeze`` again; tests/toolkit/test_frozen_versions.py notices a lost one.
"""

from django.db import migrations

# Not here: state (published becomes superseded), words (what searches look through) and what only drafts use.
FROZEN = (
    "id tool_id number definition content_hash titles purposes mode minutes languages change_note credit "
    "base_version_id created_by_id created_at published_by_id published_at"
).split()

SAYS = "A published version never changes; make a new one."

SQLITE = """
CREATE TRIGGER toolkit_version_is_frozen BEFORE UPDATE ON toolkit_toolversion
WHEN OLD.published_at IS NOT NULL AND ({changed} OR NEW.state NOT IN ('published', 'superseded'))
BEGIN SELECT RAISE(ABORT, '{says}'); END
"""

# "INSERT OR REPLACE" takes away the row it collides with, and SQLite asks no trigger of updates or deletions about it.
SQLITE_REPLACING = """
CREATE TRIGGER toolkit_version_is_not_replaced BEFORE INSERT ON toolkit_toolversion
WHEN EXISTS (SELECT 1 FROM toolkit_toolversion AS kept WHERE kept.published_at IS NOT NULL AND (kept.id = NEW.id
    OR kept.tool_id = NEW.tool_id
    AND (kept.number = NEW.number OR kept.state = 'published' AND NEW.state = 'published')))
BEGIN SELECT RAISE(ABORT, '{says}'); END
"""

POSTGRESQL = """
CREATE OR REPLACE FUNCTION toolkit_keep_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER toolkit_version_is_frozen BEFORE UPDATE ON toolkit_toolversion FOR EACH ROW
WHEN (OLD.published_at IS NOT NULL AND ({changed} OR NEW.state NOT IN ('published', 'superseded')))
EXECUTE FUNCTION toolkit_keep_published_version()
"""


def freeze(apps, schema_editor):
    thaw(apps, schema_editor)
    if schema_editor.connection.vendor == "sqlite":
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FROZEN)
        schema_editor.execute(SQLITE.format(changed=changed, says=SAYS))
        schema_editor.execute(SQLITE_REPLACING.format(says=SAYS))
    elif schema_editor.connection.vendor == "postgresql":
        changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FROZEN)
        schema_editor.execute(POSTGRESQL.format(changed=changed, says=SAYS))


def thaw(apps, schema_editor):
    on = " ON toolkit_toolversion" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("toolkit_version_is_frozen", "toolkit_version_is_not_replaced"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


class Migration(migrations.Migration):
    dependencies = [("toolkit", "0002_library_with_copies_reviews_and_contributions")]

    operations = [migrations.RunPython(freeze, thaw)]
