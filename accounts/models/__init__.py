"""Users and departments."""

from accounts.models.department import Department
from accounts.models.user import User, UserQuerySet

__all__ = ["Department", "User", "UserQuerySet"]
