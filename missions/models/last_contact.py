"""When an organisation was last met, and which partners are neglected.

Last contact (docs, "derived words"): the latest meeting that took place with the organisation, with one that hangs
below it, or with someone who held a position there that day. An undated item counts with the end of its mission.
We are losing touch from the day on which less than a quarter of the frequency is left.
"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, NullIf, TruncMonth, TruncYear

from core.access import Viewer
from core.models.levelled import readable
from core.months import first_day_reaching, months_later
from core.partial_dates import Precision
from core.trees import Above, Below
from missions.models.meeting import Meeting, MeetingStatus
from missions.models.participant import Attendance, Participant
from partners.models import Organisation, OrganisationQuerySet, Side

AWAY = (Attendance.EXCUSED, Attendance.ABSENT, Attendance.REPLACED)
NEVER = datetime.date.min  # Only inside the expression: GREATEST of an unknown differs between the two databases.


def last_contact_on(*, user: Viewer, on: datetime.date) -> Combinable:
    """The day of last contact before the end of `on`, as an expression on organisations: a column, an order, a filter.

    Counts only meetings that this user may see. Empty when never met.
    """
    here = Below(Organisation, OuterRef("pk"))
    ways = (
        Q(organisation__in=here),
        Q(position__organisation__in=here),
        Q(contact__positions__organisation__in=here) & held_that_day("contact__positions"),
    )
    latest = [
        Coalesce(
            _latest(came(Participant.objects, user, on).filter(way)), Value(NEVER), output_field=models.DateField()
        )
        for way in ways
    ]
    return NullIf(Greatest(*latest), Value(NEVER), output_field=models.DateField())


def last_contact(organisation: Organisation, *, user: Viewer, on: datetime.date) -> datetime.date | None:
    """The day this organisation was last met as far as this user may know; None when never."""
    rows = Organisation.objects.filter(pk=organisation.pk).annotate(last_contact_on=last_contact_on(user=user, on=on))
    day: datetime.date | None = rows.values_list("last_contact_on", flat=True).get()
    return day


def with_last_contact(rows: OrganisationQuerySet, *, user: Viewer, on: datetime.date) -> OrganisationQuerySet:
    """The same rows, each with its `last_contact_on`, in the rows' own query."""
    return rows.annotate(last_contact_on=last_contact_on(user=user, on=on))


def neglected(*, user: Viewer, on: datetime.date) -> OrganisationQuerySet:
    """Partners in use whose last contact plus their own frequency lies before that day, or who were never met."""
    return _awaited(user).exclude(_met_in_time(user, on))


def losing_touch(*, user: Viewer, on: datetime.date) -> OrganisationQuerySet:
    """Partners in use whose frequency runs out within its last quarter, or has; or who were never met."""
    return _awaited(user).exclude(_met_in_time(user, on, warned=True))


def warning(months: int) -> datetime.timedelta:
    """A quarter of so many months, in whole days: 45 of 6 months, 91 of 12, 182 of 24."""
    return datetime.timedelta(days=months * 365 // 48)


def contact_due_on(organisation: Organisation, last_on: datetime.date | None) -> datetime.date | None:
    """Until when the last contact holds; None for who is no partner in use, or was never met."""
    is_awaited = organisation.side == Side.PARTNER and not organisation.is_archived
    return months_later(last_on, organisation.frequency_months()) if is_awaited and last_on else None


def _awaited(user: Viewer) -> OrganisationQuerySet:
    partners = Organisation.objects.all().visible_to(user).current().partners()
    return partners.alias(contact_every=_frequency())


def came(participants: Any, user: Viewer, on: datetime.date) -> Any:
    """Who of these sat at a table that this user may know of, in meetings that took place until that day."""
    return participants.filter(
        readable(Meeting, user, "meeting"),
        meeting__status=MeetingStatus.HELD,
        meeting__archived_at__isnull=True,
        meeting__latest_on__lte=on,
    ).exclude(attendance__in=AWAY)


def _latest(contacts: Any) -> Subquery:
    return Subquery(contacts.order_by().values(all=Value(1)).annotate(day=Max("meeting__latest_on")).values("day"))


def held_that_day(position: str) -> Q:
    """Held on some day of the meeting's span, as far as the dates say; a date that is not recorded excludes nothing."""
    first = Coalesce("meeting__earliest_on", "meeting__latest_on")
    begun = Q(**{f"{position}__held_from__isnull": True}) | Q(
        **{f"{position}__held_from__lte": F("meeting__latest_on")}
    )
    not_over = Q(**{f"{position}__held_until__isnull": True}) | Q(**{f"{position}__held_until__gte": first})
    for precision, start in ((Precision.MONTH, TruncMonth(first)), (Precision.YEAR, TruncYear(first))):
        not_over |= Q(**{f"{position}__held_until_precision": precision, f"{position}__held_until__gte": start})
    return begun & not_over


def _frequency() -> Coalesce:
    """How often contact is due, in months, as `Organisation.frequency_months` says it."""
    by_tier: dict[Any, int] = settings.ENTENTE_CONTACT_FREQUENCY_MONTHS
    whens = [When(tier=tier, then=Value(months)) for tier, months in by_tier.items() if tier]
    of_tier = Case(*whens, default=Value(by_tier[None]), output_field=models.IntegerField())
    return Coalesce("contact_frequency_months", of_tier, output_field=models.IntegerField())


def _met_in_time(user: Viewer, on: datetime.date, *, warned: bool = False) -> Q:
    """Met since their own frequency began to run; asked of each frequency in use at once, not of each organisation.

    When `warned`, met so late that more than the last quarter of it is left.
    """
    by_tier: dict[Any, int] = settings.ENTENTE_CONTACT_FREQUENCY_MONTHS
    own = Organisation.objects.order_by().values_list("contact_frequency_months", flat=True).distinct()
    met = Q(pk__in=[])
    for months in sorted({*by_tier.values(), *filter(None, own)}):
        until = on + warning(months) if warned else on
        met |= Q(contact_every=months, pk__in=Above(_met_since(first_day_reaching(until, months), user, on)))
    return met


def _met_since(first: datetime.date, user: Viewer, on: datetime.date) -> OrganisationQuerySet:
    """Met on that day or later, not counting what hangs below."""
    contacts = came(Participant.objects, user, on).filter(meeting__latest_on__gte=first).order_by()
    through_a_post = contacts.filter(held_that_day("contact__positions"))
    return Organisation.objects.order_by().filter(
        Q(pk__in=contacts.values("organisation"))
        | Q(pk__in=contacts.values("position__organisation"))
        | Q(pk__in=through_a_post.values("contact__positions__organisation"))
    )
