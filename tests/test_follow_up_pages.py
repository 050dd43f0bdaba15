"""The follow-up pages: every filter, one queryset in three renderings, and what people do from the list."""

import csv
import datetime
import io
import re

import time_machine
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.rights import Role
from core.exports import PLAIN, Reading, write_csv
from core.models import ExportRecord
from follow_ups.exports import FOLLOW_UPS
from follow_ups.filters import FollowUpFilters
from follow_ups.models import FollowUp
from tests import factories
from tests.factories import days, today


def rows_on_page(content: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-row="follow-up:(\d+)"', content)]


def count_on_page(content: str) -> int:
    return int(re.search(r'id="result-count" data-count="(\d+)"', content)[1])


def main_of(content: str, pk: int) -> str:
    """What stands on the page, the number asked for taken out."""
    return re.sub(rf"(?<!\d){pk}(?!\d)", "N", re.search(r"<main(?s:.*)</main>", content)[0])


def plain(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8"))))


class World(TestCase):
    """Twenty follow-ups that differ in everything a filter can ask."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF, first_name="Sam", last_name="Staf")
        cls.manager = factories.user(Role.MANAGER)
        cls.reader = factories.user(Role.READER)
        cls.unit, cls.agency = factories.department("Eenheid"), factories.department("Agentschap")
        cls.theme = factories.theme()
        cls.region = factories.organisation("Région Hauts-de-France", country="FR")
        cls.port = factories.organisation("Port de Dunkerque", parent=cls.region, country="FR")
        cls.institute = factories.organisation("Institut", country="DE")
        cls.person = factories.contact("Decoster", given_name="François")
        cls.mission = factories.mission("Missie")
        cls.meeting = factories.meeting("Ontmoeting", mission=cls.mission, stop=factories.stop(cls.mission))
        cls.agreement = factories.agreement("MoU")
        partners = [cls.region, cls.port, cls.institute, None]
        for i in range(20):
            follow_up = factories.follow_up(
                f"Belofte {i:02}",
                partner=partners[i % 4],
                meeting=cls.meeting if i % 4 == 3 else None,
                agreement=cls.agreement if i % 5 == 0 else None,
                contact=cls.person if i % 3 == 0 else None,
                direction=["ours", "theirs", "joint", "internal"][i % 4],
                kind=["commitment", "task", "letter"][i % 3],
                priority=1 + i % 3,
                status=["open", "in_progress", "waiting", "dropped"][i % 4] if i % 7 else "open",
                owner=[cls.staff, None, cls.manager][i % 3],
                department=[cls.unit, cls.agency, None][i % 3],
                due_on=[today() - days(3), today(), today() + days(9), None][(i // 2) % 4],
                level=1 + i % 2,
            )
            if i % 2:
                follow_up.themes.add(cls.theme)
        cls.hidden = factories.follow_up("VERBORGEN", partner=cls.region, level=4, due_on=today() - days(1))
        cls.archived = factories.follow_up("OUD", partner=cls.region)
        cls.archived.archive("double", by=cls.manager)

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def page(self, query: str = ""):
        return self.client.get(f"/follow-ups/{query}")

    def all_rows(self, query: str) -> list[int]:
        """The rows of every page."""
        found, number = [], 1
        while True:
            content = self.page(f"{query}{'&' if query else '?'}page={number}").content.decode()
            found += rows_on_page(content)
            if 'rel="next"' not in content:
                return found
            number += 1


COMBINATIONS = (
    "",
    "?overdue=1&direction=ours",
    "?status=open&status=waiting&department={unit}",
    "?partner={region}",
    "?partner={region}&include_children=1&o=-due",
    "?country=FR&direction=theirs",
    "?owner={staff}&o=title",
    "?mine=1&undated=1",
    "?unassigned=1&priority=1",
    "?mission={mission}&o=-title",
    "?agreement={agreement}&kind=letter&kind=task",
    "?contact={person}&theme={theme}",
    "?due_from={yesterday}&due_to={tomorrow}",
    "?q=hauts+FRANCE&o=partner",
    "?archived=1&partner={region}&o=updated",
    "?meeting={meeting}&status=dropped",
)


class TheListItsCsvAndItsCount(World):
    def query(self, pattern: str) -> str:
        records = ("unit", "region", "staff", "mission", "agreement", "person", "theme", "meeting")
        values = {name: getattr(self, name).pk for name in records}
        return pattern.format(**values, yesterday=today() - days(4), tomorrow=today() + days(1))

    def test_agree_for_every_combination_of_filters(self) -> None:
        for pattern in COMBINATIONS:
            query = self.query(pattern)
            with self.subTest(query=query):
                shown = self.all_rows(query)
                count = count_on_page(self.page(query).content.decode())
                extra = "&" if query else "?"
                plain_rows = plain(self.client.get(f"/follow-ups/export.csv{query}{extra}format=plain"))
                excel = b"".join(self.client.get(f"/follow-ups/export.csv{query}").streaming_content).decode(
                    "utf-8-sig"
                )
                excel_rows = list(csv.reader(io.StringIO(excel), delimiter=";"))[1:]
                self.assertEqual(count, len(shown))
                self.assertEqual([int(row["id"]) for row in plain_rows], shown)
                self.assertEqual([int(row[0]) for row in excel_rows], shown)

    def test_find_something_in_most_combinations(self) -> None:
        found = [len(self.all_rows(self.query(pattern))) for pattern in COMBINATIONS]
        self.assertGreaterEqual(sum(1 for count in found if 0 < count < 21), 13, found)

    def test_leave_out_what_is_hidden_or_archived(self) -> None:
        content = self.page("?partner=" + str(self.region.pk)).content.decode()
        self.assertNotIn("VERBORGEN", content)
        self.assertNotIn("OUD", content)
        self.assertIn("OUD", self.page(f"?archived=1&partner={self.region.pk}").content.decode())
        self.client.force_login(self.manager)
        self.assertIn("VERBORGEN", self.page(f"?partner={self.region.pk}").content.decode())

    def test_say_the_filter_in_words_that_can_be_taken_away(self) -> None:
        content = self.client.get(
            f"/follow-ups/?overdue=1&direction=ours&partner={self.region.pk}", headers={"accept-language": "en"}
        ).content.decode()
        chips = re.findall(r'class="chip" href="([^"]+)">.*?</span> (.*?) <svg', content)
        self.assertEqual([label for _url, label in chips], ["Late", "ours", "Région Hauts-de-France"])
        self.assertEqual(chips[1][0], f"?overdue=1&amp;partner={self.region.pk}")

    def test_ask_at_most_eight_queries_whatever_the_rows(self) -> None:
        for query in ("", f"?partner={self.region.pk}"):
            self.page(query)  # What was asked is noted once that page was sent.
            with self.subTest(query=query), self.assertNumQueries(8 if query else 7):
                self.page(query)

    def test_ask_no_query_more_for_what_the_form_lists_anyway(self) -> None:
        query = f"?theme={self.theme.pk}&department={self.unit.pk}&country=FR&contact={self.person.pk}"
        self.page(query)
        with self.assertNumQueries(8):
            self.page(query)

    def test_ask_one_query_for_all_the_records_in_the_address(self) -> None:
        named = {"partner": self.region, "contact": self.person, "mission": self.mission, "owner": self.staff}
        named |= {"meeting": self.meeting, "agreement": self.agreement}
        query = "&".join(f"{name}={record.pk}" for name, record in named.items())
        self.page(f"?{query}")
        with self.assertNumQueries(7):  # Nothing is found, so nothing is fetched.
            page = self.page(f"?{query}")
        self.assertEqual(
            [chip.label for chip in page.context["chips"]],
            [str(named[name]) for name in FollowUpFilters.base_filters if name in named],
        )
        query = f"?partner={self.region.pk}&partner={self.port.pk}&owner={self.staff.pk}&owner={self.manager.pk}"
        self.page(query)
        with self.assertNumQueries(8):
            self.page(query)

    def test_ask_as_many_queries_for_one_row_as_for_three(self) -> None:
        for count in (1, 3):
            ids = FollowUp.objects.all().visible_to(self.staff).current().order_by("pk")[:count]
            title = "+".join(["Belofte"] if count == 3 else [ids[0].title.replace(" ", "+")])
            self.page(f"?q={title}")
            with self.subTest(rows=count), self.assertNumQueries(7):
                self.page(f"?q={title}")


class WhatIsLate(World):
    """Who asks for it hears of reports too: they are no follow-ups."""

    def late_reports(self, query: str) -> list[str]:
        """Where the page sends who looks for reports that are late."""
        content = self.page(query).content.decode()
        return [link.replace("&amp;", "&") for link in re.findall(r'href="(/missions/\?[^"]*)"', content)]

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        past = today() - days(90)
        for title, country, level in (("Missie", "FR", 2), ("Reis", "IT", 2), ("GEHEIM", "FR", 4)):
            mission = factories.mission(title, starts_on=past, ends_on=past, status="held", level=level)
            factories.stop(mission, factories.place(f"Stad van {title}", country=country))

    def test_counts_the_reports_in_the_same_countries_that_the_reader_may_see(self) -> None:
        for query, expected, count in (
            ("?overdue=1", "/missions/?report_late=1", 2),
            ("?overdue=1&country=FR", "/missions/?report_late=1&country=FR", 1),
            ("?overdue=1&country=FR&country=IT&o=department", "/missions/?report_late=1&country=FR&country=IT", 2),
        ):
            with self.subTest(query):
                self.assertEqual(self.late_reports(query), [expected])
                self.assertEqual(count_on_page(self.client.get(expected).content.decode()), count)
                self.assertEqual(self.page(query).context["late_reports"]["count"], count)

    def test_says_nothing_of_reports_when_that_is_not_the_question(self) -> None:
        for query in ("", "?country=FR", f"?overdue=1&partner={self.region.pk}", "?overdue=1&country=BE", "?overdue=2"):
            with self.subTest(query):
                self.assertEqual(self.late_reports(query), [])

    def test_is_said_in_at_most_eight_queries(self) -> None:
        self.page("?overdue=1&country=FR")  # Which notes what was asked, after it was sent.
        with self.assertNumQueries(8):
            self.page("?overdue=1&country=FR")


class AFilterThatIsNotUnderstood(World):
    def test_shows_no_row_says_why_and_gives_no_csv(self) -> None:
        for query, word in (
            ("?partner=999999", "999999"),
            ("?partnr=1", "partnr"),
            ("?due_from=x", "x"),
            ("?overdue=yes", "yes"),
            ("?status=finished", "finished"),
            ("?o=password", "password"),
            ("?page=first", "first"),
            (f"?meeting={10**30}", "0000"),
            ("?partner=1%00", "1"),
            ("?country=XX", "XX"),
        ):
            with self.subTest(query=query):
                content = self.page(query).content.decode()
                self.assertEqual((count_on_page(content), rows_on_page(content)), (0, []))
                self.assertRegex(content, rf'role="alert"(?s:.)*{word}')
                response = self.client.get(f"/follow-ups/export.csv{query}")
                self.assertEqual(response.status_code, 400)
                self.assertIn(word, response.content.decode())

    def test_says_the_same_of_a_hidden_record_as_of_a_missing_one(self) -> None:
        hidden = factories.mission("GEHEIM", level=4, pk=987_654)
        answers = {pk: main_of(self.page(f"?mission={pk}").content.decode(), pk) for pk in (hidden.pk, 999_999)}
        self.assertEqual(answers[hidden.pk], answers[999_999])

    def test_asks_a_format_it_knows(self) -> None:
        self.assertEqual(self.client.get("/follow-ups/export.csv?format=pdf").status_code, 400)

    def test_is_not_a_blank_one(self) -> None:
        self.assertRedirects(self.page("?status=&overdue=1&partner="), "/follow-ups/?overdue=1")


class TheCsv(World):
    def test_of_excel_has_a_bom_semicolons_and_headings_in_the_readers_language(self) -> None:
        self.staff.language = "en"
        self.staff.save()
        response = self.client.get("/follow-ups/export.csv?o=title")
        content = b"".join(response.streaming_content)
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        self.assertTrue(content.decode("utf-8-sig").startswith("number;title;direction;"))
        self.assertEqual(int(response["Content-Length"]), len(content))
        self.assertIn("Région Hauts-de-France", content.decode())

    def test_of_programs_has_stable_keys_and_iso_dates(self) -> None:
        row = plain(self.client.get("/follow-ups/export.csv?format=plain&q=Belofte+00"))[0]
        self.assertEqual((row["due_on"], row["direction"], row["days_late"]), (str(today() - days(3)), "ours", "3"))
        self.assertEqual((row["owner"], row["partner"], row["agreement"]), ("Sam Staf", self.region.name, "MoU"))

    def test_neutralises_formulas_and_leaves_numbers_alone(self) -> None:
        factories.follow_up("=HYPERLINK(1)", details="x")
        factories.follow_up("+32 2 553 00 00")
        titles = [row["title"] for row in plain(self.client.get("/follow-ups/export.csv?format=plain"))]
        self.assertIn("'=HYPERLINK(1)", titles)
        self.assertIn("+32 2 553 00 00", titles)

    def test_leaves_the_names_of_hidden_records_out(self) -> None:
        secret = factories.meeting("GEHEIM OVERLEG", level=4)
        factories.follow_up("Van mij", meeting=secret, owner=self.staff)
        row = plain(self.client.get("/follow-ups/export.csv?format=plain&q=van+mij"))[0]
        self.assertEqual((row["meeting"], row["origin_on"]), ("", ""))
        self.assertNotIn("GEHEIM", self.page("?q=van+mij").content.decode())

    def test_is_recorded_with_its_filter_and_count(self) -> None:
        response = self.client.get("/follow-ups/export.csv?overdue=1")
        count = len(b"".join(response.streaming_content).decode().strip().split("\r\n")) - 1
        record = ExportRecord.objects.get()
        self.assertEqual(
            (record.by, record.noun, record.query, record.row_count, record.format),
            (self.staff, "follow-ups", "overdue=1", count, "excel"),
        )

    def test_is_not_for_readers(self) -> None:
        self.client.force_login(self.reader)
        self.assertEqual(self.client.get("/follow-ups/export.csv").status_code, 403)
        self.assertEqual(ExportRecord.objects.count(), 0)


class TheFragment(World):
    def test_holds_the_same_rows_in_one_root(self) -> None:
        fragment = self.client.get("/follow-ups/?overdue=1", headers={"HX-Request": "true"}).content.decode().strip()
        self.assertTrue(fragment.startswith('<div id="list"'))
        self.assertNotIn("<html", fragment)
        self.assertEqual(rows_on_page(fragment), rows_on_page(self.page("?overdue=1").content.decode()))


class WritingAFollowUp(World):
    def test_asks_only_a_title_and_where_it_comes_from(self) -> None:
        response = self.client.post(
            reverse("follow-up-new"),
            {"title": "Sturen", "kind": "commitment", "partner": self.region.pk, "partner_text": str(self.region),
             "priority": 2, "level": 2},
        )  # fmt: skip
        follow_up = FollowUp.objects.get(title="Sturen")
        self.assertRedirects(response, reverse("follow-up", args=[follow_up.pk]))
        self.assertEqual(
            (follow_up.direction, follow_up.owner, follow_up.due_on, follow_up.created_by),
            ("ours", None, None, self.staff),
        )

    def test_makes_letters_internal_unless_said_otherwise(self) -> None:
        base = {"title": "Bedanken", "kind": "letter", "partner_text": "dunkerque", "priority": 2, "level": 2}
        self.client.post(reverse("follow-up-new"), base)
        self.client.post(reverse("follow-up-new"), {**base, "title": "Bedanken 2", "direction": "ours"})
        found = dict(FollowUp.objects.filter(title__startswith="Bedanken").values_list("title", "direction"))
        self.assertEqual(found, {"Bedanken": "internal", "Bedanken 2": "ours"})

    def test_looks_typed_text_up_when_there_is_no_javascript(self) -> None:
        form = {"title": "x", "kind": "task", "priority": 2, "level": 2}
        self.client.post(reverse("follow-up-new"), {**form, "title": "gevonden", "partner_text": "port dunkerque"})
        self.assertEqual(FollowUp.objects.get(title="gevonden").partner, self.port)
        second = factories.organisation("Port de Calais")
        response = self.client.post(reverse("follow-up-new"), {**form, "partner_text": "port"})
        self.assertContains(response, f'name="partner_choice" value="{second.pk}"', status_code=422)
        self.client.post(
            reverse("follow-up-new"), {**form, "title": "gekozen", "partner_text": "port", "partner_choice": second.pk}
        )
        self.assertEqual(FollowUp.objects.get(title="gekozen").partner, second)
        response = self.client.post(reverse("follow-up-new"), {**form, "partner_text": "nergens"})
        self.assertContains(response, "nergens", status_code=422)

    def test_cannot_choose_what_is_hidden(self) -> None:
        secret = factories.meeting("GEHEIM OVERLEG", level=4)
        form = {"title": "x", "kind": "task", "priority": 2, "level": 2, "partner_text": "dunkerque"}
        for choice in ({"meeting": secret.pk, "meeting_text": str(secret)}, {"meeting_text": "geheim"}):
            response = self.client.post(reverse("follow-up-new"), {**form, **choice})
            self.assertEqual(response.status_code, 422)
        self.assertNotContains(self.client.get(f"{reverse('follow-up-new')}?meeting={secret.pk}"), "GEHEIM")

    def test_keeps_what_was_typed_when_something_is_wrong(self) -> None:
        response = self.client.post(
            reverse("follow-up-new"),
            {"title": "Half", "details": "mijn tekst", "kind": "task", "priority": 2, "level": 2},
        )
        self.assertContains(response, "mijn tekst", status_code=422)
        self.assertContains(response, 'role="alert"', status_code=422)

    def test_takes_no_digit_that_is_not_a_row_number(self) -> None:
        self.assertEqual(self.client.get(f"{reverse('follow-up-new')}?partner=²").status_code, 200)
        data = {"title": "x", "kind": "task", "partner": "²", "partner_text": "x", "priority": 2, "level": 2}
        self.assertEqual(self.client.post(reverse("follow-up-new"), data).status_code, 422)

    def test_finds_the_partner_called_just_so_among_many(self) -> None:
        for number in range(12):
            factories.organisation(f"Leti {number}")
        leti = factories.organisation("Leti")
        data = {"title": "x", "kind": "task", "partner": "", "partner_text": "leti", "priority": 2, "level": 2}
        self.client.post(reverse("follow-up-new"), data)
        self.assertEqual(FollowUp.objects.get(title="x").partner, leti)

    def test_refuses_a_stale_version_and_keeps_the_text(self) -> None:
        follow_up = factories.follow_up("Eerst", partner=self.region)
        form = {"title": "Van mij", "kind": "task", "priority": 2, "level": 2, "partner": self.region.pk,
                "partner_text": str(self.region), "version": 1}  # fmt: skip
        follow_up.title = "Van hen"
        follow_up.save(by=self.manager)
        response = self.client.post(reverse("follow-up-edit", args=[follow_up.pk]), form)
        self.assertContains(response, "Van mij", status_code=409)
        follow_up.refresh_from_db()
        self.assertEqual(follow_up.title, "Van hen")

    def test_lowers_a_level_only_with_the_right_and_a_reason(self) -> None:
        follow_up = factories.follow_up("Niveau", partner=self.region, level=3)
        form = {"title": "Niveau", "kind": "task", "priority": 2, "level": 2, "partner": self.region.pk,
                "partner_text": str(self.region), "version": 1}  # fmt: skip
        url = reverse("follow-up-edit", args=[follow_up.pk])
        self.assertEqual(self.client.post(url, form).status_code, 422)
        self.client.force_login(self.manager)
        self.assertEqual(self.client.post(url, form).status_code, 422)
        self.assertEqual(self.client.post(url, {**form, "level_reason": "gepubliceerd"}).status_code, 302)
        self.assertEqual(follow_up.history.first().history_change_reason, "gepubliceerd")


class AFormWithThemes(World):
    def test_refuses_in_words_a_number_longer_than_any_row(self) -> None:
        for number in ("9" * 30, "²", "-1"):
            with self.subTest(number):
                sent = {"title": "Brief", "partner": self.region.pk, "partner_text": str(self.region), "themes": number}
                self.client.force_login(self.staff)
                self.assertEqual(self.client.post(reverse("follow-up-new"), sent).status_code, 422)


class ActingOnAFollowUp(World):
    def setUp(self) -> None:
        super().setUp()
        self.follow_up = factories.follow_up("Doen", partner=self.region, due_on=today())

    def act(self, action: str, **data):
        headers = {"HX-Request": "true"} if data.pop("by_htmx", False) else {}
        return self.client.post(reverse(f"follow-up-{action}", args=[self.follow_up.pk]), data, headers=headers)

    def test_works_as_normal_forms(self) -> None:
        there = reverse("follow-up", args=[self.follow_up.pk])
        self.assertRedirects(self.act("update", text="gebeld", status="waiting"), there)
        self.assertRedirects(self.act("postpone", due_on=str(today() + days(7)), reason="gevraagd"), there)
        self.assertRedirects(self.act("assign", owner=self.staff.pk, owner_text=str(self.staff)), there)
        self.assertRedirects(self.act("complete", result="verstuurd"), there)
        self.assertRedirects(self.act("reopen", reason="toch niet"), there)
        self.assertRedirects(self.act("drop", reason="achterhaald"), there)
        self.follow_up.refresh_from_db()
        self.assertEqual((self.follow_up.status, self.follow_up.owner), ("dropped", self.staff))
        self.assertEqual(
            list(self.follow_up.updates.values_list("status_to", flat=True)),
            ["dropped", "open", "done", "waiting", "waiting", "waiting", "open"],
        )
        self.assertContains(self.client.get(there), "verstuurd")

    def test_is_postponed_to_a_day_typed_in_a_hurry_which_is_said_in_full(self) -> None:
        monday = datetime.datetime(2026, 5, 4, 10, tzinfo=datetime.UTC)
        for typed, day, shown in (
            ("+2w", (5, 18), "maandag 18 mei 2026"),
            ("30/6", (6, 30), "dinsdag 30 juni 2026"),
            ("end of July", (7, 31), "vrijdag 31 juli 2026"),
            ("volgende vrijdag", (5, 15), "vrijdag 15 mei 2026"),
        ):
            with self.subTest(typed), time_machine.travel(monday, tick=False):
                self.client.force_login(self.staff)
                refused = self.act("postpone", due_on=typed, reason="")
                self.assertContains(refused, shown, status_code=422)
                done = self.act("postpone", due_on=typed, reason="gevraagd")
                self.follow_up.refresh_from_db()
                self.assertEqual(self.follow_up.due_on, datetime.date(2026, *day))
                self.assertIn(shown, " ".join(str(one) for one in get_messages(done.wsgi_request)))

    def test_takes_the_department_away_when_it_is_cleared_and_keeps_one_that_is_no_longer_used(self) -> None:
        unit = factories.department(is_active=False)
        self.follow_up.assign(None, by=self.staff, department=unit)
        page = self.client.get(reverse("follow-up-assign", args=[self.follow_up.pk]))
        self.assertContains(page, f'<option value="{unit.pk}" selected>', html=False)
        for sent, stored in (({"department": unit.pk}, unit), ({}, unit), ({"department": ""}, None)):
            self.act("assign", **sent)
            self.follow_up.refresh_from_db()
            self.assertEqual(self.follow_up.department, stored)

    def test_works_in_a_dialog_over_the_list(self) -> None:
        form = self.client.get(
            reverse("follow-up-complete", args=[self.follow_up.pk]), headers={"HX-Request": "true"}
        ).content.decode()
        self.assertIn('id="dialog-title"', form)
        self.assertNotIn("<html", form)
        refused = self.act("complete", result="", by_htmx=True)
        self.assertEqual(refused.status_code, 422)
        done = self.act("complete", result="ok", by_htmx=True)
        self.assertEqual(done.status_code, 204)
        self.assertIn("follow-up:changed", done["HX-Trigger"])

    def test_asks_a_result_a_reason_and_a_day_that_exists(self) -> None:
        for action, data in (
            ("complete", {"result": " "}),
            ("complete", {"result": "x", "closed_on": str(today() + days(1))}),
            ("postpone", {"due_on": str(today() + days(1))}),
            ("postpone", {"due_on": "0001-01-01", "reason": "x"}),
            ("postpone", {"due_on": "31/02/2026", "reason": "x"}),
            ("drop", {"reason": ""}),
            ("reopen", {"reason": "it is open"}),
            ("update", {"text": ""}),
            ("assign", {"owner": 999_999, "owner_text": "nobody"}),
            ("complete", {"result": "x", "closed_on": "1800-01-01"}),
            ("complete", {"result": "\u202a\ufeff"}),
            ("drop", {"reason": "x" * 1001}),
            ("assign", {"owner": "²", "owner_text": "x"}),
        ):
            with self.subTest(action=action, data=data):
                self.assertEqual(self.act(action, **data).status_code, 422)
        self.follow_up.refresh_from_db()
        self.assertEqual((self.follow_up.status, self.follow_up.version), ("open", 1))

    def test_that_somebody_else_changed_meanwhile_is_refused(self) -> None:
        self.follow_up.complete("van hen", by=self.manager)
        self.assertContains(self.act("postpone", due_on=str(today()), reason="x", version=1), "", status_code=409)
        self.follow_up.refresh_from_db()
        self.assertEqual(self.follow_up.result, "van hen")

    def test_that_was_refused_so_goes_through_when_it_is_sent_once_more(self) -> None:
        self.follow_up.add_update("van hen", by=self.manager)
        refused = self.act("update", text="van mij", version=1)
        self.assertContains(refused, "van mij", status_code=409)
        version = re.search(r'name="version" value="(\d+)"', refused.content.decode())[1]
        self.assertEqual(self.act("update", text="van mij", version=version).status_code, 302)
        self.assertEqual(list(self.follow_up.updates.values_list("text", flat=True)), ["van mij", "van hen", ""])

    def test_that_is_hidden_is_a_404_like_one_that_is_missing(self) -> None:
        for pk in (self.hidden.pk, 999_999):
            for name in ("follow-up", "follow-up-edit", "follow-up-complete"):
                self.assertEqual(self.client.get(reverse(name, args=[pk])).status_code, 404)

    def test_is_not_for_readers(self) -> None:
        self.client.force_login(self.reader)
        response = self.act("complete", result="x")
        self.assertEqual(response.status_code, 403)
        self.follow_up.refresh_from_db()
        self.assertTrue(self.follow_up.is_open)


class ADetailPage(World):
    def test_asks_at_most_twelve_queries(self) -> None:
        follow_up = FollowUp.objects.get(title="Belofte 05")
        for number in range(3):
            follow_up.add_update(f"line {number}", by=self.staff)
        ContentType.objects.get_for_model(FollowUp)  # Read once in the life of a process.
        with self.assertNumQueries(6):
            self.client.get(reverse("follow-up", args=[follow_up.pk]))


class AnExport(TransactionTestCase):
    def test_keeps_nobody_waiting_on_sqlite_and_reads_in_one_transaction_on_postgresql(self) -> None:
        factories.follow_up("Belofte")
        reading = Reading(factories.user(Role.MANAGER), today())
        with CaptureQueriesContext(connection) as asked:
            _file, count = write_csv(FollowUp.objects.all(), FOLLOW_UPS, PLAIN, reading)
        begun = [query["sql"] for query in asked if query["sql"].startswith("BEGIN")]
        self.assertEqual((count, len(begun)), (1, int(connection.vendor == "postgresql")))


class TheListByDepartment(TestCase):
    """Monday's table: late work, department by department."""

    def setUp(self) -> None:
        self.client.force_login(factories.user(Role.STAFF, language="en"))
        self.agency, self.unit = factories.department("Agentschap"), factories.department("Eenheid")
        for title, department, late in (
            ("c", self.unit, 3),
            ("b", self.agency, 1),
            ("a", self.agency, 5),
            ("d", None, 2),
        ):
            factories.follow_up(title, department=department, due_on=today() - days(late))

    def content(self, query: str) -> str:
        return self.client.get(f"{reverse('follow-ups')}?{query}").content.decode()

    def test_has_a_heading_for_each_and_the_longest_late_first(self) -> None:
        content = self.content("overdue=1&o=department")
        found = re.findall(r'<th scope="rowgroup" colspan="8">([^<]*)</th>|/follow-ups/\d+/">([a-d])</a>', content)
        self.assertEqual(
            [heading or title for heading, title in found],
            ["Agentschap", "a", "b", "Eenheid", "c", "Without department", "d"],
        )

    def test_has_no_headings_in_another_order(self) -> None:
        self.assertNotIn('scope="rowgroup"', self.content("overdue=1"))

    def test_is_marked_among_what_is_often_asked(self) -> None:
        marked = r'<a href="([^"]*)" aria-current="true">'
        self.assertEqual(re.findall(marked, self.content("overdue=1&o=department")), ["?overdue=1&amp;o=department"])
        self.assertEqual(re.findall(marked, self.content("overdue=1&page=1")), ["?overdue=1"])
        self.assertEqual(re.findall(marked, self.content("overdue=1&kind=letter")), [])

    def test_says_on_paper_of_which_day_it_is(self) -> None:
        page = self.content("overdue=1")
        with translation.override("en"):
            self.assertIn(f'<p class="print-only">{date_format(today(), "l j F Y")}</p>', page)
