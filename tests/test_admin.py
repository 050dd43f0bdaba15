"""The administration: nobody sees or does more there than on the pages of the site."""

import datetime
import json
import re
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Department, User
from accounts.rights import Role
from core.access import AccessLevel
from core.models import ExportRecord, Recorded, Whole
from documents.models import Citation, Document
from follow_ups.exports import FOLLOW_UPS
from follow_ups.models import FollowUp, FollowUpUpdate
from missions.models import Meeting, MeetingAgreement, Mission, MissionDocument, Stop
from partners.models import Contact, Organisation, Position, Theme
from tests.admin_pages import add_row, admin_url, fields, sizes_of_selects
from tests.factories import (
    agreement,
    contact,
    days,
    department,
    document,
    follow_up,
    meeting,
    mission,
    organisation,
    participant,
    place,
    position,
    stop,
    theme,
    today,
    user,
)

SECRET = "Zwijgplicht"
REGISTERED = list(admin.site._registry)


def what_it_says(response):
    """The page without its own address and the token that differs each time."""
    page = response.content.decode().replace(response.wsgi_request.path, "")
    return re.sub(r'"csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"', "", page)


class AdminTest(TestCase):
    """Three recurring people: a staff member, a manager and an administrator."""

    @classmethod
    def setUpTestData(cls):
        cls.staff = user(Role.STAFF, language="en", first_name="Sofie", last_name="Staf")
        cls.manager = user(Role.MANAGER, language="en", first_name="Marc", last_name="Meester")
        cls.administrator = user(Role.ADMINISTRATOR, language="en")

    def setUp(self):
        self.client.force_login(self.staff)

    def as_(self, who):
        self.client.force_login(who)
        return self.client

    def page(self, row, name="change"):
        return self.client.get(admin_url(row, name))

    def save(self, row, **changes):
        return self.client.post(admin_url(row), fields(self.page(row), **changes))

    def found(self, field, term, model=FollowUp):
        asked = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": field,
            "term": term,
        }
        return [one["text"] for one in self.client.get(reverse("admin:autocomplete"), asked).json()["results"]]

    def rows(self, model, **asked):
        return set(self.client.get(admin_url(model, "changelist"), asked).context["cl"].result_list)

    def act(self, action, *rows, **more):
        data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
        return self.client.post(admin_url(type(rows[0]), "changelist"), data)


@pytest.mark.once
class TheDoor(AdminTest):
    def setUp(self):
        super().setUp()
        mission("Parijs")

    def pages(self):
        yield from (reverse("admin:index"), reverse("admin:autocomplete"), reverse("admin:jsi18n"), "/admin/nowhere/")
        yield from (reverse("admin:login"), reverse("admin:password_change"))
        for model in REGISTERED:
            yield from (admin_url(model, "changelist"), admin_url(model, "add"))
        yield from (admin_url(row, name) for row in Mission.objects.all() for name in ("change", "history", "delete"))

    def test_is_closed_to_readers_on_every_page(self):
        self.as_(user(Role.READER))
        self.assertEqual(
            {(url, self.client.get(url).status_code) for url in self.pages()}, {(url, 403) for url in self.pages()}
        )

    def test_is_closed_to_readers_who_send_something(self):
        self.as_(user(Role.READER))
        for url in self.pages():
            self.assertEqual(self.client.post(url, {"title": "x"}).status_code, 403, url)

    def test_asks_who_is_not_known_to_sign_in_on_the_sites_own_page(self):
        self.client.logout()
        for url in self.pages():
            response = self.client.get(url)
            self.assertEqual((response.status_code, urlsplit(response["Location"]).path), (302, reverse("login")), url)

    def test_opens_to_staff_managers_and_administrators(self):
        for who in (self.staff, self.manager, self.administrator):
            self.assertEqual(self.as_(who).get(reverse("admin:index")).status_code, 200)

    def test_leads_out_to_the_sites_sign_in(self):
        self.assertRedirects(self.client.post(reverse("admin:logout")), reverse("login"), fetch_redirect_response=False)

    def test_has_no_address_that_tells_which_row_numbers_exist(self):
        row = mission()
        self.assertEqual(self.client.get(f"/admin/r/1/{row.pk}/").status_code, 404)


@pytest.mark.once
class ReferenceDataAndUsers(AdminTest):
    def test_are_changed_by_administrators_only(self):
        row = theme("Landbouw")
        for who, status in ((self.staff, 403), (self.manager, 403), (self.administrator, 302)):
            self.as_(who)
            data = {"name_nl": "Visserij", "name_fr": "", "name_en": "", "is_active": "on"}
            self.assertEqual(self.client.post(admin_url(row), data).status_code, status)
            row.refresh_from_db()
            self.assertEqual(row.name_nl, "Visserij" if status == 302 else "Landbouw")

    def test_are_looked_at_by_staff(self):
        row = theme("Landbouw")
        self.assertContains(self.page(row), "Landbouw")

    def test_are_added_by_administrators_only(self):
        data = {"name_nl": "Nieuw", "is_active": "on", "name_fr": "", "name_en": "", "abbreviation": ""}
        for model in (Theme, Department):
            self.assertEqual(self.as_(self.staff).post(admin_url(model, "add"), data).status_code, 403)
            self.assertEqual(self.as_(self.administrator).post(admin_url(model, "add"), data).status_code, 302)
            self.assertEqual(model.objects.get(name_nl="Nieuw").history.get().history_user, self.administrator)

    def test_in_use_are_not_deleted_even_when_chosen_among_many(self):
        row = theme("Landbouw")
        mission("Geheim plan", level=AccessLevel.PUBLIC).themes.add(row)
        self.as_(self.administrator)
        self.assertContains(self.page(row, "delete"), "Geheim plan")
        self.client.post(admin_url(row, "delete"), {"post": "yes"})
        self.assertTrue(Theme.objects.filter(pk=row.pk).exists())

    def test_users_are_kept_by_administrators(self):
        for who in (self.staff, self.manager):
            self.as_(who)
            self.assertEqual(self.client.get(admin_url(User, "changelist")).status_code, 403)
            self.assertEqual(self.page(self.administrator).status_code, 403)
        self.as_(self.administrator)
        data = fields(self.page(self.staff), role=Role.MANAGER)
        self.assertEqual(self.client.post(admin_url(self.staff), data).status_code, 302)
        self.assertEqual(User.objects.get(pk=self.staff.pk).role, Role.MANAGER)
        self.assertEqual(self.staff.history.first().history_user, self.administrator)

    def test_a_new_user_can_sign_in(self):
        self.as_(self.administrator)
        data = fields(
            self.client.get(admin_url(User, "add")),
            username="nieuw", password1="een-lang-geheim", password2="een-lang-geheim", role=Role.STAFF,
        )  # fmt: skip
        self.assertEqual(self.client.post(admin_url(User, "add"), data).status_code, 302)
        self.assertTrue(self.client.login(username="nieuw", password="een-lang-geheim"))

    def test_passwords_are_in_no_page(self):
        self.as_(self.administrator)
        for name in ("change", "history"):
            self.assertNotContains(self.page(self.staff, name), self.staff.password)

    def test_exports_are_read_by_administrators_and_written_by_nobody(self):
        record = ExportRecord.note(self.staff, noun="missions", query="", row_count=1, format="excel")
        self.assertEqual(self.client.get(admin_url(ExportRecord, "changelist")).status_code, 403)
        self.as_(self.administrator)
        self.assertContains(self.page(record), "missions")
        self.assertEqual(self.client.get(admin_url(ExportRecord, "add")).status_code, 403)
        self.assertEqual(self.client.post(admin_url(record), {"noun": "x"}).status_code, 403)
        self.assertEqual(self.client.post(admin_url(record, "delete"), {"post": "yes"}).status_code, 403)


