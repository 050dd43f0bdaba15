"""How long the home page and the charts take in the database, with a large ledger and its history.

    python -m bench.figures [--follow-ups 1000000]

Works in the database of the settings, a PostgreSQL one, which must be migrated and empty. Makes the ledger in SQL: ten
years of it, the last of them with a fifth of the work, three lines of history each, a twentieth still open. Prints, per
role, the milliseconds of the home page, of its figures alone and of each chart: the best and the middle of five.
With --statements, also each statement of the home page that takes more than a few.
"""

import argparse
import os
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import Department, User
from bench.search import Clock
from core.actors import SYSTEM
from core.months import months_later
from dashboard.models import counted
from dashboard.views.home import blocks, home
from follow_ups.models import FollowUp
from follow_ups.models.coverage import coverage_by_mission
from follow_ups.models.figures import kept_by_department, open_by_age, promises_by_partner, year_before
from follow_ups.models.weeks import open_by_week
from missions.models import Meeting, Mission
from missions.models.outcome_pace import paces_by_month
from partners.models import Organisation

FEW = 5  # milliseconds
PARTNERS, MEETINGS, DEPARTMENTS, MISSIONS, TIMES = 50_000, 200_000, 12, 2_000, 5
# When number n was recorded: a fifth of the ledger in the last year, the rest in the nine before.
RECORDED = """now() - CASE WHEN n % 5 = 0 THEN (n * 7919::bigint % 31536000) * interval '1 second'
    ELSE interval '1 year' + (n * 7919::bigint % 283824000) * interval '1 second' END"""


