"""The columns of the follow-up list and its CSV."""

from typing import cast

from django.db import models
from django.db.models import Case, DurationField, ExpressionWrapper, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import full_name
from agreements.models import Agreement
from core.access import AccessLevel
from core.exports import Column, Reading, words_of
from core.languages import localised
from core.models import LevelledWhole
from core.models.levelled import readable
from follow_ups.models import CabinetSection, FollowUpDirection, FollowUpKind, FollowUpStatus, Priority
from missions.models import Meeting, Mission
from partners.models import contact_name

ORIGINS: dict[str, type[LevelledWhole]] = {"meeting": Meeting, "mission": Mission, "agreement": Agreement}


def origin(name: str, field: str) -> Column:
    """A field of the record a follow-up comes from; empty when the reader may not see that record."""
    return Column(name, ORIGINS[name]._meta.verbose_name or name, lambda reading: seen(name, field, reading))


def seen(name: str, field: str, reading: Reading) -> Combinable:
    """`meeting__title`, or nothing when the meeting is hidden from the reader."""
    return Case(When(readable(ORIGINS[name], reading.user, name), then=F(f"{name}__{field}")), default=None)


def origin_day(reading: Reading) -> Combinable:
    """The day of the meeting, else the first day of the mission, else the day the agreement was signed."""
    return Coalesce(
        seen("meeting", "day", reading),
        seen("mission", "starts_on", reading),
        seen("agreement", "signed_on", reading),
        output_field=models.DateField(),
    )


def days_late(reading: Reading) -> Combinable:
    """Days since the due date of an open follow-up; empty when it is not late."""
    late = ExpressionWrapper(
        Value(reading.today, output_field=models.DateField()) - F("due_on"), output_field=DurationField()
    )
    return Case(When(Q(closed_at__isnull=True, due_on__lt=reading.today), then=late), default=None)


FOLLOW_UPS = (
    Column("id", _("number"), "id"),
    Column("title", _("title"), "title"),
    Column("direction", _("direction"), "direction", words_of(FollowUpDirection.choices)),
    Column("kind", _("kind"), "kind", words_of(FollowUpKind.choices)),
    Column("partner", _("partner"), "partner__name"),
    Column("contact", _("contact"), lambda reading: cast(Combinable, contact_name("contact"))),
    origin("meeting", "title"),
    origin("mission", "title"),
    origin("agreement", "title"),
    Column("article", _("article"), "article"),
    Column("origin_on", _("date of origin"), origin_day),
    Column("department", _("department"), lambda reading: localised("department__name")),
    Column("owner", _("owner"), lambda reading: full_name("owner")),
    Column("due_on", _("due date"), "due_on"),
    Column("days_late", _("days late"), days_late),
    Column("status", _("status"), "status", words_of(FollowUpStatus.choices)),
    Column("priority", _("priority"), "priority", words_of(Priority.choices)),
    Column("result", _("result"), "result"),
    Column("updated_at", _("last update"), "updated_at"),
    Column("level", _("access level"), "level", words_of(AccessLevel.choices)),
)

CABINET = (Column("section", _("section"), "section", words_of(CabinetSection.choices)), *FOLLOW_UPS)
