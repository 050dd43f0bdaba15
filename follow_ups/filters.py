"""The filters of the follow-up list: a contract with scripts and bookmarks."""

import datetime
import functools
import operator
from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import NullIf
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Department, User
from agreements.models import Agreement
from core.days import FIRST
from core.filters import Country, Day, Filters, Flag, LastDays, Records, Words, pks
from core.languages import localised
from follow_ups.models import FollowUp, FollowUpDirection, FollowUpKind, FollowUpStatus, Priority
from follow_ups.models.follow_up import in_time, too_late
from follow_ups.models.follow_up_update import moved_often
from follow_ups.models.kept import counted_on
from missions.models import Meeting, Mission
from partners.models import Contact, Organisation, Theme, countries_on_record


def with_partner(rows: Any, partners: list[Organisation], filters: Filters) -> Any:
    """The partner itself; with `include_children=1` also what hangs below it."""
    return rows.with_partner(*pks(partners), include_children=filters.form.cleaned_data["include_children"])


def department_name(filters: Filters) -> NullIf:
    """In the language of who reads; a follow-up without department comes last."""
    return NullIf(localised("department__name"), Value(""))


def without(rows: Any, words: list[str], filters: Filters) -> Any:
    """Those that lack every one of these, as far as the reader sees what they refer to."""
    for word in words:
        match word:
            case "mission":
                rows = rows.without_mission(user=filters.user)
            case "country":
                rows = rows.without_country(user=filters.user)
            case _:
                rows = rows.filter(**{f"{word}__isnull": True})
    return rows


def done(rows: Any, words: list[str]) -> Any:
    """Those that were done in one of these ways."""
    asked = {"in_time": in_time(), "late": too_late()}
    return rows.filter(functools.reduce(operator.or_, (asked[word] for word in words)))


class PastDay(Day):
    """`on=2024-10-25`: a day that is over."""

    @property
    def field(self) -> Any:
        field = super().field
        field.validators = [not_to_come]
        return field


def not_to_come(day: datetime.date) -> None:
    """Raises ValidationError for a day after today."""
    if day > timezone.localdate():
        raise ValidationError(_("This day has yet to come."), code="to_come")


class UnchangedDays(LastDays):
    """`unchanged_days=30`."""

    def words(self, value: Any) -> Iterable[tuple[str, str | None]]:
        yield ngettext("no change for %(count)s day", "no change for %(count)s days", value) % {"count": value}, None


