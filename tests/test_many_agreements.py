"""1,500 agreements: every list, file and page holds what a plain reckoning over them says, in few queries, for every role."""

import csv
import datetime
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django_countries import countries

from accounts.models import User
from accounts.rights import READING, Role
from agreements.models import Agreement, AgreementStatus
from agreements.views.lists import before_summer
from core.exports import unguard
from core.months import months_later
from tests import factories as make
from tests.admin_pages import admin_url, fields
from tests.factories import days, today
from tests.many_agreements import DEPTH, FAMILY, LONGEST_TITLE, MOST_PARTIES, Many, many_agreements

MOST_QUERIES = 8
UNSIGNED = {"idea", "negotiation", "approved", "withdrawn"}
PHASES = ("in_force", "awaiting", "prepared", "past")


class Reckoning:
    """What one role may read of the many, reckoned row by row; nothing here asks the database."""

    def __init__(self, made: Many, role: Role, on: datetime.date) -> None:
        self.made, self.ceiling, self.on = made, READING[role].ceiling, on
        self.visible = {row.pk: row for row in made.agreements if row.level <= self.ceiling}
        self.current = [row for row in self.visible.values() if row.archived_at is None]

    def in_order(self, rows: Iterable[Agreement]) -> list[int]:
        """As the list shows them."""
        return [row.pk for row in sorted(rows, key=lambda row: (row.sort_key, row.pk))]

    def where(self, holds: Callable[[Agreement], bool]) -> list[int]:
        return self.in_order(row for row in self.current if holds(row))

    @staticmethod
    def first_end(row: Agreement) -> datetime.date | None:
        if row.ends_on is not None:
            return row.ends_on
        if row.term_months and row.effective_on_precision == "day":
            return months_later(row.effective_on, row.term_months)
        return None

    def ends(self, row: Agreement) -> list[datetime.date]:
        """The end of the current term, and before it that of the term that was renewed; one renewal after the other."""
        end, count = self.first_end(row), 0
        if end is None or row.renewal != "tacit":
            return [] if end is None else [end]
        if not row.renewal_months:
            return [end] if end > self.on else []
        origin, months = (row.ends_on, 0) if row.ends_on else (row.effective_on, row.term_months)
        found = [end]
        while found[-1] <= self.on:
            count += 1
            found.append(months_later(origin, months + count * row.renewal_months))
        return [found[-1], *found[-2:-1]]

    def lasts(self, row: Agreement) -> bool:
        if row.status == "signed":
            end = self.first_end(row)
            return end is None or end > self.on or row.renewal == "tacit"
        return row.status in ("terminated", "replaced") and row.ends_on is not None and row.ends_on > self.on

    def has_begun(self, row: Agreement) -> bool:
        return row.effective_on is not None and row.effective.latest <= self.on

    def phase(self, row: Agreement) -> str:
        if self.lasts(row):
            return "in_force" if self.has_begun(row) else "awaiting"
        return "prepared" if row.status in UNSIGNED - {"withdrawn"} else "past"

    def in_force_word(self, row: Agreement) -> str:
        if not self.lasts(row) or (row.effective_on and row.effective.earliest > self.on):
            return "no"
        return "yes" if self.has_begun(row) else "unknown"

    def has_text(self, row: Agreement) -> bool:
        return any(role == "text" and one.level <= self.ceiling for one, role in self.made.documents[row.pk])

    def is_idle(self, row: Agreement) -> bool:
        """Everything about the many was written today."""
        seen = [one for one in self.made.follow_ups[row.pk] if one.level <= self.ceiling]
        return self.phase(row) == "in_force" and not seen

    def asks_for_a_decision(self, row: Agreement) -> bool:
        if row.status != "signed" or row.notice_months is None or row.is_indefinite:
            return False
        deadlines = [months_later(end, -row.notice_months) for end in self.ends(row)]
        return any(self.on <= day <= self.on + days(90) for day in deadlines)

    def ready_views(self) -> dict[str, list[int]]:
        """What each of the list's own views holds."""
        summer, half_a_year = before_summer(self.on), months_later(self.on, 6)

        def evaluated_by(day: datetime.date) -> list[int]:
            return self.where(lambda row: row.evaluate_on is not None and row.evaluate_on <= day)

        def renews(row: Agreement) -> bool:
            ends = self.ends(row)
            return row.status == "signed" and row.renewal == "tacit" and bool(ends) and ends[0] <= half_a_year

        return {
            "": self.where(lambda row: True),
            "running=1": self.where(self.lasts),
            f"in_force_on={self.on}": self.where(lambda row: self.phase(row) == "in_force"),
            f"evaluate_to={summer}": evaluated_by(summer),
            f"evaluate_to={half_a_year}": evaluated_by(half_a_year),
            f"renews_to={half_a_year}": self.where(renews),
            "to_decide=1": self.where(self.asks_for_a_decision),
            "awaiting_effect=1": self.where(lambda row: row.status == "signed" and not self.has_begun(row)),
            "idle=1": self.where(self.is_idle),
            "without_lead=1": self.where(lambda row: row.lead_department is None),
            "without_evaluation=1": self.where(lambda row: row.evaluate_on is None),
            "without_text=1": self.where(lambda row: not self.has_text(row)),
            "ready_to_sign=1": self.where(lambda row: row.status in ("negotiation", "approved")),
            "archived=1": self.in_order(self.visible.values()),
            **{f"phase={phase}": self.where(lambda row, phase=phase: self.phase(row) == phase) for phase in PHASES},
        }

    def parties(self, row: Agreement) -> list[Any]:
        return [body for body, role in self.made.parties[row.pk] if role == "party"]

    def country(self, row: Agreement) -> str:
        found = {str(body.country) for body in self.parties(row) if body.side != "own" and body.country}
        if len(found) == 1:
            return str(countries.name(found.pop()))
        own = "Within our own country" if row.scope == "domestic" else "Country not recorded"
        return "More than one country" if found else own

    @cached_property
    def edges(self) -> dict[int, set[int]]:
        """Which texts this role sees connected with each."""
        found: dict[int, set[int]] = defaultdict(set)
        for one in self.visible.values():
            for other in (one.parent_id, one.replaced_by_id):
                if other in self.visible:
                    found[one.pk].add(other), found[other].add(one.pk)
        return found

    def family(self, row: Agreement) -> set[int]:
        """Whoever is reached over the texts this role may read."""
        reached, waiting = set(), [row.pk]
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting += self.edges[here]
        return reached

    def on_register(self) -> dict[int, Agreement]:
        rows = (row for row in self.current if row.level == 1 and row.status not in UNSIGNED)
        return {row.pk: row for row in rows}


