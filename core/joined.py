"""Several related texts in one cell."""

from typing import Any

from django.db import models


class Joined(models.Aggregate):
    """The texts of a group, separated by "; ", the same on both databases. Give the group its order as `pk`."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, '; ')"
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite's name for it."""
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def joined(rows: models.QuerySet[Any], text: Any) -> models.Subquery:
    """`text` of every row of a correlated queryset, as one text; empty without rows."""
    return models.Subquery(
        rows.order_by().values(_all=models.Value(1)).annotate(_joined=Joined(text)).values("_joined")
    )