def main() -> None:
    """Makes the ledger, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--follow-ups", type=int, default=1_000_000)
    parser.add_argument("--again", action="store_true", help="measure in the ledger that an earlier run made")
    parser.add_argument("--statements", action="store_true", help="print what the home page asks")
    asked = parser.parse_args()
    if FollowUp.objects.exists() and not asked.again:
        parser.error("the database holds follow-ups already; give an empty one")
    if not asked.again:
        started = time.perf_counter()
        fill(asked.follow_ups)
        print(f"{asked.follow_ups} follow-ups made in {time.perf_counter() - started:.0f} s", flush=True)
    for role in ("manager", "staff"):
        user, _is_new = User.objects.get_or_create(username=f"bench-{role}", role=role)
        print(f"\n{role}")
        if asked.statements:
            with connection.execute_wrapper(Statements()):
                home_page(user)
        for name, ask in figures(user).items():
            print(f"  {name:32} {taken(ask)}", flush=True)


def figures(user: User) -> dict[str, Callable[[], Any]]:
    """What the page asks."""
    today = timezone.localdate()
    rows = FollowUp.objects.all().visible_to(user).current()
    meetings, missions = Meeting.objects.all().visible_to(user).current(), Mission.objects.all().visible_to(user)
    held = missions.current().over_between(year_before(today), today).latest_first()[:8]
    first = months_later(today.replace(day=1), -11)
    return {
        "home page": lambda: home_page(user),
        "home page, its figures": lambda: counted(user, chain(*blocks(user, today))),
        "open and late by week": lambda: open_by_week(user, on=today),
        "age of what is open": lambda: open_by_age(rows, on=today),
        "kept by department": lambda: kept_by_department(rows, on=today),
        "promises by partner": lambda: promises_by_partner(rows, on=today, most=8),
        "coverage by mission": lambda: coverage_by_mission(list(held), user),
        "outcomes by month": lambda: paces_by_month(meetings, user, first=first, last=today),
    }


def home_page(user: User) -> HttpResponse:
    """As the view gives it."""
    request = RequestFactory().get("/")
    request.user = user
    return home(request)


class Statements:
    """Prints what takes more than a few milliseconds."""

    def __call__(self, execute: Callable[..., Any], statement: str, *args: Any) -> Any:
        """Runs it."""
        started = time.perf_counter()
        try:
            return execute(statement, *args)
        finally:
            took = (time.perf_counter() - started) * 1000
            if took > FEW:
                print(f"  {took:8.1f} ms  {' '.join(statement.split())[:70]} … {' '.join(statement.split())[-70:]}")


def taken(ask: Callable[[], Any]) -> str:
    """Milliseconds in the database, after a first time that warms it."""
    found = []
    for _number in range(TIMES + 1):
        clock = Clock()
        with connection.execute_wrapper(clock):
            ask()
        found.append(clock.milliseconds)
    found = sorted(found[1:])
    return f"best {found[0]:8.1f}   middle {found[len(found) // 2]:8.1f} ms"


def fill(follow_ups: int) -> None:
    """Rows past the methods, which would take days: copies of one follow-up and one meeting, told apart in SQL."""
    partner = Organisation.objects.create(name="Partner", side="partner", country="FR", by=SYSTEM)
    for number in range(DEPARTMENTS):
        Department.objects.create(name_nl=f"Departement {number}", by=SYSTEM)
    mission = Mission.objects.create(
        title="Mission", status="held", starts_on=timezone.localdate(), ends_on=timezone.localdate(), by=SYSTEM
    )
    meeting = Meeting.objects.create(
        title="Meeting", status="held", outcome="Agreed.", day=timezone.localdate(), by=SYSTEM
    )
    model = FollowUp.objects.create(title="Promise", partner=partner, by=SYSTEM)
    first = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    is_done, day = "n % 20 > 0", "current_date - (n % 3650)"
    closed = f"LEAST({RECORDED} + (n % 150) * interval '1 day', now())"
    missions = {"ends_on": day, "starts_on": day}
    meetings = {
        "day": day,
        "earliest_on": day,
        "latest_on": day,
        "outcome": "CASE WHEN n % 9 = 0 THEN '' ELSE 'Agreed.' END",
        "mission_id": f"CASE WHEN n % 4 = 0 THEN {mission.pk} + n % {MISSIONS} END",
    }
    ledger = {
        "created_at": RECORDED,
        "updated_at": RECORDED,
        "level": "CASE n % 50 WHEN 0 THEN 4 ELSE 1 + n % 3 END",
        "partner_id": f"{partner.pk} + n % {PARTNERS}",
        "department_id": f"{first} + n % {DEPARTMENTS}",
        "direction": "(ARRAY['ours', 'theirs', 'joint', 'internal'])[1 + n % 4]",
        "meeting_id": f"CASE WHEN n % 3 = 0 THEN {meeting.pk} + n % {MEETINGS} END",
        "due_on": f"CASE WHEN n % 6 > 0 THEN ({RECORDED})::date + n % 120 END",
        "closed_at": f"CASE WHEN {is_done} THEN {closed} END",
        "status": f"CASE WHEN {is_done} THEN 'done' ELSE 'open' END",
        "result": f"CASE WHEN {is_done} THEN 'Done.' ELSE '' END",
    }
    still_open = {"closed_at": "NULL", "status": "'open'", "result": "''"}
    halfway = "i.created_at + (COALESCE(i.closed_at, now()) - i.created_at) / 2"
    run(
        copied(Organisation, partner.pk, PARTNERS, {"name": "'Partner ' || n", "sort_key": "'partner ' || n"}),
        copied(Mission, mission.pk, MISSIONS, missions),
        copied(Meeting, meeting.pk, MEETINGS, meetings),
        copied(FollowUp, model.pk, follow_ups, ledger),
        lines(Meeting, "(i.latest_on + i.id::int % 12)::timestamptz", {}),
        lines(FollowUp, "i.created_at", still_open),
        lines(FollowUp, halfway, still_open),
        lines(FollowUp, "COALESCE(i.closed_at, now())", {}),
        "VACUUM ANALYZE",
    )


def run(*statements: str) -> None:
    """One after the other, without the indexes of search, which take longest to fill and are not asked here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
        for statement in statements:
            started = time.perf_counter()
            cursor.execute(statement)
            print(f"  {time.perf_counter() - started:5.0f} s  {statement[:40]}", flush=True)


def copied(model: Any, pk: int, count: int, told_apart: dict[str, str]) -> str:
    """So many copies of a row, with these columns as SQL of their number n."""
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    values = ", ".join(told_apart.get(name, f'i."{name}"') for name in columns)
    into, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    numbers = f"generate_series(1, {count}) n"
    return f"INSERT INTO {into} ({names}) SELECT {values} FROM {into} i, {numbers} WHERE i.id = {pk}"  # noqa: S608 -- own names


def lines(model: Any, moment: str, told_apart: dict[str, str]) -> str:
    """A line of history for each row, with these columns as SQL of the row i."""
    history = model.history.model
    given = {"history_date": moment, "history_type": "'~'", "history_change_reason": "NULL", "history_user_id": "NULL"}
    given |= told_apart
    columns = [field.column for field in history._meta.concrete_fields if field.column != "history_id"]
    values = ", ".join(given.get(name, f'i."{name}"') for name in columns)
    into, names = history._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {into} ({names}) SELECT {values} FROM {model._meta.db_table} i"  # noqa: S608 -- own names


if __name__ == "__main__":
    main()