class Asked(TestCase):
    """Pages of the many, each asked in few queries."""

    made: ClassVar[Many]
    users: ClassVar[dict[Role, User]]

    @classmethod
    def make_many(cls, count: int) -> None:
        cls.made = many_agreements(count)
        cls.users = {role: make.user(role, language="en") for role in Role}
        if connection.vendor == "postgresql":  # A server does so by itself once the rows are there.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def setUp(self) -> None:
        self.reckoning = {role: Reckoning(self.made, role, today()) for role in Role}

    def get(self, path: str, role: Role) -> Any:
        """The answer, whole; a list is asked twice, for it notes its filter the first time."""
        self.client.force_login(self.users[role])
        if path.startswith("/agreements/?"):
            self.client.get(path)
        with CaptureQueriesContext(connection) as captured:
            response = self.client.get(path)
            response.whole = b"".join(response).decode()
        self.assertEqual(response.status_code, 200, path)
        self.assertLessEqual(len(captured), MOST_QUERIES, f"{path} as {role}: {[one['sql'][:90] for one in captured]}")
        return response

    def check_list(self, role: Role) -> None:
        for query, expected in self.reckoning[role].ready_views().items():
            page = self.get(f"/agreements/?{query}", role)
            self.assertIn(f'id="result-count" data-count="{len(expected)}"', page.whole, query)
            self.assertEqual([row.pk for row in page.context["rows"]], expected[:50], query)

    def check_overview(self, role: Role) -> None:
        reckoning, expected = self.reckoning[role], defaultdict(list)
        with translation.override("en"):
            for pk in reckoning.where(lambda row: True):
                expected[reckoning.country(reckoning.visible[pk])].append(pk)
        page = self.get("/agreements/overview/", role)
        shown = {group.label: group.rows for group in page.context["rows"]}
        self.assertEqual({label: [row.pk for row in rows] for label, rows in shown.items()}, dict(expected))
        for row in (row for rows in shown.values() for row in rows):
            named = [body.name for body in reckoning.parties(row)]
            said = (row.parties_in_short.names, row.parties_in_short.others) if row.parties_in_short else ([], 0)
            self.assertEqual(said, (named[:5], max(len(named) - 5, 0)))
        self.assertIn(f"and {MOST_PARTIES - 5} others", page.whole)

    def check_family(self, role: Role, *texts: Agreement) -> None:
        reckoning = self.reckoning[role]
        for text in (text for text in texts if text.pk in reckoning.visible):
            members = self.get(f"/agreements/{text.pk}/family/", role).context["members"]
            shown = [member.text.pk for member in members]
            self.assertEqual(len(shown), len(set(shown)))
            self.assertEqual(set(shown), reckoning.family(text))
            above: list[Any] = []  # Each stands right below the one it belongs to.
            for member in members:
                above = above[: member.depth]
                parent = member.text.parent_id
                self.assertEqual(above[-1:], [parent] if parent in reckoning.visible else [])
                above.append(member.text.pk)

    def check_party(self, role: Role) -> None:
        reckoning, below = self.reckoning[role], self.made.below
        mine = [row for row in reckoning.current if below & {body.pk for body in reckoning.parties(row)}]
        for section in self.get(f"/organisations/{self.made.region.pk}/agreements/", role).context["sections"]:
            rows = [row for row in mine if reckoning.phase(row) == section.phase]
            self.assertEqual(section.count, len(rows))
            self.assertEqual([row.pk for row in section.rows], reckoning.in_order(rows)[:100])
            for row in section.rows:
                seen = [one for one in self.made.follow_ups[row.pk] if one.level <= reckoning.ceiling]
                waiting = [one.direction for one in seen if one.status == "open"]
                counted = (row.count_ours, row.count_theirs, row.count_joint)
                self.assertEqual(counted, tuple(waiting.count(way) for way in ("ours", "theirs", "joint")))
                bodies = sorted(body.name for body in reckoning.parties(row) if body.pk in below)
                through = None if self.made.region.name in bodies else bodies
                self.assertEqual(row.through and sorted(row.through.split("; ")), through)

    def check_csv(self, role: Role) -> None:
        reckoning = self.reckoning[role]
        text = self.get("/agreements/export.csv?format=plain", role).whole
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([int(row["id"]) for row in rows], reckoning.where(lambda row: True))
        for row in rows:
            known = reckoning.visible[int(row["id"])]
            self.assertEqual(unguard(row["title"]), known.title)
            self.assertEqual(row["signed_on"], known.signed_on.isoformat() if known.signed_on else "")
            self.assertEqual(row["effective_on_precision"], known.effective_on_precision)
            self.assertEqual(
                sorted(filter(None, row["parties"].split("; "))), sorted(body.name for body in reckoning.parties(known))
            )

    def check_register(self, role: Role) -> None:
        reckoning = self.reckoning[role]
        expected = reckoning.on_register()
        file = json.loads(self.get("/agreements/register.json", role).whole)
        rows = list(csv.DictReader(io.StringIO(self.get("/agreements/register.csv", role).whole)))
        self.assertEqual([row["id"] for row in file["rows"]], reckoning.in_order(expected.values()))
        self.assertEqual([int(row["id"]) for row in rows], [row["id"] for row in file["rows"]])
        self.assertEqual(file["count"], len(expected))
        for row, line in zip(file["rows"], rows, strict=True):
            known = expected[row["id"]]
            links = [one.link for one, _role in self.made.documents[known.pk] if one.level == 1 and one.link]
            said = {
                "title": known.title,
                "kind": known.kind or None,
                "in_force": reckoning.in_force_word(known),
                "signed_on": known.signed_on.isoformat() if known.signed_on else None,
                "signed_on_precision": known.signed_on_precision or None,
                "effective_on": known.effective_on.isoformat() if known.effective_on else None,
                "term_months": known.term_months,
                "is_indefinite": known.is_indefinite,
                "belongs_to": known.parent_id if known.parent_id in expected else None,
                "replaced_by": known.replaced_by_id if known.replaced_by_id in expected else None,
                "lead_department_nl": known.lead_department and known.lead_department.name_nl,
                "parties": sorted(body.name for body in reckoning.parties(known)),
                "documents": links,
            }
            row["parties"].sort()
            self.assertEqual({key: row[key] for key in said}, said)
            self.assertEqual((unguard(line["title"]), line["in_force"]), (known.title, said["in_force"]))
            self.assertEqual(sorted(filter(None, line["parties"].split("; "))), said["parties"])
        counts = self.get("/agreements/register/", role).context["counts"]
        self.assertEqual(counts["on_register"], len(expected))
        self.assertEqual(sum(counts.values()), len(reckoning.visible))