class FollowUpFilters(Filters):
    """Every filter of the contract, combinable."""

    orderings = {
        "title": ("sort_key",),
        "partner": ("partner__sort_key",),
        "owner": ("owner__last_name", "owner__first_name"),
        "department": (department_name, "due_on"),
        "due": ("due_on",),
        "status": ("status",),
        "priority": ("priority",),
        "updated": ("updated_at",),
        "recorded": ("created_at",),
        "level": ("level",),
    }

    overdue = Flag(_("Late"), lambda rows, on, filters: rows.overdue(on=filters.today))
    mine = Flag(_("Mine"), lambda rows, on, filters: rows.owned_by(filters.user))
    unassigned = Flag(_("Without owner"), lambda rows, on, filters: rows.unassigned())
    undated = Flag(_("Without due date"), lambda rows, on, filters: rows.undated())
    this_week = Flag(_("This week"), lambda rows, on, filters: rows.due_this_week(on=filters.today))
    moved = Flag(_("Moved twice or more"), lambda rows, on, filters: moved_often(rows))
    status = Words(
        _("Status"), lambda rows, words, filters: rows.filter(status__in=words), choices=FollowUpStatus.choices
    )
    direction = Words(
        _("Direction"), lambda rows, words, filters: rows.filter(direction__in=words), choices=FollowUpDirection.choices
    )
    kind = Words(_("Kind"), lambda rows, words, filters: rows.filter(kind__in=words), choices=FollowUpKind.choices)
    priority = Words(
        _("Priority"), lambda rows, words, filters: rows.filter(priority__in=words), choices=Priority.choices
    )
    partner = Records(
        _("Partner"),
        with_partner,
        rows=lambda user: Organisation.objects.all().visible_to(user),
        url_name="organisation-options",
    )
    include_children = Flag(_("with its sub-organisations"), lambda rows, on, filters: rows)
    contact = Records(
        _("Contact"),
        lambda rows, contacts, filters: rows.filter(contact__in=pks(contacts)),
        rows=lambda user: Contact.objects.all().visible_to(user),
        url_name="contact-options",
    )
    owner = Records(
        _("Owner"),
        lambda rows, owners, filters: rows.filter(owner__in=pks(owners)),
        rows=lambda user: User.objects.all().visible_to(user),
        url_name="colleague-options",
    )
    department = Records(
        _("Department"),
        lambda rows, departments, filters: rows.filter(department__in=pks(departments)),
        rows=lambda user: Department.objects.all().visible_to(user),
    )
    country = Country(lambda rows, codes, filters: rows.in_country(*codes, user=filters.user), countries_on_record)
    theme = Records(
        _("Theme"),
        lambda rows, themes, filters: rows.about_themes(*pks(themes)),
        rows=lambda user: Theme.objects.all().visible_to(user),
    )
    mission = Records(
        _("Mission"),
        lambda rows, missions, filters: rows.filter(mission__in=pks(missions)),
        rows=lambda user: Mission.objects.all().visible_to(user),
        url_name="mission-options",
    )
    meeting = Records(
        _("Meeting"),
        lambda rows, meetings, filters: rows.filter(meeting__in=pks(meetings)),
        rows=lambda user: Meeting.objects.all().visible_to(user),
        url_name="meeting-options",
    )
    agreement = Records(
        _("Agreement"),
        lambda rows, agreements, filters: rows.filter(agreement__in=pks(agreements)),
        rows=lambda user: Agreement.objects.all().visible_to(user),
        url_name="agreement-options",
    )
    without = Words(
        _("What is missing"),
        lambda rows, words, filters: without(rows, words, filters),
        choices=[
            ("partner", _("Without partner")),
            ("owner", _("Without owner")),
            ("department", _("Without department")),
            ("mission", _("Without mission")),
            ("country", _("Without country")),
        ],
    )
    recorded_from = Day(_("recorded from"), lambda rows, day, filters: rows.recorded_from(day))
    recorded_to = Day(_("recorded until"), lambda rows, day, filters: rows.recorded_until(day))
    closed_from = Day(_("closed from"), lambda rows, day, filters: rows.closed_from(day))
    closed_to = Day(_("closed until"), lambda rows, day, filters: rows.closed_until(day))
    done = Words(
        _("Done"),
        lambda rows, words, filters: done(rows, words),
        choices=[("in_time", _("Done in time")), ("late", _("Done late"))],
    )
    on = PastDay(_("as it stood on"), lambda rows, day, filters: rows)
    due_from = Day(_("due from"), lambda rows, day, filters: rows.filter(due_on__gte=day))
    due_to = Day(_("due until"), lambda rows, day, filters: rows.filter(due_on__lte=day))
    unchanged_days = UnchangedDays(
        _("Number of days without change"), lambda rows, day, filters: rows.unchanged_since(day)
    )
    counted_on = Day(_("Promise kept or not, as of"), lambda rows, day, filters: counted_on(rows, day))

    class Meta:
        model = FollowUp
        fields: list[str] = []


class CabinetFilters(FollowUpFilters):
    """The same, of what a cabinet meeting goes through; `since` is the day of the one before."""

    since = Day(_("closed since"), lambda rows, day, filters: rows)
    on = None  # type: ignore[assignment]  # So a filter is taken away: this table is about today.

    @cached_property
    def last_time(self) -> datetime.date:
        """The day of the meeting before: a week ago unless said otherwise; any day may be asked."""
        asked = None if self.problems else self.form.cleaned_data["since"]
        return max(FIRST, cast(datetime.date, asked or self.today - datetime.timedelta(days=7)))

    @cached_property
    def rows(self) -> Any:
        """Late, closed since, without owner or date."""
        return super().rows.for_cabinet(on=self.today, since=self.last_time)
