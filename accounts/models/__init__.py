"""Users and departments, and what reaches them outside Entente."""

from accounts.models.calendar_link import CalendarLink
from accounts.models.department import Department
from accounts.models.mail import Mail
from accounts.models.saved_view import Pin, SavedView, Sharing
from accounts.models.user import DigestRhythm, User, UserQuerySet, Weekday, full_name

__all__ = [
    "CalendarLink",
    "Department",
    "DigestRhythm",
    "Mail",
    "Pin",
    "SavedView",
    "Sharing",
    "User",
    "UserQuerySet",
    "Weekday",
    "full_name",
]
