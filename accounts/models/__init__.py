"""Users and departments."""

from accounts.models.department import Department
from accounts.models.user import User, UserQuerySet, full_name

__all__ = ["Department", "User", "UserQuerySet", "full_name"]
