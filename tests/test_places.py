"""The page of a place, and the lists asked for a place or for days."""

import datetime
import re

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.rights import Role
from core.access import AccessLevel
from missions.models import Meeting
from tests import factories as make

HIDDEN = {"level": AccessLevel.CONFIDENTIAL}


def day(month: int, number: int) -> datetime.date:
    return datetime.date(2024, month, number)


def rows_on(page: str, noun: str) -> list[int]:
    return [int(pk) for pk in re.findall(rf'data-row="{noun}:(\d+)"', page)]


class SignedIn(TestCase):
    def setUp(self) -> None:
        self.user = make.user(Role.STAFF, language="en")
        self.client.force_login(self.user)

    def page(self, address: str) -> str:
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def rows(self, address: str) -> list[int]:
        """The rows of a list, which are those of its CSV."""
        response = self.client.get(address)
        shown = [row.pk for row in response.context["rows"]]
        path, _mark, query = address.partition("?")
        csv = self.client.get(f"{path}export.csv?format=plain&{query}")
        lines = b"".join(csv.streaming_content).decode().splitlines()
        self.assertEqual([int(line.split(",")[0]) for line in lines[1:]], shown)
        return shown


class APlace(SignedIn):
    def setUp(self) -> None:
        super().setUp()
        self.lille = make.place(name_en="Lille")
        self.mission = make.mission("Journey")
        self.stop = make.stop(self.mission, self.lille)

    def here(self) -> str:
        return self.page(f"/places/{self.lille.pk}/")

    def test_shows_what_happened_there_and_its_names(self) -> None:
        at_stop = make.meeting("At the stop", mission=self.mission, stop=self.stop)
        alone = make.meeting("Alone", place=self.lille)
        agreement = make.agreement(signed_at_place=self.lille)
        body = make.organisation(place=self.lille)
        elsewhere = make.place("Gent", country="BE")
        make.meeting(place=elsewhere), make.organisation(place=elsewhere), make.agreement(signed_at_place=elsewhere)
        page = self.here()
        self.assertEqual(rows_on(page, "mission"), [self.mission.pk])
        self.assertCountEqual(rows_on(page, "meeting"), [at_stop.pk, alone.pk])
        self.assertEqual(rows_on(page, "agreement"), [agreement.pk])
        self.assertEqual(rows_on(page, "organisation"), [body.pk])
        self.assertIn('<span lang="nl">Rijsel</span>', page)
        self.assertIn('<span lang="fr">Lille</span>', page)

    def test_says_what_is_not_recorded(self) -> None:
        page = self.page(f"/places/{make.place('Gent', country='BE').pk}/")
        for words in ("No mission recorded", "No meetings recorded here.", "No agreement recorded", "No organisation"):
            self.assertIn(words, page)

    def test_leaves_out_what_the_reader_may_not_see_and_what_is_archived(self) -> None:
        make.stop(make.mission("Hidden mission", **HIDDEN), self.lille)
        make.meeting("Hidden meeting", place=self.lille, **HIDDEN)
        make.agreement("Hidden pact", signed_at_place=self.lille, **HIDDEN)
        make.meeting("Archived meeting", place=self.lille).archive("double", by=self.user)
        for role in (Role.READER, Role.STAFF):
            self.client.force_login(make.user(role, language="en"))
            page = self.here()
            self.assertNotIn("Hidden", page)
            self.assertNotIn("Archived", page)
            self.assertIn("Journey", page)

    def test_names_no_mission_the_reader_may_not_see(self) -> None:
        mission = make.mission("Hidden mission", **HIDDEN)
        meeting = make.meeting("Seen", mission=mission, stop=make.stop(mission, self.lille))
        meeting.named.add(self.user)
        page = self.here()
        self.assertIn("Seen", page)
        self.assertNotIn("Hidden mission", page)

    def test_shows_twenty_of_each_and_leads_to_the_rest(self) -> None:
        for _number in range(21):
            make.meeting(place=self.lille)
        page = self.here()
        self.assertEqual(len(rows_on(page, "meeting")), 20)
        self.assertIn("20+", page)
        self.assertEqual(len(self.rows(f"/meetings/?place={self.lille.pk}")), 21)

    def test_leads_only_who_may_to_its_history(self) -> None:
        address = f"/admin/partners/place/{self.lille.pk}/history/"
        self.assertIn(address, self.here())
        self.client.force_login(make.user(Role.READER))
        self.assertNotIn("/admin/", self.here())

    def test_is_linked_from_missions_meetings_agreements_and_organisations(self) -> None:
        link = f'href="/places/{self.lille.pk}/"'
        meeting = make.meeting(mission=self.mission, stop=self.stop)
        agreement, body = make.agreement(signed_at_place=self.lille), make.organisation(place=self.lille)
        for address in (
            f"/missions/{self.mission.pk}/",
            f"/meetings/{meeting.pk}/",
            f"/agreements/{agreement.pk}/",
            f"/organisations/{body.pk}/",
        ):
            with self.subTest(address):
                self.assertIn(link, self.page(address))

    def test_costs_the_same_queries_whatever_happened_there(self) -> None:
        for count in (1, 3):
            for _number in range(count):
                mission = make.mission(lead=make.contact())
                meeting = make.meeting(mission=mission, stop=make.stop(mission, self.lille))
                make.participant(meeting, contact=make.contact(), organisation=make.organisation(place=self.lille))
                make.agreement(signed_at_place=self.lille)
            with self.subTest(count), self.assertNumQueries(8):
                self.here()

    def test_is_found_as_people_type_under_every_name(self) -> None:
        make.place("Lille (not in use)", is_active=False)
        for text in ("rijs", "LILLE"):
            found = self.client.get(f"/places/options/?q={text}").json()["results"]
            self.assertEqual(found, [{"id": self.lille.pk, "text": "Lille", "note": "France"}])


