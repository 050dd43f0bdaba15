"""Who may do what: one table. The backend, the pages, the tests and docs/rights.md are made from it.

Source: the access table agreed with the users (docs/rights.md is printed from here by `manage.py print_rights`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.access import AccessLevel
from core.models import LevelledWhole, Part, Reference, Whole

if TYPE_CHECKING:
    from accounts.models import User

AnyUser = AbstractBaseUser | AnonymousUser


class Role(models.TextChoices):
    """What a user is trusted with."""

    READER = "reader", _("reader")
    STAFF = "staff", _("staff")
    MANAGER = "manager", _("manager")
    ADMINISTRATOR = "administrator", _("administrator")


EVERYONE = frozenset(Role)
WRITERS = frozenset({Role.STAFF, Role.MANAGER, Role.ADMINISTRATOR})
DECIDERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class Right(models.TextChoices):
    """One thing that some roles may do."""

    READ = "read", _("read records")
    EXPORT = "export", _("export the rows they see")
    ENTER_ADMIN = "enter_admin", _("enter the administration")
    WRITE = "write", _("create and edit records")
    READ_HISTORY = "read_history", _("read the history of a record")
    READ_PRIVATE = "read_private", _("read private contact fields and internal notes")
    DELETE_OWN_DRAFT = "delete_own_draft", _("delete their own drafts")
    LOWER_OWN_DRAFT = "lower_own_draft", _("lower the level of their own drafts")
    LOWER_LEVEL = "lower_level", _("lower an access level, with a reason")
    ARCHIVE = "archive", _("archive records")
    DELETE = "delete", _("delete what nothing refers to")
    DECIDE_IN_BULK = "decide_in_bulk", _("reassign in bulk, merge and import")
    KEEP_REFERENCE = "keep_reference", _("look after reference data")
    KEEP_USERS = "keep_users", _("look after users and roles")


RIGHTS: dict[Right, frozenset[Role]] = {
    Right.READ: EVERYONE,
    Right.EXPORT: WRITERS,
    Right.ENTER_ADMIN: WRITERS,
    Right.WRITE: WRITERS,
    Right.READ_HISTORY: WRITERS,
    Right.READ_PRIVATE: WRITERS,
    Right.DELETE_OWN_DRAFT: WRITERS,
    Right.LOWER_OWN_DRAFT: WRITERS,
    Right.LOWER_LEVEL: DECIDERS,
    Right.ARCHIVE: DECIDERS,
    Right.DELETE: DECIDERS,
    Right.DECIDE_IN_BULK: DECIDERS,
    Right.KEEP_REFERENCE: ADMINISTRATORS,
    Right.KEEP_USERS: ADMINISTRATORS,
}


@dataclass(frozen=True)
class Reading:
    """How far a role reads: up to `ceiling`, and confidential records too where named."""

    ceiling: AccessLevel
    may_be_named: bool


READING: dict[Role, Reading] = {
    Role.READER: Reading(AccessLevel.AUTHORITIES, may_be_named=False),
    Role.STAFF: Reading(AccessLevel.GOVERNMENT, may_be_named=True),
    Role.MANAGER: Reading(AccessLevel.CONFIDENTIAL, may_be_named=True),
    Role.ADMINISTRATOR: Reading(AccessLevel.GOVERNMENT, may_be_named=True),
}


def may(user: AnyUser, right: Right) -> bool:
    """Whether the user's role has the right. Nobody who is inactive or not signed in has any."""
    role = getattr(user, "role", None)
    return bool(user.is_authenticated and user.is_active and role in RIGHTS[right])


def require(user: AnyUser, right: Right) -> None:
    """Stops the request with a 403 that names the missing right. Raises PermissionDenied."""
    if not may(user, right):
        raise PermissionDenied(missing(right))


def missing(right: Right) -> str:
    """The sentence a refused user reads."""
    return _("Your role does not have the right to %(right)s.") % {"right": right.label}


def may_delete(user: AnyUser, row: models.Model) -> bool:
    """Wholes: one's own draft, or for who decides, any. Whether something refers to it, the database says."""
    if isinstance(row, Whole):
        own = may(user, Right.DELETE_OWN_DRAFT) and isinstance(user, AbstractBaseUser) and row.is_own_draft_of(user)
        return own or may(user, Right.DELETE)
    return may(user, _right_for("delete", type(row)))


def may_set_level(user: AnyUser, row: LevelledWhole, level: int) -> bool:
    """Raising is part of writing; lowering is for managers, or for the maker of a draft."""
    if not may(user, Right.WRITE):
        return False
    if row.pk is None or level >= row.level or may(user, Right.LOWER_LEVEL):
        return True
    return isinstance(user, AbstractBaseUser) and may(user, Right.LOWER_OWN_DRAFT) and row.is_own_draft_of(user)


def has_permission(user: "User", permission: str, row: models.Model | None = None) -> bool:
    """Answers Django's `app.action_model` from the table. Unknown names are refused."""
    try:
        app_label, codename = permission.split(".")
        action, model_name = codename.split("_", 1)
        model = apps.get_model(app_label, model_name)
    except (ValueError, LookupError):
        return False
    if action not in ("view", "add", "change", "delete"):
        return False
    if row is not None and action == "delete":
        return may_delete(user, row)
    return may(user, _right_for(action, model))


def _right_for(action: str, model: type[models.Model]) -> Right:
    if issubclass(model, Reference):
        return Right.ENTER_ADMIN if action == "view" else Right.KEEP_REFERENCE
    if issubclass(model, Whole):
        return Right.DELETE_OWN_DRAFT if action == "delete" else Right.WRITE
    if issubclass(model, Part):
        return Right.WRITE
    return Right.KEEP_USERS


def can(user: AnyUser) -> dict[str, bool]:
    """Every right by name, for templates: `{% if can.write %}`."""
    return {right.value: may(user, right) for right in Right}


def print_table() -> str:
    """The table as Markdown, for docs/rights.md."""
    roles = list(Role)
    lines = ["| | " + " | ".join(str(role.label) for role in roles) + " |", "|---" * (len(roles) + 1) + "|"]
    lines.append("| reads levels | " + " | ".join(_levels(role) for role in roles) + " |")
    for right, who in RIGHTS.items():
        lines.append(f"| {_plain(right.label)} | " + " | ".join("yes" if role in who else "–" for role in roles) + " |")
    return "\n".join(lines)


def _levels(role: Role) -> str:
    reading = READING[role]
    named = reading.may_be_named and reading.ceiling < AccessLevel.CONFIDENTIAL
    return f"1–{int(reading.ceiling)}" + (", and 4 where named" if named else "")


def _plain(label: Any) -> str:
    return str(label) if isinstance(label, (str, Promise)) else repr(label)
