"""Access levels: how far a record may travel. `core.models.levelled` turns them into SQL.

Source of the levels: the access table in docs/rights.md (1 public … 4 confidential).
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.generics import PositiveSmallIntegerField

Viewer = AbstractBaseUser | AnonymousUser


class AccessLevel(models.IntegerChoices):
    """Who may read a record."""

    PUBLIC = 1, _("public")
    AUTHORITIES = 2, _("internal to public authorities")
    GOVERNMENT = 3, _("internal to the government")
    CONFIDENTIAL = 4, _("confidential")


def level_ceiling(user: Viewer) -> int:
    """The highest level this user reads without being named; 0 for someone who is not signed in."""
    return int(getattr(user, "level_ceiling", 0)) if user.is_authenticated else 0


def may_be_named(user: Viewer) -> bool:
    """Whether being named on a confidential record opens it to this user (not for readers)."""
    return bool(user.is_authenticated and getattr(user, "may_be_named", False))


class LevelField(PositiveSmallIntegerField):
    """The access level of a record; internal to public authorities unless said otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("verbose_name", _("access level"))
        kwargs.setdefault("choices", AccessLevel.choices)
        kwargs.setdefault("default", AccessLevel.AUTHORITIES)
        super().__init__(*args, **kwargs)

    def db_check(self, connection: Any) -> str:
        return f"{connection.ops.quote_name(self.column)} BETWEEN 1 AND 4"
