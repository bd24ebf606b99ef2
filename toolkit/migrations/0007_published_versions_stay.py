"""A published version is not deleted, and steps back once: nothing brings an old one into force again.

As in 0003, a later migration that alters a column of ``toolkit_toolversion`` ends with ``hold`` again. Whole databases
are emptied all the same: PostgreSQL truncates, and the flush command of this app lets go of the rows on SQLite.
"""

from django.db import migrations

SAYS = "A published version never goes away; withdraw the tool."
SAYS_STATE = "A published version never changes but to step back for a newer one."

# Name of the trigger: when, on which rows, and the reason.
HELD = {
    "toolkit_version_is_kept": ("DELETE", "OLD.published_at IS NOT NULL", SAYS),
    "toolkit_version_only_steps_back": (
        "UPDATE",
        "OLD.published_at IS NOT NULL AND NEW.state <> OLD.state "
        "AND NOT (OLD.state = 'published' AND NEW.state = 'superseded')",
        SAYS_STATE,
    ),
}

SQLITE = """
CREATE TRIGGER {name} BEFORE {event} ON toolkit_toolversion WHEN {rows}
BEGIN SELECT RAISE(ABORT, '{says}'); END
"""

POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER {name} BEFORE {event} ON toolkit_toolversion FOR EACH ROW WHEN ({rows}) EXECUTE FUNCTION {name}()
"""


def hold(apps, schema_editor):
    let_go(apps, schema_editor)
    sql = {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(schema_editor.connection.vendor)
    for name, (event, rows, says) in HELD.items() if sql else ():
        schema_editor.execute(sql.format(name=name, event=event, rows=rows, says=says))


def let_go(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for name in HELD:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{' ON toolkit_toolversion' if is_postgresql else ''}")
        if is_postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("toolkit", "0006_newest_documents_first")]

    operations = [migrations.RunPython(hold, let_go)]
