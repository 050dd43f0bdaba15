"""The filters of the mission and meeting lists."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.filters import Country, Day, Filters, Flag, LastDays, Records, Words, Year, pks
from follow_ups.models import coverage
from missions.exports import seen_mission
from missions.models import (
    Direction,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Mission,
    MissionKind,
    MissionStatus,
    Strand,
    outcome_pace,
)
from missions.models.contact_moments import participants_for
from missions.models.last_contact import came
from missions.models.readiness import unready
from partners.models import Contact, Organisation, Place, Theme, countries_on_record


def with_organisation(rows: Any, organisations: list[Organisation], filters: Filters) -> Any:
    """With somebody there for the organisation itself; with `include_children=1` also for what hangs below it.

    With `met_until` too, who was excused or absent was not met.
    """
    asked: Any = pks(organisations)
    if filters.form.cleaned_data["include_children"]:
        asked = Organisation.objects.all().with_descendants(*asked).values("pk")
    met_until = filters.form.cleaned_data["met_until"]
    there = participants_for(asked)
    there = came(there, filters.user, met_until) if met_until else there
    return rows.filter(pk__in=there.values("meeting"))


class MissionFilters(Filters):
    """What people ask about missions."""

    orderings = {
        "title": ("sort_key",),
        "dates": ("starts_on", "ends_on"),
        "status": ("status",),
        "lead": ("lead__sort_key",),
        "level": ("level",),
    }

    coming = Flag(_("Coming"), lambda rows, on, filters: rows.coming(on=filters.today))
    unready = Flag(_("Not ready to leave"), lambda rows, on, filters: unready(rows, filters.user, on=filters.today))
    report_late = Flag(_("Report late"), lambda rows, on, filters: rows.report_late(on=filters.today))
    year = Year(_("Year"), lambda rows, year, filters: rows.in_year(year))
    status = Words(
        _("Status"), lambda rows, words, filters: rows.filter(status__in=words), choices=MissionStatus.choices
    )
    direction = Words(
        _("Direction"), lambda rows, words, filters: rows.filter(direction__in=words), choices=Direction.choices
    )
    kind = Words(_("Kind"), lambda rows, words, filters: rows.filter(kind__in=words), choices=MissionKind.choices)
    country = Country(lambda rows, codes, filters: rows.in_country(*codes), countries_on_record)
    place = Records(
        _("Place"),
        lambda rows, places, filters: rows.stopping_at(*pks(places)),
        rows=lambda user: Place.objects.all().visible_to(user),
        url_name="place-options",
    )
    theme = Records(
        _("Theme"),
        lambda rows, themes, filters: rows.having(themes__in=pks(themes)),
        rows=lambda user: Theme.objects.all().visible_to(user),
    )

    class Meta:
        model = Mission
        fields: list[str] = []


class MeetingFilters(Filters):
    """What people ask about meetings."""

    orderings = {
        "title": ("sort_key",),
        "day": ("latest_on", "starts_at"),
        "mission": (lambda filters: seen_mission("sort_key", filters.user),),
        "status": ("status",),
        "level": ("level",),
    }

    without_outcome = Flag(_("Took place, without outcome"), lambda rows, on, filters: rows.without_outcome())
    with_outcome = Flag(_("With an outcome"), lambda rows, on, filters: rows.with_outcome())
    with_follow_up = Flag(_("With a follow-up"), lambda rows, on, filters: coverage.with_follow_up(rows, filters.user))
    no_follow_up_needed = Flag(
        _("No follow-up needed"), lambda rows, on, filters: coverage.needing_none(rows, filters.user)
    )
    undecided = Flag(_("Follow-up undecided"), lambda rows, on, filters: coverage.undecided(rows, filters.user))
    undated = Flag(_("Day not recorded"), lambda rows, on, filters: rows.undated())
    year = Year(_("Year"), lambda rows, year, filters: rows.in_year(year))
    last_days = LastDays(
        _("Number of days back"),
        lambda rows, first, filters: rows.from_day(first).until_day(filters.today),
    )
    day_from = Day(_("From"), lambda rows, day, filters: rows.from_day(day))
    day_to = Day(_("Until"), lambda rows, day, filters: rows.until_day(day))
    met_until = Day(_("Took place until"), lambda rows, day, filters: rows.held().filter(latest_on__lte=day))
    met_from = Day(_("Took place from"), lambda rows, day, filters: rows.held().filter(latest_on__gte=day))
    outcome = Words(
        _("Outcome"),
        lambda rows, words, filters: outcome_pace.recorded(rows, words, filters.user),
        choices=outcome_pace.Pace.choices,
    )
    status = Words(
        _("Status"), lambda rows, words, filters: rows.filter(status__in=words), choices=MeetingStatus.choices
    )
    strand = Words(_("Strand"), lambda rows, words, filters: rows.filter(strand__in=words), choices=Strand.choices)
    kind = Words(_("Kind"), lambda rows, words, filters: rows.filter(kind__in=words), choices=MeetingKind.choices)
    mission = Records(
        _("Mission"),
        lambda rows, missions, filters: rows.filter(mission__in=pks(missions)),
        rows=lambda user: Mission.objects.all().visible_to(user),
        url_name="mission-options",
    )
    organisation = Records(
        _("Organisation"),
        with_organisation,
        rows=lambda user: Organisation.objects.all().visible_to(user),
        url_name="organisation-options",
    )
    include_children = Flag(_("with its sub-organisations"), lambda rows, on, filters: rows)
    contact = Records(
        _("Contact"),
        lambda rows, contacts, filters: rows.with_contact(*pks(contacts)),
        rows=lambda user: Contact.objects.all().visible_to(user),
        url_name="contact-options",
    )
    country = Country(lambda rows, codes, filters: rows.in_country(*codes, user=filters.user), countries_on_record)
    place = Records(
        _("Place"),
        lambda rows, places, filters: rows.at_place(*pks(places)),
        rows=lambda user: Place.objects.all().visible_to(user),
        url_name="place-options",
    )

    class Meta:
        model = Meeting
        fields: list[str] = []