@pytest.mark.once
class SomeHundredAgreements(Asked):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.make_many(420)

    def test_are_listed_exported_and_told_as_reckoned(self) -> None:
        self.check_list(Role.READER)
        self.check_overview(Role.READER)
        self.check_party(Role.STAFF)
        self.check_csv(Role.STAFF)
        self.check_register(Role.STAFF)
        self.check_family(Role.READER, self.made.head, self.made.deepest)


@pytest.mark.long
class FifteenHundredAgreements(Asked):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.make_many(1500)

    def test_are_as_hard_as_a_real_register(self) -> None:
        rows, made = self.made.agreements, self.made
        self.assertEqual(len(rows), 1500)
        self.assertGreater(max(len(row.title) for row in rows), LONGEST_TITLE - 30)
        self.assertEqual(len(made.parties[made.everyone.pk]), MOST_PARTIES)
        self.assertEqual((made.oldest.signed_on.year, made.oldest.effective_on.year), (1703, 1703))
        early = [
            row for row in rows if row.signed_on and row.effective_on and row.effective.latest < row.signed.earliest
        ]
        self.assertGreater(len(early), 100)
        self.assertGreater(sum(row.signed_on is None and row.effective_on is None for row in rows), 50)
        manager = self.reckoning[Role.MANAGER]
        self.assertEqual(len(manager.family(made.head)), FAMILY)
        self.assertGreaterEqual(len(manager.family(made.deepest)), DEPTH)
        self.assertEqual({row.status for row in rows}, set(AgreementStatus.values))
        self.assertGreater(max(len(manager.ready_views()[f"phase={phase}"]) for phase in PHASES), 300)

    def test_fill_the_list_and_each_of_its_views_as_reckoned(self) -> None:
        for role in Role:
            self.check_list(role)

    def test_fill_the_overview_as_reckoned(self) -> None:
        for role in Role:
            self.check_overview(role)

    def test_are_exported_as_reckoned(self) -> None:
        for role in (Role.STAFF, Role.MANAGER, Role.ADMINISTRATOR):
            self.check_csv(role)

    def test_make_the_same_register_whoever_exports_it(self) -> None:
        for role in (Role.STAFF, Role.MANAGER, Role.ADMINISTRATOR):
            self.check_register(role)

    def test_make_families_as_reckoned(self) -> None:
        some = self.made.agreements[::97]
        for role in Role:
            self.check_family(role, self.made.head, self.made.deepest, self.made.everyone, *some)

    def test_bind_a_party_as_reckoned(self) -> None:
        for role in Role:
            self.check_party(role)

    def test_each_have_a_page(self) -> None:
        for row in (self.made.everyone, self.made.oldest, self.made.head, self.made.deepest):
            self.client.force_login(self.users[Role.READER])
            self.assertContains(self.client.get(f"/agreements/{row.pk}/"), row.title[:4])


class InForceBeforeSignature(TestCase):
    """212 of 4,116 treaties of one register are: it is said, and saved all the same."""

    EARLY: ClassVar[dict[str, Any]] = {
        "signed_on": datetime.date(2020, 6, 1),
        "effective_on": datetime.date(2020, 1, 1),
        "signed_on_precision": "day",
        "effective_on_precision": "day",
    }

    def test_is_saved_by_the_model(self) -> None:
        agreement = make.agreement("Canals", status="signed", **self.EARLY)
        agreement.full_clean()
        self.assertLess(Agreement.objects.get(pk=agreement.pk).effective_on, agreement.signed_on)

    def test_is_saved_by_the_form_of_the_administration(self) -> None:
        agreement = make.agreement("Canals", status="signed")
        self.client.force_login(make.user(Role.MANAGER))
        page = self.client.get(admin_url(agreement))
        sent = fields(page, signed_on="01/06/2020", effective_on="27/12/1703")
        self.assertEqual(self.client.post(admin_url(agreement), sent).status_code, 302)
        agreement.refresh_from_db()
        self.assertEqual(
            (agreement.signed_on, agreement.effective_on), (datetime.date(2020, 6, 1), datetime.date(1703, 12, 27))
        )
