"""What SQLite and PostgreSQL both can and name differently."""

from django.db.models import Aggregate, TextField, Value

LINE = "\n"


class Lines(Aggregate):
    """The texts of a group, one a line, in no order. Goes with Django 6, which has StringAgg for both databases."""

    function = "STRING_AGG"
    name = "Lines"
    output_field = TextField()

    def __init__(self, expression, **extra):
        super().__init__(expression, Value(LINE), **extra)

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)
