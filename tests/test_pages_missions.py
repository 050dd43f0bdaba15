"""The pages of missions and meetings, the home page, gaps and last contact."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.rights import Role
from core.access import AccessLevel
from core.actors import SYSTEM
from core.gaps import Gap
from documents.models import Citation
from missions.models import (
    Delegate,
    Meeting,
    MeetingAgreement,
    MeetingDocument,
    Mission,
    MissionDocument,
    Participant,
    Stop,
)
from missions.models.gaps import MeetingSeen, MissionSeen, gaps_of_meeting, gaps_of_mission
from missions.models.last_contact import last_contact, neglected, with_last_contact
from missions.models.programme import programme
from partners.models import Organisation, Side
from tests import factories as make

HELD = "held"
FRANCE = {"starts_on": datetime.date(2024, 4, 22), "ends_on": datetime.date(2024, 4, 25), "status": HELD}


def day(year: int, month: int, number: int) -> datetime.date:
    return datetime.date(year, month, number)


def labels(gaps: list[Gap]) -> list[str]:
    return [gap.label for gap in gaps]


class SignedIn(TestCase):
    role = Role.STAFF

    def setUp(self):
        self.user = make.user(self.role, language="en")
        self.client.force_login(self.user)

    def rows(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        return [row.pk for row in response.context["rows"]]

    def csv_ids(self, address):
        path, _mark, query = address.partition("?")
        response = self.client.get(f"{path}export.csv?format=plain&{query}")
        self.assertEqual(response.status_code, 200)
        lines = b"".join(response.streaming_content).decode().splitlines()
        return [int(line.split(",")[0]) for line in lines[1:]]


class MissionLists(SignedIn):
    def test_show_the_most_recent_first(self):
        older = make.mission(starts_on=day(2023, 1, 1))
        newer = make.mission(starts_on=day(2024, 1, 1))
        undated = make.mission()
        self.assertEqual(self.rows("/missions/"), [newer.pk, older.pk, undated.pk])

    def test_leave_out_what_the_reader_may_not_see_and_what_is_archived(self):
        shown = make.mission()
        make.mission(level=AccessLevel.CONFIDENTIAL)
        make.mission().archive("double", by=SYSTEM)
        response = self.client.get("/missions/")
        self.assertEqual([row.pk for row in response.context["rows"]], [shown.pk])
        self.assertContains(response, 'data-count="1"')

    def test_are_filtered_by_country_year_status_direction_kind_and_theme(self):
        theme = make.theme()
        france = make.mission(kind="industry_mission", **FRANCE)
        make.stop(france, make.place())
        france.themes.add(theme)
        make.mission(direction="in", starts_on=day(2025, 1, 1), ends_on=day(2025, 1, 2))
        for query in ("country=FR", "year=2024", "status=held", "direction=out", "kind=industry_mission"):
            with self.subTest(query):
                self.assertEqual(self.rows(f"/missions/?{query}"), [france.pk])
        self.assertEqual(self.rows(f"/missions/?theme={theme.pk}&q={france.title}"), [france.pk])

    def test_find_the_missions_of_which_the_report_is_late(self):
        late = make.mission(status=HELD, ends_on=make.today() - make.days(40))
        make.mission(status=HELD, ends_on=make.today() - make.days(40), reported_on=make.today())
        make.mission(status=HELD, ends_on=make.today() - make.days(40), direction="in")
        make.mission(status=HELD, ends_on=make.today() - make.days(5))
        self.assertEqual(self.rows("/missions/?report_late=1"), [late.pk])

    def test_find_the_coming_missions(self):
        coming = make.mission(status="announced", starts_on=make.today(), ends_on=make.today())
        make.mission(status="announced", ends_on=make.today() - make.days(1))
        make.mission(status="cancelled", ends_on=make.today() + make.days(9))
        self.assertEqual(self.rows("/missions/?coming=1"), [coming.pk])

    def test_say_what_is_not_understood_and_show_nothing(self):
        make.mission()
        for query in ("year=12", "country=XX", "stat=held", "theme=99999", "report_late=yes", "o=nothing"):
            with self.subTest(query):
                response = self.client.get(f"/missions/?{query}")
                self.assertContains(response, 'data-count="0"')
                self.assertTrue(response.context["problems"])
                self.assertEqual(self.client.get(f"/missions/export.csv?{query}").status_code, 400)

    def test_export_the_rows_they_show(self):
        for year in (2022, 2023, 2024):
            make.stop(make.mission(starts_on=day(year, 4, 1), ends_on=day(year, 4, 2)), make.place())
        for query in ("", "year=2023", "o=dates", "country=FR&o=-title"):
            with self.subTest(query):
                self.assertEqual(self.csv_ids(f"/missions/?{query}"), self.rows(f"/missions/?{query}"))

    def test_export_places_and_leader_in_words(self):
        lead = make.contact("Jambon", given_name="Jan")
        mission = make.mission("Naar Frankrijk", lead=lead, **FRANCE)
        make.stop(mission, make.place("Lyon", name_fr="Lyon"))
        make.stop(mission, make.place())
        text = b"".join(self.client.get("/missions/export.csv?format=plain").streaming_content).decode()
        self.assertIn("Naar Frankrijk,out,,held,2024-04-22,,2024-04-25,,Lyon; Rijsel,Jan Jambon,", text)

    def test_cost_the_same_queries_whatever_their_rows(self):
        for count in (1, 3):
            while Mission.objects.count() < count:
                make.stop(make.mission(lead=make.contact(), **FRANCE), make.place())
            with self.subTest(count), self.assertNumQueries(7):
                self.client.get("/missions/")

    def test_are_found_as_people_type(self):
        mission = make.mission("Industriemissie naar Frankrijk", **FRANCE)
        make.mission("Industriemissie geheim", level=AccessLevel.CONFIDENTIAL)
        found = self.client.get("/missions/options/?q=industrie").json()["results"]
        self.assertEqual(found, [{"id": mission.pk, "text": mission.title, "note": "22–25 April 2024"}])


class MeetingLists(SignedIn):
    def test_show_the_most_recent_first_and_an_undated_item_with_the_end_of_its_mission(self):
        mission = make.mission(**FRANCE)
        before = make.meeting(day=day(2024, 4, 24))
        undated = make.meeting(mission=mission)
        after = make.meeting(day=day(2024, 4, 26))
        self.assertEqual(self.rows("/meetings/"), [after.pk, undated.pk, before.pk])

    def test_are_filtered_by_every_question(self):
        mission, person, body = make.mission(**FRANCE), make.contact(), make.organisation()
        stop = make.stop(mission, make.place())
        meeting = make.meeting("Ferrari", mission=mission, stop=stop, kind="bilateral", strand="own", status=HELD)
        make.participant(meeting, contact=person)
        make.participant(meeting, organisation=body)
        make.meeting(status="confirmed", day=day(2025, 1, 1))
        for query in (
            "q=ferrari",
            "country=FR",
            f"mission={mission.pk}",
            f"organisation={body.pk}",
            f"contact={person.pk}",
            "year=2024",
            "kind=bilateral",
            "strand=own",
            "status=held",
            "without_outcome=1",
            "undated=1",
        ):
            with self.subTest(query):
                self.assertEqual(self.rows(f"/meetings/?{query}"), [meeting.pk])
                self.assertEqual(self.csv_ids(f"/meetings/?{query}"), [meeting.pk])

    def test_do_not_name_a_mission_the_reader_may_not_see(self):
        mission = make.mission("Secret mission", level=AccessLevel.CONFIDENTIAL, **FRANCE)
        meeting = make.meeting(mission=mission)
        meeting.named.add(self.user)
        self.assertEqual(self.rows("/meetings/"), [meeting.pk])
        self.assertNotContains(self.client.get("/meetings/"), "Secret mission")
        self.assertNotContains(self.client.get(f"/meetings/{meeting.pk}/"), "Secret mission")
        text = b"".join(self.client.get("/meetings/export.csv").streaming_content).decode()
        self.assertNotIn("Secret mission", text)

    def test_cost_the_same_queries_whatever_their_rows(self):
        for count in (1, 3):
            meeting = make.meeting(mission=make.mission(**FRANCE))
            make.participant(meeting, contact=make.contact(), organisation=make.organisation())
            if count == 3:
                make.participant(make.meeting(place=make.place()), organisation=make.organisation())
            with self.subTest(count), self.assertNumQueries(6):
                self.client.get("/meetings/")

    def test_export_both_sides_of_the_table(self):
        meeting = make.meeting("Overleg", day=day(2024, 4, 23), status=HELD)
        make.participant(meeting, contact=make.contact("Ferrari", given_name="Marina"))
        make.participant(meeting, label="CEOs")
        make.participant(meeting, organisation=make.organisation("Imec"), side="own")
        text = b"".join(self.client.get("/meetings/export.csv?format=plain").streaming_content).decode()
        self.assertIn("Marina Ferrari; CEOs,Imec,", text)


@pytest.mark.once
class MissionPages(SignedIn):
    def test_say_in_words_what_is_not_recorded(self):
        mission = make.mission(**FRANCE)
        response = self.client.get(f"/missions/{mission.pk}/")
        self.assertContains(response, "No follow-ups recorded")
        self.assertContains(response, f'href="/follow-ups/?mission={mission.pk}"')
        self.assertContains(response, "Announcement to the Government")
        self.assertContains(response, "not recorded")
        self.assertContains(response, "25 May 2024")

    def test_say_when_the_report_was_due(self):
        mission = make.mission(**FRANCE)
        late = (make.today() - day(2024, 5, 25)).days
        self.assertContains(self.client.get(f"/missions/{mission.pk}/"), f"{late} days late")

    def test_show_parts_of_day_and_half_known_dates(self):
        mission = make.mission(starts_part="evening", ends_part="afternoon", **FRANCE)
        with translation.override("en"):
            self.assertEqual(mission.period, "22 April 2024 (evening) – 25 April 2024 (afternoon)")
            self.assertEqual(Mission(starts_on=day(2024, 4, 22)).period, "from 22 April 2024 (last day not recorded)")
            self.assertEqual(Mission(ends_on=day(2024, 4, 25)).period, "until 25 April 2024 (first day not recorded)")
            self.assertEqual(Mission().period, "")

    def test_show_only_the_neighbours_the_reader_may_see(self):
        mission = make.mission(**FRANCE)
        hidden = {"level": AccessLevel.CONFIDENTIAL}
        meeting = make.meeting("Open meeting", mission=mission)
        make.meeting("Hidden meeting", mission=mission, outcome="Hidden outcome", status=HELD, **hidden)
        make.follow_up("Hidden follow-up", mission=mission, **hidden)
        mission.builds_on.add(make.agreement("Hidden pact", **hidden))
        MeetingAgreement.objects.create(by=SYSTEM, meeting=meeting, agreement=make.agreement("Hidden MoU", **hidden))
        MissionDocument.objects.create(by=SYSTEM, mission=mission, document=make.document("Hidden paper", **hidden))
        response = self.client.get(f"/missions/{mission.pk}/")
        self.assertContains(response, "Open meeting")
        self.assertNotContains(response, "Hidden")
        self.assertContains(response, 'id="follow-up-count" data-count="0"')

    def test_are_missing_for_who_may_not_see_the_mission(self):
        mission = make.mission(level=AccessLevel.CONFIDENTIAL)
        self.assertEqual(self.client.get(f"/missions/{mission.pk}/").status_code, 404)

    def test_count_follow_ups_as_the_linked_list_does(self):
        mission = make.mission(**FRANCE)
        for status in ("open", "waiting", "open"):
            make.follow_up(mission=mission, status=status)
        make.follow_up(mission=mission).archive("double", by=SYSTEM)
        response = self.client.get(f"/missions/{mission.pk}/")
        self.assertContains(response, 'id="follow-up-count" data-count="3"')
        for status, count in response.context["follow_ups_by_status"]:
            address = f"/follow-ups/?mission={mission.pk}&status={status}"
            self.assertContains(self.client.get(address), f'id="result-count" data-count="{count}"')

    def test_open_the_editing_door_to_writers_only(self):
        mission = make.mission(**FRANCE)
        address, door = f"/missions/{mission.pk}/", f"/admin/missions/mission/{mission.pk}/change/"
        self.assertContains(self.client.get(address), f"{door}#id_reported_on")
        self.client.force_login(make.user(Role.READER, language="en"))
        response = self.client.get(address)
        self.assertContains(response, "Report to the Government: date")
        self.assertNotContains(response, "/admin/")
        self.assertNotContains(response, "/follow-ups/new/")

    def test_show_the_source_of_a_fact_with_its_words(self):
        mission, document = make.mission(**FRANCE), make.document("Mededeling", language="nl")
        Citation.objects.create(
            by=SYSTEM,
            document=document,
            record=mission,
            field_name="starts_on",
            locator="paragraph 1",
            quote="22 april",
        )
        hidden = make.document("Hidden paper", level=AccessLevel.CONFIDENTIAL)
        Citation.objects.create(by=SYSTEM, document=hidden, record=mission, quote="hidden words")
        response = self.client.get(f"/missions/{mission.pk}/")
        self.assertContains(response, '<q lang="nl">22 april</q> · paragraph 1')
        self.assertNotContains(response, "hidden words")
        self.assertNotContains(response, "Hidden paper")

    def test_cost_the_same_queries_whatever_they_hold(self):
        mission = make.mission(lead=make.contact(), **FRANCE)
        ContentType.objects.get_for_models(Mission, Stop, Delegate)  # Asked once, whoever asks first.
        for count in (1, 3):
            for _number in range(count):
                meeting = make.meeting(
                    mission=mission, stop=make.stop(mission, make.place()), status=HELD, outcome="ok"
                )
                make.participant(meeting, contact=make.contact(), organisation=make.organisation())
                make.delegate(mission, contact=make.contact())
                make.follow_up(mission=mission, owner=self.user)
                MeetingAgreement.objects.create(by=SYSTEM, meeting=meeting, agreement=make.agreement())
                MissionDocument.objects.create(by=SYSTEM, mission=mission, document=make.document())
            with self.subTest(count), self.assertNumQueries(12):
                self.client.get(f"/missions/{mission.pk}/")


class Programmes(TestCase):
    def test_are_read_by_day_then_by_city_then_the_rest(self):
        mission = make.mission(**FRANCE)
        lyon = make.stop(mission, make.place("Lyon"), order=1)
        rest = make.meeting(mission=mission)
        undated = make.meeting(mission=mission, stop=lyon)
        dated = make.meeting(mission=mission, stop=lyon, day=day(2024, 4, 23))
        parts = programme(mission.meetings.all().as_programmed())
        self.assertEqual(
            [(part.day, part.place, part.items) for part in parts],
            [(day(2024, 4, 23), None, [dated]), (None, lyon.place, [undated]), (None, None, [rest])],
        )


@pytest.mark.once
class MeetingPages(SignedIn):
    def test_show_both_sides_in_the_capacity_of_that_day(self):
        state = make.organisation("Franse regering")
        ferrari = make.contact("Ferrari", given_name="Marina")
        post = make.position(ferrari, state, title_nl="staatssecretaris")
        meeting = make.meeting(mission=make.mission(**FRANCE), status=HELD)
        make.participant(meeting, contact=ferrari, position=post, attendance="present")
        make.participant(meeting, contact=make.contact("Jambon"), side="own", capacity="Minister-president")
        response = self.client.get(f"/meetings/{meeting.pk}/")
        self.assertContains(response, "staatssecretaris")
        self.assertContains(response, "Franse regering")
        self.assertContains(response, "Minister-president")
        self.assertContains(response, "between 22 and 25 April 2024 (day not recorded)")

    def test_keep_the_internal_note_from_readers(self):
        meeting = make.meeting(internal_note="only among us")
        self.assertContains(self.client.get(f"/meetings/{meeting.pk}/"), "only among us")
        self.client.force_login(make.user(Role.READER))
        self.assertNotContains(self.client.get(f"/meetings/{meeting.pk}/"), "only among us")

    def test_say_why_no_follow_up_is_needed(self):
        meeting = make.meeting(no_follow_up_reason="a courtesy visit")
        self.assertContains(self.client.get(f"/meetings/{meeting.pk}/"), "a courtesy visit")

    def test_cost_the_same_queries_whatever_they_hold(self):
        meeting = make.meeting(mission=make.mission(**FRANCE))
        ContentType.objects.get_for_models(Meeting, Participant)  # Asked once, whoever asks first.
        for count in (1, 3):
            for _number in range(count):
                person = make.contact()
                post = make.position(person, make.organisation())
                make.participant(meeting, contact=person, organisation=make.organisation(), position=post)
                make.follow_up(meeting=meeting, owner=self.user)
                MeetingAgreement.objects.create(by=SYSTEM, meeting=meeting, agreement=make.agreement())
                MeetingDocument.objects.create(by=SYSTEM, meeting=meeting, document=make.document())
            with self.subTest(count), self.assertNumQueries(9):
                self.client.get(f"/meetings/{meeting.pk}/")


@pytest.mark.once
class Files(SignedIn):
    def setUp(self):
        super().setUp()
        self.document = make.document(file=ContentFile(b"words", name="=evil name.pdf"))

    def test_of_a_mission_come_as_an_attachment_under_a_neutral_name(self):
        mission = make.mission()
        MissionDocument.objects.create(by=SYSTEM, mission=mission, document=self.document)
        response = self.client.get(f"/missions/{mission.pk}/files/{self.document.pk}/")
        self.assertEqual(b"".join(response.streaming_content), b"words")
        self.assertEqual(response["Content-Disposition"], f'attachment; filename="document-{self.document.pk}.pdf"')
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")

    def test_are_missing_when_the_document_is_not_attached_here(self):
        meeting, other = make.meeting(), make.meeting()
        MeetingDocument.objects.create(by=SYSTEM, meeting=meeting, document=self.document)
        self.assertEqual(self.client.get(f"/meetings/{meeting.pk}/files/{self.document.pk}/").status_code, 200)
        self.assertEqual(self.client.get(f"/meetings/{other.pk}/files/{self.document.pk}/").status_code, 404)

    def test_are_missing_when_the_record_or_the_document_is_hidden(self):
        hidden = make.meeting(level=AccessLevel.CONFIDENTIAL)
        MeetingDocument.objects.create(by=SYSTEM, meeting=hidden, document=self.document)
        secret = make.document(file=ContentFile(b"words", name="a.pdf"), level=AccessLevel.CONFIDENTIAL)
        meeting = make.meeting()
        MeetingDocument.objects.create(by=SYSTEM, meeting=meeting, document=secret)
        self.assertEqual(self.client.get(f"/meetings/{hidden.pk}/files/{self.document.pk}/").status_code, 404)
        self.assertEqual(self.client.get(f"/meetings/{meeting.pk}/files/{secret.pk}/").status_code, 404)

    def test_are_missing_when_nothing_is_on_file(self):
        meeting, document = make.meeting(), make.document()
        MeetingDocument.objects.create(by=SYSTEM, meeting=meeting, document=document)
        self.assertEqual(self.client.get(f"/meetings/{meeting.pk}/files/{document.pk}/").status_code, 404)


class GapsOfTheFranceMission(TestCase):
    @classmethod
    def setUpTestData(cls):
        call_command("load_example", only="france", verbosity=0)

    def test_are_those_a_person_would_name(self):
        mission = Mission.objects.get()
        user = make.user(Role.READER, language="en")
        self.client.force_login(user)
        response = self.client.get(f"/missions/{mission.pk}/")
        found = labels(response.context["gaps"])
        for label in (
            "3 stops without days",
            "10 items without day",
            "5 items without city",
            "3 groups of the delegation known only by a description",
            "Announcement to the Government: reference",
            "Report to the Government: date",
            "Report to the Government: reference",
        ):
            self.assertIn(label, found)
        self.assertEqual(
            [label for label in found if "official title, lead department, evaluation date" in label][1:], []
        )
        self.assertContains(response, "1 person · 4 organisations · 3 groups known only by a description")


class Gaps(TestCase):
    def test_of_a_mission_lead_to_their_field(self):
        seen = MissionSeen(make.mission(), [], [], [], [], on=make.today())
        with translation.override("en"):
            gaps = gaps_of_mission(seen, edit_url=lambda record: "/edit/")
        self.assertIn(Gap("First day", "/edit/#id_starts_on"), gaps)
        self.assertIn(Gap("Places", "/edit/#stops-group"), gaps)

    def test_have_no_address_for_who_may_not_write(self):
        seen = MissionSeen(make.mission(), [], [], [], [], on=make.today())
        self.assertEqual({gap.url for gap in gaps_of_mission(seen, edit_url=lambda record: "")}, {""})

    def test_leave_out_the_report_of_a_visit_to_us_and_of_what_is_still_to_come(self):
        def found(**fields):
            seen = MissionSeen(make.mission(**fields), [], [], [], [], on=make.today())
            with translation.override("en"):
                return labels(gaps_of_mission(seen, edit_url=lambda record: ""))

        self.assertIn("Report to the Government: date", found(status=HELD))
        self.assertNotIn("Report to the Government: date", found(status=HELD, direction="in"))
        self.assertNotIn("Report to the Government: date", found(status="announced"))
        self.assertIn("Substitute minister", found(status="announced"))
        self.assertNotIn("Substitute minister", found(status=HELD))

    def test_do_not_count_what_was_called_off(self):
        mission = make.mission(**FRANCE)
        meetings = [make.meeting(mission=mission, status="cancelled"), make.meeting(mission=mission, status=HELD)]
        with translation.override("en"):
            found = labels(
                gaps_of_mission(MissionSeen(mission, [], [], meetings, [], make.today()), edit_url=lambda record: "")
            )
        self.assertIn("1 item without day", found)
        self.assertIn("1 item that took place, without outcome", found)

    def test_of_a_meeting_ask_whether_it_took_place_once_its_day_is_past(self):
        past = make.meeting(day=make.today() - make.days(1), status="confirmed", kind="call", place=make.place())
        with translation.override("en"):
            found = labels(gaps_of_meeting(MeetingSeen(past, [], make.today()), edit_url=lambda record: ""))
        self.assertEqual(found, ["Whether it took place", "Who took part on their side", "Who took part on our side"])


class LastContact(TestCase):
    def setUp(self):
        self.reader = make.user(Role.READER)
        self.on = day(2025, 6, 1)

    def of(self, organisation: Organisation, user: User | None = None):
        return last_contact(organisation, user=user or self.reader, on=self.on)

    def meet(self, on: datetime.date | None = None, **who):
        meeting = make.meeting(day=on or day(2025, 1, 15), status=HELD)
        make.participant(meeting, **who)
        return meeting

    def test_is_the_latest_meeting_that_took_place_with_it(self):
        body = make.organisation()
        self.meet(day(2025, 1, 15), organisation=body)
        self.meet(day(2024, 1, 15), organisation=body)
        make.participant(make.meeting(day=day(2025, 3, 1), status="confirmed"), organisation=body)
        self.assertEqual(self.of(body), day(2025, 1, 15))

    def test_is_empty_when_never_met(self):
        self.assertIsNone(self.of(make.organisation()))

    def test_counts_what_hangs_below_it_at_any_depth_and_not_above(self):
        state = make.organisation()
        ministry = make.organisation(parent=state)
        agency = make.organisation(parent=ministry)
        self.meet(organisation=agency)
        self.assertEqual([self.of(one) for one in (state, ministry, agency)], [day(2025, 1, 15)] * 3)
        self.meet(day(2025, 2, 1), organisation=state)
        self.assertEqual([self.of(one) for one in (state, agency)], [day(2025, 2, 1), day(2025, 1, 15)])

    def test_follows_an_office_holder_who_changed_jobs(self):
        before, after, holder = make.organisation(), make.organisation(), make.contact()
        make.position(holder, before, held_until=day(2024, 6, 30), held_until_precision="day", status="ended")
        make.position(holder, after, held_from=day(2024, 7, 1), held_from_precision="day")
        self.meet(day(2024, 3, 1), contact=holder)
        self.meet(day(2025, 3, 1), contact=holder)
        self.assertEqual((self.of(before), self.of(after)), (day(2024, 3, 1), day(2025, 3, 1)))

    def test_believes_a_post_known_to_the_month_until_that_months_end(self):
        body, holder = make.organisation(), make.contact()
        make.position(holder, body, held_until=day(2025, 3, 1), held_until_precision="month", status="ended")
        self.meet(day(2025, 3, 20), contact=holder)
        self.meet(day(2025, 4, 1), contact=holder)
        self.assertEqual(self.of(body), day(2025, 3, 20))

    def test_believes_the_position_that_the_meeting_itself_records(self):
        body, holder = make.organisation(), make.contact()
        post = make.position(holder, body)
        self.meet(contact=holder, position=post)
        self.assertEqual(self.of(body), day(2025, 1, 15))

    def test_of_an_undated_item_is_the_end_of_its_mission(self):
        body = make.organisation()
        make.participant(make.meeting(mission=make.mission(**FRANCE), status=HELD), organisation=body)
        self.assertEqual(self.of(body), day(2024, 4, 25))

    def test_leaves_out_who_did_not_come_and_what_is_archived_or_later(self):
        body = make.organisation()
        self.meet(organisation=body, attendance="excused")
        self.meet(organisation=body).archive("double", by=SYSTEM)
        self.meet(day(2025, 6, 2), organisation=body)
        self.assertIsNone(self.of(body))

    def test_counts_only_meetings_the_user_may_see(self):
        body = make.organisation()
        make.participant(
            make.meeting(day=day(2025, 1, 15), status=HELD, level=AccessLevel.CONFIDENTIAL), organisation=body
        )
        self.assertIsNone(self.of(body))
        self.assertEqual(self.of(body, make.user(Role.MANAGER)), day(2025, 1, 15))

    def test_of_many_organisations_is_one_query(self):
        for _number in range(3):
            self.meet(organisation=make.organisation(parent=make.organisation()))
        rows = with_last_contact(Organisation.objects.all(), user=self.reader, on=self.on)
        with self.assertNumQueries(1):
            self.assertEqual({row.last_contact_on for row in rows}, {day(2025, 1, 15)})


class NeglectedPartners(TestCase):
    def setUp(self):
        self.reader = make.user(Role.READER)

    def on(self, today: datetime.date):
        return list(neglected(user=self.reader, on=today))

    def met(self, on: datetime.date, **fields):
        body = make.organisation(**fields)
        make.participant(make.meeting(day=on, status=HELD), organisation=body)
        return body

    def test_are_those_never_met(self):
        body = make.organisation()
        make.organisation(side=Side.OWN)
        make.organisation().archive("double", by=SYSTEM)
        self.assertEqual(self.on(day(2025, 6, 1)), [body])

    def test_follow_their_own_frequency_else_their_tiers_else_a_year(self):
        for fields, due in (
            ({}, day(2025, 1, 15)),
            ({"tier": 1}, day(2024, 7, 15)),
            ({"tier": 3}, day(2026, 1, 15)),
            ({"tier": 1, "contact_frequency_months": 3}, day(2024, 4, 15)),
        ):
            body = self.met(day(2024, 1, 15), **fields)
            with self.subTest(fields):
                self.assertNotIn(body, self.on(due))
                self.assertIn(body, self.on(due + make.days(1)))

    def test_reckon_months_that_end_early(self):
        body = self.met(day(2024, 1, 31), contact_frequency_months=1)
        self.assertNotIn(body, self.on(day(2024, 2, 29)))
        self.assertIn(body, self.on(day(2024, 3, 1)))

    def test_cost_the_same_queries_whatever_their_number(self):
        for count in (1, 3):
            for _number in range(count):
                make.organisation(contact_frequency_months=count)
            with self.subTest(count), self.assertNumQueries(2):
                self.on(day(2025, 6, 1))

    def test_of_the_france_mission_are_the_french_a_year_later(self):
        call_command("load_example", only="france", verbosity=0)
        names = {body.name for body in self.on(day(2025, 6, 1))}
        self.assertEqual(names, {"Soitec", "CEA-Leti", "Hauts-de-France", "Franse regering"})


@pytest.mark.once
class HomePages(TestCase):
    def fill(self, user: User):
        today = make.today()
        for shift in (-3, -1, 0, 1, 8, 40, None):
            due = None if shift is None else today + make.days(shift)
            make.follow_up(owner=user if user.role != Role.READER else None, due_on=due)
            make.follow_up(due_on=due, owner=make.user(Role.STAFF))
        make.follow_up(due_on=today - make.days(9), level=AccessLevel.CONFIDENTIAL)
        make.mission("Next", status="announced", starts_on=today + make.days(12), ends_on=today + make.days(14))
        make.mission("Unreported", status=HELD, ends_on=today - make.days(60))
        make.meeting("Silent", day=today - make.days(1), status=HELD)
        make.agreement("Without lead", status="signed")
        make.agreement("Evaluated", status="signed", evaluate_on=today, lead_department=make.department())
        make.organisation("Forgotten", country="FR")
        make.meeting("Fruitful", day=today - make.days(2), status=HELD, outcome="We agreed.")

    def test_link_every_figure_to_exactly_the_rows_it_counts(self):
        for role in Role:
            user = make.user(role, language="en", department=make.department(f"Departement {role}"))
            self.fill(user)
            make.follow_up(due_on=make.today() - make.days(4), department=user.department)
            self.client.force_login(user)
            context = self.client.get("/").context
            tiles = [*context["own"], *context["everyone"]]
            self.assertEqual(len(tiles), 5 if role == Role.READER else 9)
            for tile in tiles:
                with self.subTest(role=role, figure=tile.key):
                    response = self.client.get(f"/follow-ups/?{tile.query}")
                    self.assertContains(response, f'id="result-count" data-count="{tile.count}"')
            for name, noun in (
                ("coming", "missions"), ("report_late", "missions"), ("without_outcome", "meetings"),
                ("to_look_at", "agreements"), ("neglected", "organisations"),
            ):  # fmt: skip
                with self.subTest(role=role, figure=name):
                    response = self.client.get(f"/{noun}/?{context[name].query}")
                    self.assertContains(response, f'id="result-count" data-count="{context[name].count}"')

    def test_put_every_open_follow_up_of_mine_under_one_figure(self):
        user = make.user(language="en")
        self.fill(user)
        self.client.force_login(user)
        own = self.client.get("/").context["own"]
        self.assertEqual(sum(tile.count for tile in own), 7)
        for tile in own:
            self.assertEqual(len(tile.first_rows), min(tile.count, 4))

    def test_are_useful_to_a_manager_who_owns_nothing(self):
        make.follow_up("Late for everyone", due_on=make.today() - make.days(1))
        self.client.force_login(make.user(Role.MANAGER, language="en"))
        response = self.client.get("/")
        self.assertContains(response, "You own no open follow-ups.")
        self.assertContains(response, "Late for everyone")

    def test_show_staff_what_is_late_in_their_department_first(self):
        user = make.user(language="en", department=make.department())
        make.follow_up("Ours", due_on=make.today() - make.days(1), department=user.department)
        make.follow_up("Theirs", due_on=make.today() - make.days(1))
        self.client.force_login(user)
        response = self.client.get("/")
        self.assertContains(response, "Ours")
        self.assertNotContains(response, "Theirs")

    def test_say_how_far_away_the_next_mission_is(self):
        self.fill(make.user())
        self.client.force_login(make.user(Role.READER, language="en"))
        response = self.client.get("/")
        for words in ("Next", "in 12 days", "Unreported", "Silent", "We agreed."):
            self.assertContains(response, words)

    def test_tell_what_happened_lately_the_latest_first(self):
        today = make.today()
        make.agreement("Pact", status="signed", signed_on=today - make.days(3), signed_on_precision="day")
        make.agreement("Still to sign", status="signed", signed_on=today + make.days(3), signed_on_precision="day")
        make.meeting("Fruitful", day=today - make.days(2), status=HELD, outcome="We agreed.")
        make.follow_up(
            "Ready", status="done", result="Sent.", closed_on=today - make.days(1), closed_on_precision="day"
        )
        make.follow_up("Dropped", status="dropped")
        self.client.force_login(make.user(Role.READER, language="en"))
        response = self.client.get("/")
        self.assertEqual([one.title for one in response.context["lately"]], ["Ready", "Fruitful", "Pact"])

    def test_say_honestly_when_an_undated_meeting_was(self):
        held = make.mission(starts_on=datetime.date(2024, 4, 22), ends_on=datetime.date(2024, 4, 25), status="held")
        make.meeting("Fruitful", mission=held, status=HELD, outcome="We agreed.")
        self.client.force_login(make.user(Role.READER, language="en"))
        self.assertContains(self.client.get("/"), "between 22 and 25 April 2024 (day not recorded)")

    def test_put_what_everybody_owes_first_for_a_manager_and_what_nobody_took_up_beside_it(self):
        make.follow_up("Not taken up", due_on=make.today() + make.days(5))
        for role, is_first in ((Role.MANAGER, True), (Role.STAFF, False), (Role.ADMINISTRATOR, False)):
            self.client.force_login(make.user(role, language="en"))
            content = self.client.get("/").content.decode()
            self.assertEqual(content.index('id="everyone"') < content.index('id="own"'), is_first, role)
            self.assertEqual("Not taken up" in content, role != Role.STAFF, role)

    def test_explain_what_is_empty(self):
        self.client.force_login(make.user(Role.STAFF, language="en"))
        response = self.client.get("/")
        for words in ("You own no open follow-ups.", "Nothing is late.", "Nothing yet:", "No coming missions recorded.",
                      "Every partner was met", "No agreement has an evaluation"):  # fmt: skip
            self.assertContains(response, words)

    def test_leave_out_what_the_reader_may_not_see(self):
        hidden = {"level": AccessLevel.GOVERNMENT}
        make.mission("Hidden mission", status="announced", starts_on=make.today(), ends_on=make.today(), **hidden)
        make.meeting("Hidden meeting", status=HELD, outcome="Hidden outcome", **hidden)
        make.agreement("Hidden agreement", status="signed", signed_on=make.today(), signed_on_precision="day", **hidden)
        make.follow_up("Hidden result", status="done", result="Hidden", **hidden)
        make.follow_up("Hidden promise", due_on=make.today() - make.days(1), **hidden)
        self.client.force_login(make.user(Role.READER))
        self.assertNotContains(self.client.get("/"), "Hidden")

    def test_cost_at_most_twelve_queries(self):
        for role in Role:
            user, asked = make.user(role, department=make.department()), set()
            self.client.force_login(user)
            for _count in (1, 3):
                self.fill(user)
                make.follow_up(due_on=make.today() - make.days(1), department=user.department)
                with CaptureQueriesContext(connection) as captured:
                    self.client.get(reverse("home"))
                asked.add(len(captured))
            self.assertEqual(len(asked), 1, role)
            self.assertLessEqual(max(asked), 12, role)


class ALateReport(TestCase):
    def test_is_late_from_the_day_after_it_was_due_also_at_the_end_of_months(self):
        for year in (2023, 2024):
            first = datetime.date(year, 1, 27)
            missions = [
                make.mission(status=HELD, ends_on=first + datetime.timedelta(days=number)) for number in range(6)
            ]
            for number in range(45):
                on = first + datetime.timedelta(days=number)
                with self.subTest(on=on):
                    found = set(Mission.objects.filter(ends_on__year=year).report_late(on=on))
                    self.assertEqual(found, {one for one in missions if one.report_due_on < on})
