"""Tables that refer to themselves: what hangs below a row, what stands above it, and what it is connected with.

Each is asked in one query, at any depth, and ends where it would go round in a circle.
"""

from typing import Any

from django.db import models


class Below(models.Func):
    """The row number that the expression `root` gives and those of all that hang below it; for `__in`."""

    template = (
        "(WITH RECURSIVE below(id) AS (SELECT CAST(%(expressions)s AS bigint) UNION SELECT child.id "
        "FROM %(table)s child JOIN below ON child.parent_id = below.id) SELECT id FROM below)"
    )
    output_field = models.BigAutoField()

    def __init__(self, model: type[models.Model], root: Any) -> None:
        super().__init__(root, table=_quoted(model))


class Above(models.Func):
    """The row numbers that a queryset gives and those of all above them; for `__in`."""

    template = (
        "(WITH RECURSIVE above(id) AS (SELECT found.id FROM %(expressions)s AS found UNION SELECT child.parent_id "
        "FROM %(table)s child JOIN above ON child.id = above.id WHERE child.parent_id IS NOT NULL) "
        "SELECT id FROM above)"
    )
    output_field = models.BigAutoField()

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        super().__init__(models.Subquery(rows.values("id")), table=_quoted(rows.model))


class Connected(models.Func):
    """The row number `start` and those it is connected with by the references named `by`, either way; for `__in`.

    Only rows of the queryset count: what is not among them connects nothing.
    """

    template = (
        "(WITH RECURSIVE known AS (SELECT * FROM %(expressions)s AS given), edge(here, there) AS (%(edges)s), "
        "reached(id) AS (SELECT CAST(%(start)s AS bigint) UNION "
        "SELECT known.id FROM reached JOIN edge ON edge.here = reached.id JOIN known ON known.id = edge.there) "
        "SELECT id FROM reached)"
    )
    output_field = models.BigAutoField()

    def __init__(self, rows: models.QuerySet[Any], start: int, *, by: tuple[str, ...]) -> None:
        columns = [str(rows.model._meta.get_field(name).attname) for name in by]
        ways = [way for column in columns for way in (("id", column), (column, "id"))]
        # The columns are our own, the start is a number.
        edges = [f"SELECT {here}, {there} FROM known WHERE {here} > 0 AND {there} > 0" for here, there in ways]  # noqa: S608
        known = models.Subquery(rows.order_by().values("id", *columns))
        super().__init__(known, start=int(start), edges=" UNION ALL ".join(edges))


def _quoted(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'