class ListsAskedForAPlace(SignedIn):
    def test_give_the_missions_the_meetings_and_the_agreements_there(self) -> None:
        lille, gent = make.place(), make.place("Gent", country="BE")
        mission = make.mission()
        meeting = make.meeting(mission=mission, stop=make.stop(mission, lille))
        alone, agreement = make.meeting(place=lille), make.agreement(signed_at_place=lille)
        make.stop(make.mission(), gent), make.meeting(place=gent), make.agreement(signed_at_place=gent)
        self.assertEqual(self.rows(f"/missions/?place={lille.pk}"), [mission.pk])
        self.assertCountEqual(self.rows(f"/meetings/?place={lille.pk}"), [meeting.pk, alone.pk])
        self.assertEqual(self.rows(f"/agreements/?place={lille.pk}"), [agreement.pk])
        self.assertEqual(len(self.rows(f"/meetings/?place={lille.pk}&place={gent.pk}")), 3)

    def test_name_it_in_the_readers_language(self) -> None:
        lille = make.place()
        self.client.force_login(make.user(language="nl"))
        self.assertEqual(self.client.get(f"/meetings/?place={lille.pk}").context["chips"][0].label, "Rijsel")


class MeetingsAskedForDays(SignedIn):
    def test_lie_on_one_of_them_or_may_lie(self) -> None:
        mission = make.mission(starts_on=day(4, 22), ends_on=day(4, 25))
        undated = make.meeting(mission=mission)
        dated = make.meeting(day=day(4, 24))
        for query, expected in (
            ("day_from=2024-04-25", [undated.pk]),
            ("day_from=2024-04-26", []),
            ("day_to=2024-04-22", [undated.pk]),
            ("day_to=2024-04-21", []),
            ("day_from=2024-04-24&day_to=24/04/2024", [undated.pk, dated.pk]),
        ):
            with self.subTest(query):
                self.assertCountEqual(self.rows(f"/meetings/?{query}"), expected)

    def test_of_the_last_days_include_the_first_of_them_and_today(self) -> None:
        today, before = make.meeting(), make.meeting(day=make.today() - make.days(30))
        make.meeting(day=make.today() - make.days(31)), make.meeting(day=make.today() + make.days(1))
        self.assertEqual(self.rows("/meetings/?last_days=30"), [today.pk, before.pk])
        chips = self.client.get("/meetings/?last_days=30").context["chips"]
        self.assertEqual([chip.label for chip in chips], ["the last 30 days"])

    def test_count_an_undated_item_of_a_mission_with_one_known_day(self) -> None:
        begun = make.meeting(mission=make.mission(starts_on=day(4, 22)))
        ended = make.meeting(mission=make.mission(ends_on=day(4, 25)))
        make.meeting(mission=make.mission())
        self.assertCountEqual(Meeting.objects.all().in_year(2024), [begun, ended])
        self.assertCountEqual(self.rows("/meetings/?day_from=2024-04-01&day_to=2024-04-30"), [begun.pk, ended.pk])

    def test_are_not_guessed(self) -> None:
        make.meeting()
        for query in ("last_days=0", "last_days=x", "last_days=99999", "day_from=soon", "day_to=2024-02-30"):
            with self.subTest(query):
                response = self.client.get(f"/meetings/?{query}")
                self.assertContains(response, 'id="result-count" data-count="0"')
                self.assertTrue(response.context["problems"])


