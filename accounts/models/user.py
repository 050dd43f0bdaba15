"""The people who work in Entente."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models.department import Department
from accounts.rights import READING, Right, Role, may, may_set_level
from core.access import Viewer
from core.fields import WordField
from core.generics import PositiveSmallIntegerField
from core.models import LevelledWhole
from core.text import clean_line, fold


def full_name(path: str) -> Coalesce:
    """The name of the user at `path` as an expression, else the user name: `full_name("owner")`."""
    text = models.CharField()
    name = Trim(Concat(f"{path}__first_name", models.Value(" "), f"{path}__last_name", output_field=text))
    return Coalesce(NullIf(name, models.Value("")), models.F(f"{path}__username"), output_field=text)


class DigestRhythm(models.TextChoices):
    """How often a colleague wants to read in one mail what is late, due and new."""

    NONE = "none", _("never")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("once a week")


class Weekday(models.IntegerChoices):
    """Days as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


MOST_DAYS_OF_PATIENCE = 365  # before a manager is told of a colleague's late work


class UserQuerySet(models.QuerySet["User"]):
    """Words about colleagues."""

    def visible_to(self, user: Viewer) -> "UserQuerySet":
        """Names of colleagues are known to everyone who is signed in."""
        return self.all() if user.is_authenticated else self.none()

    def who_can_own_work(self) -> "UserQuerySet":
        """Active users who write."""
        return self.filter(is_active=True, role__in=[Role.STAFF, Role.MANAGER, Role.ADMINISTRATOR])

    def who_read_digests(self) -> "UserQuerySet":
        """Those who can own work, have an e-mail address and did not say never."""
        return self.who_can_own_work().exclude(email="").exclude(digest=DigestRhythm.NONE)

    def who_are_told_of_late_work(self) -> "UserQuerySet":
        """Managers whose digest names the work of others that is late for long."""
        return self.who_read_digests().filter(role=Role.MANAGER, escalate_after__isnull=False)

    def in_order(self) -> "UserQuerySet":
        """By family name."""
        return self.order_by("last_name", "first_name", "username")

    def matching(self, text: str) -> "UserQuerySet":
        """Every word stands in the user's name."""
        found = self
        for word in filter(fold, clean_line(text).split()):
            found = found.filter(
                models.Q(first_name__icontains=word)
                | models.Q(last_name__icontains=word)
                | models.Q(username__icontains=fold(word))
            )
        return found


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # Django makes this base at run time.
    """Makes users; the first one with `createsuperuser`."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """An active user with a hashed password; without one the user cannot sign in with a password."""
        user = User(username=User.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator, for the first sign-in."""
        fields.setdefault("role", Role.ADMINISTRATOR)
        return self.create_user(username, password, **{**fields, "is_superuser": True})


class User(AbstractUser):
    """A colleague with a role. Django's groups and permission rows are unused: rights come from `accounts.rights`."""

    named_by = ("first_name", "last_name", "username")  # The columns that `str()` reads, as of any whole.

    groups = None  # type: ignore[assignment]  # The documented way to drop an inherited field.
    user_permissions = None  # type: ignore[assignment]  # The same.
    role = WordField(_("role"), choices=Role.choices, default=Role.READER)
    language = WordField(_("language"), choices=settings.LANGUAGES, blank=True, max_length=5)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("department")
    )
    digest = WordField(_("digest by e-mail"), choices=DigestRhythm.choices, default=DigestRhythm.WEEKLY, max_length=10)
    digest_weekday = PositiveSmallIntegerField(
        _("day of the weekly digest"), choices=Weekday.choices, default=Weekday.MONDAY
    )
    escalate_after = PositiveSmallIntegerField(
        _("work of colleagues that is late for so many days"), null=True, blank=True, default=7
    )

    last_filters = models.JSONField(_("last filters"), default=dict, blank=True, editable=False)  # query string by list

    history = HistoricalRecords(excluded_fields=["password", "last_login", "last_filters"])
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("last_name", "first_name", "username")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="user_has_a_known_role",
                violation_error_message=_("Choose one of the roles."),
            ),
            models.CheckConstraint(
                condition=models.Q(digest_weekday__range=(0, 6)),
                name="user_reads_digest_on_a_weekday",
                violation_error_message=_("Choose a day of the week."),
            ),
            models.CheckConstraint(
                condition=models.Q(escalate_after__isnull=True)
                | models.Q(escalate_after__range=(1, MOST_DAYS_OF_PATIENCE)),
                name="user_escalates_after_1_to_365_days",
                violation_error_message=_("Give a number of days from 1 to 365."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's; signing in is no change worth a line in the history."""
        self.skip_history_when_saving = set(kwargs.get("update_fields") or ()) == {"last_login"}
        if not self.skip_history_when_saving:
            del self.skip_history_when_saving  # simple-history asks whether it is there, not what it says.
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def remember_filter(self, noun: str, query: str) -> None:
        """Keeps the query string that was last asked of a list; an empty one forgets it. No change, no query."""
        if self.last_filters.get(noun, "") == query:
            return
        others = {name: kept for name, kept in self.last_filters.items() if name != noun}
        self.last_filters = {**others, noun: query} if query else others
        type(self).objects.filter(pk=self.pk).update(last_filters=self.last_filters)

    @property
    def is_staff(self) -> bool:  # type: ignore[override]  # Derived from the role, not stored.
        """Whether the admin opens for this user."""
        return self.is_superuser or may(self, Right.ENTER_ADMIN)

    @property
    def level_ceiling(self) -> int:
        """The highest access level read without being named."""
        return int(READING[Role(self.role)].ceiling) if self.is_active else 0

    @property
    def may_be_named(self) -> bool:
        """Whether confidential records open when they name this user."""
        return READING[Role(self.role)].may_be_named

    def may_lower_level(self, row: LevelledWhole) -> bool:
        """Whether this user may make the record more open than it is."""
        return may_set_level(self, row, 0)

    @property
    def may_archive(self) -> bool:
        """Whether this user may take records off the lists."""
        return may(self, Right.ARCHIVE)

    @property
    def may_read_private(self) -> bool:
        """Whether private contact fields and internal notes are open to this user."""
        return may(self, Right.READ_PRIVATE)

    @property
    def may_export(self) -> bool:
        """Whether this user may take the rows of a list away."""
        return may(self, Right.EXPORT)

    @property
    def may_read_exports(self) -> bool:
        """Whether the export log of everyone is open to this user."""
        return may(self, Right.KEEP_USERS)
