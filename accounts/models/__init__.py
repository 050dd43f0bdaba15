"""Users and departments."""

from accounts.models.department import Department
from accounts.models.saved_view import Pin, SavedView, Sharing
from accounts.models.user import User, UserQuerySet, full_name

__all__ = ["Department", "Pin", "SavedView", "Sharing", "User", "UserQuerySet", "full_name"]