class AgreementsAskedForADay(SignedIn):
    def test_are_those_in_force_on_it(self) -> None:
        held = make.agreement(status="signed", effective_on=day(1, 1), effective_on_precision="day", ends_on=day(6, 1))
        make.agreement(status="signed")
        self.assertEqual(self.rows("/agreements/?in_force_on=2024-05-31"), [held.pk])
        self.assertEqual(self.rows("/agreements/?in_force_on=2024-06-01"), [])
        for hostile in ("0001-01-01", "9999-12-31"):
            self.assertEqual(self.client.get(f"/agreements/?in_force_on={hostile}").status_code, 200)

    def test_are_those_due_for_evaluation_by_then(self) -> None:
        due = make.agreement(evaluate_on=day(6, 30))
        make.agreement(evaluate_on=day(7, 1)), make.agreement()
        self.assertEqual(self.rows("/agreements/?evaluate_to=2024-06-30"), [due.pk])
        chips = self.client.get("/agreements/?evaluate_to=2024-06-30").context["chips"]
        self.assertEqual([chip.label for chip in chips], ["Evaluation due until 30/06/2024"])


@pytest.mark.once
class AnyCombinationOfFilters(SignedIn):
    def test_costs_at_most_eight_queries(self) -> None:
        place, theme, person, body = make.place(), make.theme(), make.contact(), make.organisation(country="FR")
        mission = make.mission(
            starts_on=make.today() - make.days(90), ends_on=make.today() - make.days(90), status="held"
        )
        mission.themes.add(theme)
        meeting = make.meeting(mission=mission, stop=make.stop(mission, place), status="held")
        make.participant(meeting, contact=person, organisation=body)
        agreement = make.agreement(
            status="signed",
            kind="mou",
            signed_at_place=place,
            effective_on=day(1, 1),
            effective_on_precision="day",
            lead_department=make.department(),
            evaluate_on=make.today(),
        )
        agreement.themes.add(theme)
        make.party(agreement, body), make.signature(agreement, person)
        asked = {
            "missions": f"report_late=1 year={mission.ends_on.year} status=held direction=out country=FR place={place.pk} "
            f"theme={theme.pk} o=-dates q=mission",
            "meetings": f"without_outcome=1 undated=1 year={mission.ends_on.year} last_days=365 status=held country=FR "
            f"mission={mission.pk} organisation={body.pk} contact={person.pk} place={place.pk} day_from=2020-01-01 o=day "
            "q=meeting",
            "agreements": f"running=1 in_force_on=2026-01-01 evaluate_to={make.today():%Y-%m-%d} kind=mou country=FR "
            f"party={body.pk} signed_by={person.pk} lead={agreement.lead_department_id} without_text=1 theme={theme.pk} "
            f"place={place.pk} o=end q=agreement",
        }
        for noun, words in asked.items():
            for query in (*words.split(), words.replace(" ", "&")):
                self.client.get(f"/{noun}/?{query}")  # What was asked is noted once that page was sent.
                with self.subTest(noun=noun, query=query), CaptureQueriesContext(connection) as queries:
                    response = self.client.get(f"/{noun}/?{query}")
                    self.assertEqual(response.context["result_count"], 1, response.context["problems"])
                    self.assertLessEqual(len(queries), 8)
