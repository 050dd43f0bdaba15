"""Several related texts in one cell."""

from typing import Any

from django.db import models

BETWEEN = "; "
APART = "\x1f"  # Between texts that are taken apart again: typed text is cleaned of it (`core.text`).


class Joined(models.Aggregate):
    """The texts of a group with `between` between them, the same on both databases."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, '%(between)s')"
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite's name for it."""
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def joined(rows: models.QuerySet[Any], text: Any, *, between: str = BETWEEN) -> models.Subquery:
    """`text` of every row of a correlated queryset, as one text; empty without rows."""
    found = rows.order_by().values(_all=models.Value(1)).annotate(_joined=Joined(text, between=between))
    return models.Subquery(found.values("_joined"))