class HiddenRecords(AdminTest):
    """Confidential and somebody else's, so that staff may not know of them."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.mission = mission(f"Missie {SECRET}", level=AccessLevel.CONFIDENTIAL)
        cls.meeting = meeting(f"Overleg {SECRET}", mission=cls.mission, level=AccessLevel.CONFIDENTIAL)
        cls.agreement = agreement(f"Pact {SECRET}", level=AccessLevel.CONFIDENTIAL)
        cls.document = document(f"Nota {SECRET}", level=AccessLevel.CONFIDENTIAL)
        cls.follow_up = follow_up(f"Belofte {SECRET}", level=AccessLevel.CONFIDENTIAL)
        cls.hidden = (cls.mission, cls.meeting, cls.agreement, cls.document, cls.follow_up)

    def test_are_in_no_list_and_no_search(self):
        for row in self.hidden:
            self.assertNotIn(row, self.rows(type(row)))
            self.assertEqual(self.rows(type(row), q=SECRET), set())
            self.assertEqual(self.rows(type(row), archived="all", q=SECRET), set())

    def test_are_found_by_a_manager(self):
        self.as_(self.manager)
        for row in self.hidden:
            self.assertEqual(self.rows(type(row), q=SECRET.lower()), {row})

    def test_are_missing_at_their_addresses(self):
        for row in self.hidden:
            for name in ("change", "history", "delete"):
                hidden = self.client.get(admin_url(row, name))
                missing = self.client.get(admin_url(row, name).replace(f"/{row.pk}/", "/999999/"))
                self.assertEqual((hidden.status_code, missing.status_code), (404, 404))
                self.assertEqual(list(get_messages(hidden.wsgi_request)), [])
                self.assertEqual(what_it_says(hidden), what_it_says(missing))

    def test_cannot_be_written_to(self):
        for row in self.hidden:
            self.assertEqual(self.client.post(admin_url(row), {"title": "Ontdekt"}).status_code, 404)
            self.assertEqual(self.client.post(admin_url(row, "delete"), {"post": "yes"}).status_code, 404)
            self.assertTrue(type(row).objects.filter(pk=row.pk, title__endswith=SECRET).exists())

    def test_are_not_found_as_one_types(self):
        for field in ("mission", "meeting", "agreement"):
            self.assertEqual(self.found(field, SECRET), [])
            self.assertEqual(self.found(field, ""), [])
        self.assertEqual(self.found("document", SECRET, MissionDocument), [])
        self.as_(self.manager)
        self.assertEqual(self.found("mission", "zwijgplicht"), [str(self.mission)])

    def test_cannot_be_chosen_by_their_number(self):
        response = self.client.post(
            admin_url(FollowUp, "add"),
            fields(self.client.get(admin_url(FollowUp, "add")), title="Vis", mission=self.mission.pk),
        )
        self.assertEqual(response.status_code, 200)
        self.assertNotContains(response, SECRET)
        self.assertFalse(FollowUp.objects.filter(title="Vis").exists())

    def test_are_not_named_by_what_the_address_fills_in(self):
        url = admin_url(FollowUp, "add")
        self.assertNotContains(
            self.client.get(url, {"mission": self.mission.pk, "agreement": self.agreement.pk}), SECRET
        )
        self.assertEqual(self.client.get(url, {"mission": "abc", "themes": "x,1", "named": "9" * 40}).status_code, 200)

    def test_are_not_named_where_a_visible_record_refers_to_them(self):
        mine = follow_up("Mijn belofte", mission=self.mission, agreement=self.agreement, owner=self.staff)
        self.assertIn(mine, self.rows(FollowUp))
        for page in (self.client.get(admin_url(FollowUp, "changelist")), self.page(mine), self.page(mine, "history")):
            self.assertNotContains(page, SECRET)

    def test_stay_where_they_are_when_the_record_is_saved_by_who_does_not_see_them(self):
        mine = follow_up("Mijn belofte", mission=self.mission, agreement=self.agreement, owner=self.staff)
        self.assertEqual(self.save(mine, title="Onze belofte").status_code, 302)
        mine.refresh_from_db()
        self.assertEqual((mine.title, mine.mission, mine.agreement), ("Onze belofte", self.mission, self.agreement))

    def test_stay_among_several_choices_too(self):
        trip = mission("Reis")
        seen = agreement("Open pact")
        trip.builds_on.set([self.agreement, seen])
        self.assertNotContains(self.page(trip), SECRET)
        self.assertEqual(self.save(trip, builds_on=[]).status_code, 302)
        self.assertEqual(set(trip.builds_on.all()), {self.agreement})

    def test_are_not_in_the_rows_of_a_page(self):
        trip = mission("Reis", by=self.staff)
        MissionDocument.objects.create(by=self.manager, mission=trip, document=self.document)
        talk = meeting("Gesprek")
        MeetingAgreement.objects.create(by=self.manager, meeting=talk, agreement=self.agreement)
        meeting(f"Geheim {SECRET}", mission=trip, level=AccessLevel.CONFIDENTIAL)
        for row in (trip, talk):
            for name in ("change", "history", "delete"):
                response = self.page(row, name)
                self.assertNotContains(response, SECRET, status_code=response.status_code)
        self.assertEqual(self.save(trip, title="Verre reis").status_code, 302)
        self.assertEqual((trip.documents.count(), trip.meetings.count()), (1, 1))

    def test_lend_no_stops_to_a_meeting(self):
        halt = stop(self.mission, place(f"Plaats {SECRET}", name_fr=""))
        mine = meeting("Mijn gesprek", mission=self.mission, stop=halt)
        mine.named.add(self.staff)
        self.assertNotContains(self.client.get(admin_url(Meeting, "add"), {"mission": self.mission.pk}), SECRET)
        self.assertEqual(self.save(mine, title="Ons gesprek").status_code, 302)
        mine.refresh_from_db()
        self.assertEqual((mine.title, mine.mission, mine.stop), ("Ons gesprek", self.mission, halt))

    def test_that_stand_in_the_way_of_a_deletion_are_not_named(self):
        trip = mission("Reis", by=self.staff)
        meeting(f"Geheim {SECRET}", mission=trip, level=AccessLevel.CONFIDENTIAL)
        response = self.page(trip, "delete")
        self.assertContains(response, "Archive it instead")
        self.assertNotContains(response, SECRET)
        self.client.post(admin_url(trip, "delete"), {"post": "yes"})
        self.assertTrue(Mission.objects.filter(pk=trip.pk).exists())

    def test_that_stand_in_the_way_are_named_to_who_may_see_them(self):
        trip = mission("Reis", by=self.staff)
        meeting("Gewoon overleg", mission=trip)
        self.assertContains(self.page(trip, "delete"), "Gewoon overleg")

    def test_are_not_named_when_a_row_cannot_be_removed(self):
        trip = mission("Reis")
        halt = stop(trip)
        meeting(f"Geheim {SECRET}", mission=trip, stop=halt, level=AccessLevel.CONFIDENTIAL)
        response = self.save(trip, **{"stops-0-DELETE": "on"})
        self.assertContains(response, "cannot be removed: other records refer to it")
        self.assertNotContains(response, SECRET)
        self.assertTrue(Stop.objects.filter(pk=halt.pk).exists())

    def test_are_not_cited(self):
        known = document("Verslag")
        cite = {"document": known, "quote": "woorden", "record": self.mission}
        Citation.objects.create(by=self.manager, **cite)
        self.assertEqual(self.rows(Citation), set())
        add = self.client.get(admin_url(Citation, "add"))
        kind = {"content_type": Citation.objects.get().content_type_id, "document": known.pk, "quote": "x"}
        errors = [
            self.client.post(admin_url(Citation, "add"), fields(add, object_id=number, **kind)).context["errors"]
            for number in (self.mission.pk, 999999)
        ]
        self.assertEqual(errors[0], errors[1])

    def test_leave_no_trace_on_the_front_page(self):
        trip = mission("Reis")
        self.save(trip, title=f"Reis {SECRET}")
        self.client.get(admin_url(Mission, "changelist"))  # Says once that it is saved.
        self.assertNotContains(self.client.get(reverse("admin:index")), SECRET)


class TheHistoryOfARecord(AdminTest):
    def history(self, row):
        return [
            (entry.by, entry.what, entry.why, [(one.label, one.before, one.after) for one in entry.changes])
            for entry in self.page(row, "history").context["entries"]
        ]

    def test_says_who_changed_what_from_what_to_what(self):
        trip = mission("Reis")
        self.save(trip, title="Verre reis", status="held", starts_on="2024-04-22")
        self.assertEqual(
            self.history(trip),
            [
                ("Sofie Staf", "changed", "", [("Title", "Reis", "Verre reis"), ("Status", "draft", "held"), ("First day", "–", "22 April 2024")]),
                ("Entente", "created", "", []),
            ],
        )  # fmt: skip

    def test_tells_of_choices_among_many(self):
        trip, subject = mission("Reis"), theme("Water", name_en="Water")
        self.save(trip, themes=[subject.pk])
        self.assertEqual(self.history(trip)[0][3], [("Themes", "–", "Water")])

    def test_tells_of_parts_that_come_and_go(self):
        trip = mission("Reis")
        halt = stop(trip, place("Parijs", name_fr="", country="FR"), by=self.staff)
        halt.delete(by=self.manager)
        self.assertEqual(
            [(by, what, changes) for by, what, _why, changes in self.history(trip)],
            [
                ("Marc Meester", "Stop deleted", [("Place", "Parijs", "–"), ("Order", "0", "–")]),
                ("Sofie Staf", "Stop created", [("Place", "–", "Parijs"), ("Order", "–", "0")]),
                ("Entente", "created", []),
            ],
        )

    def test_keeps_what_was_written_at_a_higher_level(self):
        trip = mission("Eerst", level=AccessLevel.AUTHORITIES)
        trip.title, trip.level = f"Toen {SECRET}", AccessLevel.CONFIDENTIAL
        trip.save(by=self.manager)
        trip.title, trip.level = "Nu", AccessLevel.AUTHORITIES
        trip.save(by=self.manager)
        self.assertNotContains(self.page(trip, "history"), SECRET)
        self.assertEqual(self.history(trip)[0][3], [("Title", "Eerst", "Nu")])
        self.as_(self.manager)
        self.assertContains(self.page(trip, "history"), SECRET)

    def test_names_no_hidden_record(self):
        secret = agreement(SECRET, level=AccessLevel.CONFIDENTIAL)
        mine = follow_up("Mijn", owner=self.staff, agreement=secret)
        mine.agreement, mine.partner = None, organisation("Regio")
        mine.save(by=self.manager)
        self.assertNotContains(self.page(mine, "history"), SECRET)

    def test_costs_the_same_however_long_it_is(self):
        trip, subject = mission("Reis"), theme()
        counts = []
        for number in range(6):
            trip.title = f"Reis {number}"
            trip.save(by=self.staff)
            trip.themes.set([subject] if number % 2 else [])
            with CaptureQueriesContext(
                connection,
            ) as queries:
                self.page(trip, "history")
            counts.append(len(queries))
        self.assertEqual(len(set(counts[1:])), 1, counts)


@pytest.mark.once
class Lookups(AdminTest):
    def test_that_no_filter_shows_are_refused(self):
        follow_up(owner=self.staff)
        for asked in (
            "created_by__password__startswith", "owner__password__startswith", "title__startswith", "mission__title",
            "status__in__regex", "mission__id__exact", "search_text__contains", "nothing",
        ):  # fmt: skip
            response = self.client.get(admin_url(FollowUp, "changelist"), {asked: "p"})
            self.assertEqual(response.status_code, 400, asked)

    def test_of_the_filters_shown_are_answered(self):
        row = follow_up(status="waiting")
        follow_up()
        self.assertEqual(self.rows(FollowUp, status__exact="waiting"), {row})
        self.assertEqual(self.rows(FollowUp, due_on__year="2024"), set())

    def test_found_as_one_types_are_never_a_server_error(self):
        for field in ("owner", "partner", "mission", "updates", "closed_by", "title"):
            for term in ("\x00%_'\\" * 60, "", "é" * 5000):
                asked = {"app_label": "follow_ups", "model_name": "followup", "field_name": field, "term": term}
                self.assertLess(self.client.get(reverse("admin:autocomplete"), asked).status_code, 500)

    def test_are_never_a_server_error(self):
        for model in REGISTERED:
            for asked in (
                {"q": "'\x00%_" * 90},
                {"p": "-1"},
                {"p": "999"},
                {"o": "99.-1.x"},
                {"all": ""},
                {"_to_field": "password"},
            ):
                self.assertLess(
                    self.as_(self.administrator).get(admin_url(model, "changelist"), asked).status_code, 500
                )


@pytest.mark.once
class AMission(AdminTest):
    def test_is_entered_with_stops_delegation_and_meetings_at_once(self):
        lille, paris = place("Rijsel"), place("Parijs")
        leader, imec = contact("Jambon"), organisation("imec")
        data = fields(
            self.client.get(admin_url(Mission, "add")),
            title="Industriële missie", starts_on="2024-04-22", ends_on="2024-04-25", lead=leader.pk,
        )  # fmt: skip
        for order, where in enumerate((lille, paris)):
            add_row(data, "stops", order=order, place=where.pk)
        add_row(data, "delegates", contact=leader.pk, role="head", order=1)
        add_row(data, "delegates", label="bedrijven en start-ups", organisation=imec.pk, order=2)
        for title in ("Soitec", "CEA-Leti", "Receptie"):
            add_row(data, "meetings", title=title, status="on_programme", kind="meeting")
        response = self.client.post(admin_url(Mission, "add"), data)
        self.assertEqual(response.status_code, 302, response.context and response.context["errors"])
        trip = Mission.objects.get()
        self.assertEqual([halt.place for halt in trip.stops.all()], [lille, paris])
        self.assertEqual([str(one) for one in trip.delegates.all()], ["Jambon", "imec · bedrijven en start-ups"])
        self.assertEqual({one.title for one in trip.meetings.all()}, {"Soitec", "CEA-Leti", "Receptie"})
        self.assertEqual({one.earliest_on for one in trip.meetings.all()}, {datetime.date(2024, 4, 22)})

    def test_and_all_that_goes_with_it_is_signed(self):
        data = fields(self.client.get(admin_url(Mission, "add")), title="Reis")
        add_row(data, "stops", place=place().pk)
        add_row(data, "meetings", title="Gesprek", status="on_programme")
        response = self.client.post(admin_url(Mission, "add"), data)
        self.assertEqual(response.status_code, 302, response.context and response.context["errors"])
        trip = Mission.objects.get()
        self.assertEqual((trip.created_by, trip.updated_by), (self.staff, self.staff))
        for row in (trip, trip.stops.get(), trip.meetings.get()):
            self.assertEqual({line.history_user for line in row.history.all()}, {self.staff})

    def test_offers_its_own_stops_to_its_meetings(self):
        trip, other = mission("Reis"), mission("Andere reis")
        mine, theirs = stop(trip, place("Parijs")), stop(other, place("Rome"))
        meeting("Gesprek", mission=trip)
        page = self.page(trip)
        self.assertEqual(sizes_of_selects(page)["meetings-0-stop"], 2)
        self.assertEqual(sizes_of_selects(self.client.get(admin_url(Mission, "add")))["meetings-__prefix__-stop"], 1)
        self.assertEqual(
            self.client.post(admin_url(trip), fields(page, **{"meetings-0-stop": theirs.pk})).status_code, 200
        )
        self.assertEqual(
            self.client.post(admin_url(trip), fields(page, **{"meetings-0-stop": mine.pk})).status_code, 302
        )
        self.assertEqual(trip.meetings.get().stop, mine)

    def test_raises_its_meetings_in_the_same_save_that_changes_them(self):
        trip = mission("Reis")
        talk = meeting("Gesprek", mission=trip)
        response = self.save(trip, level=AccessLevel.GOVERNMENT, **{"meetings-0-title": "Onderhoud"})
        self.assertEqual(response.status_code, 302)
        talk.refresh_from_db()
        self.assertEqual((talk.title, talk.level), ("Onderhoud", AccessLevel.GOVERNMENT))

    def test_keeps_its_rows_when_their_parts_are_removed(self):
        trip = mission("Reis")
        stop(trip, place("Parijs"))
        self.assertEqual(self.save(trip, **{"stops-0-DELETE": "on"}).status_code, 302)
        self.assertEqual(trip.stops.count(), 0)
        self.assertEqual(Stop.history.filter(history_type="-").get().history_user, self.staff)


@pytest.mark.once
class OtherPages(AdminTest):
    def test_a_meeting_takes_participants_in_their_capacity(self):
        talk, who, where = meeting("Gesprek"), contact("Leclerc"), organisation("Soitec")
        post = position(who, where)
        data = add_row(fields(self.page(talk)), "participants", side="partner", contact=who.pk, position=post.pk)
        self.assertEqual(self.client.post(admin_url(talk), data).status_code, 302)
        self.assertEqual(talk.participants.get().position, post)

    def test_a_position_of_someone_else_is_refused_beside_its_field(self):
        talk, other = meeting("Gesprek"), position(contact("Ander"), organisation())
        data = add_row(fields(self.page(talk)), "participants", side="partner", contact=contact().pk, position=other.pk)
        self.assertContains(self.client.post(admin_url(talk), data), "This position belongs to someone else.")

    def test_an_agreement_is_dated_to_the_month_or_year(self):
        text = agreement("Pact")
        for typed, stored in (
            ("2024", ("2024-01-01", "year")),
            ("04/2024", ("2024-04-01", "month")),
            ("", ("None", "")),
        ):
            self.assertEqual(self.save(text, signed_on=typed).status_code, 302)
            text.refresh_from_db()
            self.assertEqual((str(text.signed_on), text.signed_on_precision), stored)
        self.assertContains(self.save(text, signed_on="lente"), "Type a day")

    def test_an_organisation_is_found_by_a_name_given_in_its_page(self):
        body = organisation("Région Hauts-de-France")
        data = add_row(fields(self.page(body)), "names", name="Noord-Frankrijk", kind="translation", language="nl")
        self.assertEqual(self.client.post(admin_url(body), data).status_code, 302)
        self.assertEqual(self.rows(Organisation, q="noord frankrijk"), {body})

    def test_a_contact_is_entered_with_a_position_and_its_portfolio(self):
        subject, body = theme("Digitalisering"), organisation("Ministère")
        data = fields(self.client.get(admin_url(Contact, "add")), family_name="Ferrari")
        add_row(
            data,
            "positions",
            organisation=body.pk,
            title_fr="secrétaire d'État",
            status="current",
            portfolio_themes=[subject.pk],
        )
        self.assertEqual(self.client.post(admin_url(Contact, "add"), data).status_code, 302)
        self.assertEqual(list(Position.objects.get().portfolio_themes.all()), [subject])

    def test_search_folds_accents_and_case(self):
        body = organisation("Île-de-France")
        self.assertEqual(self.rows(Organisation, q="ILE de france"), {body})
        self.assertEqual(self.found("partner", "ile"), ["Île-de-France"])

    def test_an_archived_choice_made_before_stays(self):
        leader = contact("Oud")
        trip = mission("Reis", lead=leader)
        leader.archive("dubbel", by=self.manager)
        self.assertEqual(self.save(trip, title="Nieuwe reis").status_code, 302)
        trip.refresh_from_db()
        self.assertEqual(trip.lead, leader)

    def test_a_theme_no_longer_in_use_stays_where_it_was_chosen(self):
        old = theme("Telex", is_active=False)
        trip = mission("Reis")
        trip.themes.add(old)
        self.assertEqual(self.save(trip, title="Nieuwe reis").status_code, 302)
        self.assertEqual(list(trip.themes.all()), [old])


@pytest.mark.once
class AFollowUp(AdminTest):
    def test_keeps_status_owner_and_due_date_whatever_is_sent(self):
        row = follow_up("Belofte", owner=self.manager, due_on=today())
        data = fields(
            self.page(row),
            title="Nieuwe titel",
            status="done",
            owner=self.staff.pk,
            due_on="2030-01-01",
            result="Klaar",
        )
        self.assertEqual(self.client.post(admin_url(row), data).status_code, 302)
        row.refresh_from_db()
        self.assertEqual(
            (row.title, row.status, row.owner, row.due_on, row.result),
            ("Nieuwe titel", "open", self.manager, today(), ""),
        )
        self.assertEqual(row.updates.count(), 1)

    def test_points_at_its_own_page(self):
        row = follow_up("Belofte")
        self.assertContains(self.page(row), f'href="{reverse("follow-up", args=[row.pk])}"')

    def test_starts_open_with_owner_and_due_date(self):
        page = self.client.get(admin_url(FollowUp, "add"))
        new = {"title": "Brief", "partner": organisation().pk, "owner": self.staff.pk, "due_on": "2030-01-01"}
        self.assertEqual(
            self.client.post(admin_url(FollowUp, "add"), fields(page, **new, status="done")).status_code, 200
        )
        self.assertEqual(
            self.client.post(admin_url(FollowUp, "add"), fields(page, **new, status="waiting")).status_code, 302
        )
        row = FollowUp.objects.get()
        self.assertEqual((row.status, row.owner, row.created_by), ("waiting", self.staff, self.staff))

    def test_shows_its_story_and_lets_nobody_rewrite_it(self):
        row = follow_up("Belofte")
        row.add_update("Gebeld met Lyon", by=self.manager)
        page = self.page(row)
        self.assertContains(page, "Gebeld met Lyon")
        data = fields(page, **{"updates-0-text": "Niet gebeld", "updates-0-DELETE": "on"})
        self.client.post(admin_url(row), data)
        self.assertEqual(FollowUpUpdate.objects.filter(text="Gebeld met Lyon").count(), 1)

    def test_is_listed_by_what_asks_attention(self):
        late, loose = follow_up(due_on=today() - datetime.timedelta(1), owner=self.staff), follow_up(due_on=today())
        self.assertEqual(self.rows(FollowUp, attention="overdue"), {late})
        self.assertEqual(self.rows(FollowUp, attention="unassigned"), {loose})
        self.assertEqual(self.rows(FollowUp, attention="mine"), {late})


@pytest.mark.once
class TwoPeopleAtOnce(AdminTest):
    def test_the_second_keeps_their_text_and_sees_the_first_ones(self):
        trip = mission("Reis")
        data = fields(self.page(trip), title="Mijn titel")
        other = Mission.objects.get(pk=trip.pk)
        other.title = "Hun titel"
        other.save(by=self.manager)
        response = self.client.post(admin_url(trip), data)
        self.assertContains(response, "Marc Meester changed this record", status_code=409)
        self.assertContains(response, "Hun titel", status_code=409)
        self.assertEqual(fields(response)["title"], ["Mijn titel"])
        self.assertEqual(Mission.objects.get().title, "Hun titel")

    def test_the_second_saves_once_more_on_purpose(self):
        trip = mission("Reis")
        data = fields(self.page(trip), title="Mijn titel")
        Mission.objects.get(pk=trip.pk).save(by=self.manager)
        again = fields(self.client.post(admin_url(trip), data))
        self.assertEqual(self.client.post(admin_url(trip), again).status_code, 302)
        self.assertEqual(Mission.objects.get().title, "Mijn titel")

    def test_a_page_without_its_version_is_not_believed(self):
        trip = mission("Reis")
        data = fields(self.page(trip), title="Mijn titel")
        del data["version"]
        self.assertEqual(self.client.post(admin_url(trip), data).status_code, 409)
        self.assertEqual(Mission.objects.get().title, "Reis")

    def test_holds_for_a_meeting_in_the_page_of_its_mission(self):
        trip = mission("Reis")
        talk = meeting("Gesprek", mission=trip)
        data = fields(self.page(trip), **{"meetings-0-title": "Mijn gesprek"})
        talk.title = "Hun gesprek"
        talk.save(by=self.manager)
        response = self.client.post(admin_url(trip), data)
        self.assertContains(response, "Hun gesprek", status_code=409)
        self.assertEqual(fields(response)["meetings-0-title"], ["Mijn gesprek"])
        self.assertEqual(Meeting.objects.get().title, "Hun gesprek")


@pytest.mark.once
class TheAccessLevel(AdminTest):
    def level(self, row):
        return type(row).objects.get(pk=row.pk).level

    def test_is_raised_by_staff(self):
        trip = mission("Reis")
        self.assertEqual(self.save(trip, level=AccessLevel.GOVERNMENT).status_code, 302)
        self.assertEqual(self.level(trip), AccessLevel.GOVERNMENT)

    def test_is_not_lowered_by_staff(self):
        trip = mission("Reis")
        response = self.save(trip, level=AccessLevel.PUBLIC, level_reason="zomaar")
        self.assertContains(response, "right to lower an access level")
        self.assertEqual(self.level(trip), AccessLevel.AUTHORITIES)

    def test_is_lowered_by_a_manager_who_says_why(self):
        trip = mission("Reis")
        self.as_(self.manager)
        self.assertContains(self.save(trip, level=AccessLevel.PUBLIC), "Say why the access level is lowered.")
        self.assertEqual(self.level(trip), AccessLevel.AUTHORITIES)
        self.assertEqual(self.save(trip, level=AccessLevel.PUBLIC, level_reason="vrijgegeven").status_code, 302)
        self.assertEqual(self.level(trip), AccessLevel.PUBLIC)
        self.assertEqual(trip.history.first().history_change_reason, "vrijgegeven")

    def test_of_ones_own_draft_is_lowered_by_its_maker(self):
        trip = mission("Reis", by=self.staff)
        self.assertEqual(self.save(trip, level=AccessLevel.PUBLIC, level_reason="nog maar een idee").status_code, 302)
        self.assertEqual(self.level(trip), AccessLevel.PUBLIC)

    def test_kept_up_by_the_mission_is_said(self):
        talk = meeting("Gesprek", mission=mission("Reis", level=AccessLevel.GOVERNMENT))
        self.as_(self.manager)
        response = self.save(talk, level=AccessLevel.PUBLIC, level_reason="vrijgegeven")
        self.assertIn("that of the record this belongs to", " ".join(map(str, get_messages(response.wsgi_request))))
        self.assertEqual(self.level(talk), AccessLevel.GOVERNMENT)


@pytest.mark.once
class TheArchive(AdminTest):
    def test_is_off_the_lists_and_choices_until_asked_for(self):
        old, new = organisation("Oud huis"), organisation("Nieuw huis")
        old.archive("opgeheven", by=self.manager)
        self.assertEqual(self.rows(Organisation), {new})
        self.assertEqual(self.rows(Organisation, archived="1"), {old})
        self.assertEqual(self.rows(Organisation, archived="all"), {old, new})
        self.assertEqual(self.found("partner", "huis"), ["Nieuw huis"])
        self.assertContains(self.page(old), "opgeheven")

    def test_takes_a_record_from_a_manager_who_says_why(self):
        row = organisation("Oud huis")
        self.as_(self.manager)
        self.assertContains(self.act("archive_selected", row), "Oud huis")
        self.assertEqual(self.act("archive_selected", row, post="yes", why=" ").status_code, 422)
        self.assertFalse(Organisation.objects.get().is_archived)
        self.act("archive_selected", row, post="yes", why="opgeheven", **{f"version-{row.pk}": row.version})
        row.refresh_from_db()
        self.assertEqual((row.is_archived, row.archived_by, row.archived_why), (True, self.manager, "opgeheven"))

    def test_gives_it_back(self):
        row = organisation("Oud huis")
        row.archive("vergissing", by=self.manager)
        self.as_(self.manager)
        data = {"action": "restore_selected", "_selected_action": [row.pk]}
        self.client.post(f"{admin_url(Organisation, 'changelist')}?archived=1", data)
        self.assertFalse(Organisation.objects.get().is_archived)

    def test_takes_nothing_from_staff(self):
        row = organisation("Oud huis")
        self.act("archive_selected", row, post="yes", why="opgeheven")
        self.assertFalse(Organisation.objects.get().is_archived)


@pytest.mark.once
class Deleting(AdminTest):
    def test_ones_own_draft_is_for_its_maker(self):
        mine, theirs = mission("Van mij", by=self.staff), mission("Van hen", by=self.manager)
        self.assertEqual(self.client.post(admin_url(mine, "delete"), {"post": "yes"}).status_code, 302)
        self.assertEqual(self.client.post(admin_url(theirs, "delete"), {"post": "yes"}).status_code, 403)
        self.assertEqual(list(Mission.objects.all()), [theirs])
        self.assertEqual(Mission.history.filter(history_type="-").get().history_user, self.staff)

    def test_several_asks_of_each_whether_it_may(self):
        mine, theirs = mission("Van mij", by=self.staff), mission("Van hen", by=self.manager)
        self.assertContains(self.act("delete_selected", mine, theirs), "Van hen")
        self.assertEqual(self.act("delete_selected", mine, theirs, post="yes").status_code, 403)
        self.assertEqual(Mission.objects.count(), 2)
        self.act("delete_selected", mine, post="yes")
        self.assertEqual(list(Mission.objects.all()), [theirs])

    def test_what_a_source_supports_is_refused(self):
        mine = mission("Van mij", by=self.staff)
        Citation.objects.create(by=self.staff, document=document("Verslag"), quote="x", record=mine)
        self.client.post(admin_url(mine, "delete"), {"post": "yes"})
        self.assertTrue(Mission.objects.exists())

    def test_names_what_stands_in_the_way_once(self):
        mine, report = mission("Van mij", by=self.staff), document("Verslag")
        for quote in ("x", "y"):
            Citation.objects.create(by=self.staff, document=report, quote=quote, record=mine)
        self.assertContains(self.page(mine, "delete"), "Verslag</a>", count=1)


class TheExport(AdminTest):
    def lines(self, response):
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return [line.split(";") for line in text.strip().split("\r\n")]

    def test_has_the_columns_of_the_list_and_the_rows_chosen(self):
        first, _second = follow_up("Eerste"), follow_up("Tweede")
        lines = self.lines(self.act("export_to_csv", first))
        self.assertEqual(lines[0], [str(column.heading) for column in FOLLOW_UPS])
        self.assertEqual([(line[0], line[1]) for line in lines[1:]], [(str(first.pk), "Eerste")])

    def test_is_written_down(self):
        row = follow_up("Eerste")
        self.act("export_to_csv", row)
        record = ExportRecord.objects.get()
        self.assertEqual(
            (record.by, record.noun, record.row_count, record.query), (self.staff, "follow-ups", 1, f"id={row.pk}")
        )

    def test_takes_no_hidden_row_along(self):
        follow_up("Zichtbaar")
        follow_up(SECRET, level=AccessLevel.CONFIDENTIAL)
        row = FollowUp.objects.get(title="Zichtbaar")
        lines = self.lines(self.act("export_to_csv", row, index="0", select_across="1"))
        self.assertEqual([line[1] for line in lines[1:]], ["Zichtbaar"])

    def test_works_for_every_noun(self):
        trip = mission("Reis")
        talk = meeting("Gesprek", mission=trip)
        participant(talk, contact=contact("Leclerc"))
        Citation.objects.create(by=self.staff, document=document("Verslag"), quote="x", record=trip)
        position(contact("Leclerc"), organisation("Soitec"))
        agreement("Pact"), theme(), department(), follow_up()
        self.as_(self.administrator)
        for model in REGISTERED:
            row = model._default_manager.first()
            if row is not None:
                response = self.act("export_to_csv", row)
                self.assertEqual(response["Content-Type"], "text/csv; charset=utf-8", model)
                self.assertEqual(len(self.lines(response)), 2, model)


@pytest.mark.once
class BigTables(AdminTest):
    """A select over a table that grows makes a page of megabytes."""

    SMALL = (Theme, Department)

    def forms(self):
        request = self.client.get(admin_url(Mission, "add")).wsgi_request
        for page in admin.site._registry.values():
            yield page, page.get_form(request) if page.has_add_permission(request) else None
            for inline in page.get_inline_instances(request):
                yield inline, inline.get_formset(request).form

    def test_are_never_in_a_select(self):
        self.as_(self.administrator)
        listed = [
            f"{type(page).__name__}.{name}"
            for page, form in self.forms()
            if form is not None and issubclass(page.model, Recorded | User)
            for name, field in form.base_fields.items()
            if hasattr(field, "queryset")
            and field.queryset.model._meta.app_label not in ("contenttypes",)
            and field.queryset.model not in self.SMALL
            and name not in page.autocomplete_fields
        ]
        self.assertEqual(listed, ["MeetingInline.stop", "MeetingAdmin.stop"])  # The stops of one mission.

    def test_do_not_lengthen_a_form(self):
        add_pages = [admin_url(model, "add") for model in REGISTERED if issubclass(model, Whole)]
        before = {url: sum(sizes_of_selects(self.client.get(url)).values()) for url in add_pages}
        trip = mission()
        for number in range(5):
            stop(trip, place(f"Plaats {number}"))
            position(contact(), organisation())
            document(), agreement(), meeting(), user()
        after = {url: sum(sizes_of_selects(self.client.get(url)).values()) for url in add_pages}
        self.assertEqual(after, before)

    def test_of_colleagues_offer_active_ones_to_staff_who_may_not_open_the_list(self):
        user(Role.STAFF, first_name="Vera", last_name="Vertrokken", is_active=False)
        self.assertEqual(self.found("owner", "ver"), [])
        self.assertEqual(self.found("owner", "meester"), ["Marc Meester"])

    def test_tell_nothing_but_names_when_searched(self):
        self.assertEqual(self.found("owner", self.manager.password[:20]), [])
        asked = {"app_label": "accounts", "model_name": "user", "field_name": "password", "term": "a"}
        self.assertEqual(self.client.get(reverse("admin:autocomplete"), asked).status_code, 403)


@pytest.mark.once
class Lists(AdminTest):
    def make(self):
        trip = mission("Reis", lead=contact())
        talk = meeting("Gesprek", mission=trip, stop=stop(trip))
        agreement("Pact", lead_department=department(), owner=self.manager)
        position(contact(), organisation("Soitec", place=place(), relationship_manager=self.manager))
        Citation.objects.create(by=self.staff, document=document("Verslag"), quote="x", record=trip)
        follow_up("Belofte", partner=organisation(), meeting=talk, owner=self.manager, department=department())
        theme()

    def counts(self):
        counts = {}
        for model in REGISTERED:
            with CaptureQueriesContext(connection) as queries:
                self.client.get(admin_url(model, "changelist"))
            counts[model.__name__] = len(queries)
        return counts

    def test_ask_the_database_as_often_for_one_row_as_for_three(self):
        self.as_(self.administrator)
        self.make()
        self.counts()  # Content types are kept after the first time.
        one = self.counts()
        self.make()
        self.make()
        self.assertEqual(self.counts(), one)

    def test_hold_every_model_that_people_enter(self):
        missing = [
            model.__name__
            for model in Recorded.__subclasses__()
            if not model._meta.abstract and model not in REGISTERED
        ]
        self.assertEqual(missing, [])
        self.assertTrue({Theme, Department, Document, FollowUp, User, ExportRecord} <= set(REGISTERED))


@pytest.mark.once
class EveryPage(AdminTest):
    def test_carries_no_inline_script_or_style(self):
        self.as_(self.administrator)
        follow_up("Belofte", meeting=meeting("Gesprek", mission=mission("Reis")))
        urls = [reverse("admin:index")]
        urls += [
            admin_url(model, name)
            for model in REGISTERED
            if model is not ExportRecord
            for name in ("changelist", "add")
        ]
        urls += [
            admin_url(row, name)
            for row in (FollowUp.objects.get(), self.staff)
            for name in ("change", "history", "delete")
        ]
        for url in urls:
            html = self.client.get(url).content.decode()
            self.assertNotRegex(html, r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)[^>]*>|javascript:", url)


def test_json_is_what_the_fields_found_as_one_types_expect(client, db):
    """`{"results": [{"id", "text"}], "pagination": {"more"}}`."""
    staff = user(Role.STAFF)
    client.force_login(staff)
    body = organisation("Soitec")
    asked = {"app_label": "follow_ups", "model_name": "followup", "field_name": "partner", "term": "soi"}
    found = json.loads(client.get(reverse("admin:autocomplete"), asked).content)
    assert found == {"results": [{"id": str(body.pk), "text": "Soitec"}], "pagination": {"more": False}}


@pytest.mark.once
class ADocument(AdminTest):
    def test_is_edited_after_its_file_was_stored(self):
        self.client.force_login(self.staff)
        url = admin_url(Document, "add")
        data = {**fields(self.client.get(url)), "title": "Note", "file": SimpleUploadedFile("note.pdf", b"%PDF-1.7")}
        self.assertEqual(self.client.post(url, data).status_code, 302)
        stored = Document.objects.get()
        url = admin_url(stored)
        data = {**fields(self.client.get(url)), "reference": "VR 2024"}
        self.assertEqual(self.client.post(url, data).status_code, 302)
        edited = Document.objects.get()
        self.assertEqual(
            (edited.reference, edited.file.name, edited.file_name), ("VR 2024", stored.file.name, "note.pdf")
        )

    def test_of_a_kind_that_is_none_is_refused(self):
        self.client.force_login(self.staff)
        url = admin_url(Document, "add")
        data = {**fields(self.client.get(url)), "title": "Note", "file": SimpleUploadedFile("note.html", b"<p>")}
        self.assertEqual(self.client.post(url, data).status_code, 200)
        self.assertFalse(Document.objects.exists())


@pytest.mark.once
class AMissionOfManyPeople(AdminTest):
    def test_is_sent_whole(self):
        self.client.force_login(self.staff)
        many = {f"delegates-{row}-label": "" for row in range(1100)}
        self.assertEqual(self.client.post(admin_url(Mission, "add"), {"title": "", **many}).status_code, 200)


@pytest.mark.once
class AFieldFoundAsYouType(AdminTest):
    def test_refuses_in_words_what_is_no_row_number(self):
        self.client.force_login(self.staff)
        for number in ("²", "x", "9" * 30, "-1"):
            for model, data in (
                (
                    Meeting,
                    {
                        "title": "x",
                        "mission": number,
                        "stop": number,
                        "place": number,
                        "named": [number],
                        "themes": [number],
                    },
                ),
                (Citation, {"document": number, "content_type": number, "object_id": number}),
            ):
                with self.subTest(model=model, number=number):
                    self.assertEqual(self.client.post(admin_url(model, "add"), data).status_code, 200)


@pytest.mark.once
class AListInTheAdmin(AdminTest):
    def test_has_what_is_without_a_date_last_on_both_databases(self):
        undated, later, sooner = follow_up(), follow_up(due_on=today() + days(2)), follow_up(due_on=today())
        self.client.force_login(self.manager)
        shown = self.client.get(admin_url(FollowUp, "changelist")).context["cl"].result_list
        self.assertEqual([row.pk for row in shown], [sooner.pk, later.pk, undated.pk])
        undated, sooner, later = mission(), mission(starts_on=today()), mission(starts_on=today() + days(2))
        shown = self.client.get(admin_url(Mission, "changelist")).context["cl"].result_list
        self.assertEqual([row.pk for row in shown], [later.pk, sooner.pk, undated.pk])


@pytest.mark.once
class AnEmptyChoice(AdminTest):
    def empty_words(self, page):
        return set(re.findall(r'<option value="" selected>([^<]+)</option>', page.content.decode()))

    def test_is_said_in_words(self):
        self.assertEqual(self.empty_words(self.client.get(admin_url(Mission, "add"))), {"not recorded"})

    def test_that_must_be_made_asks_for_it(self):
        form = self.client.get(admin_url(Citation, "add")).context["adminform"].form
        self.assertEqual(form.fields["content_type"].empty_label, "Choose…")

    def test_of_what_to_do_with_rows_asks_for_it(self):
        page = self.client.get(admin_url(Mission, "changelist"))
        self.assertNotContains(page, "-----")
        self.assertEqual(self.empty_words(page), {"Choose…"})

    def test_of_a_department_of_a_user_is_said_in_words(self):
        page = self.as_(self.administrator).get(admin_url(User, "add"))
        self.assertNotContains(page, "-----")


@pytest.mark.once
class AHeading(AdminTest):
    def test_names_the_kind_of_record(self):
        where = (admin_url(Mission, "add"), admin_url(mission()), admin_url(Mission, "changelist"))
        headings = [self.client.get(url).context["title"] for url in where]
        self.assertEqual(headings, ["Add: mission", "Change: mission", "Missions"])

    def test_of_what_one_may_only_read_does_not_say_change(self):
        self.assertEqual(self.client.get(admin_url(theme())).context["title"], "View theme")


@pytest.mark.once
class AFormInTheAdmin(AdminTest):
    def test_needs_no_script_of_others(self):
        for page in (self.client.get(admin_url(Mission, "add")), self.client.get(admin_url(follow_up()))):
            for other in ("jquery", "select2", "inlines.js", "RelatedObjectLookups", "prepopulate"):
                self.assertNotContains(page, other)
