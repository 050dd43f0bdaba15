"""Saved views: a filter under a name, for whom it is meant, on the home page with what is new since one looked."""

import datetime
import re
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Pin, SavedView
from accounts.models.saved_view import MOST_PINNED
from accounts.rights import Role
from accounts.views.ready_views import READY
from tests import factories
from tests.factories import days, today


class Views(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.department = factories.department()
        cls.me = factories.user(Role.STAFF, department=cls.department)
        cls.colleague = factories.user(Role.STAFF, department=cls.department)
        cls.stranger = factories.user(Role.READER)
        cls.partner = factories.organisation("Soitec")
        cls.late = factories.follow_up("Te laat", partner=cls.partner, due_on=today() - days(2))
        factories.follow_up("Op tijd", partner=cls.partner, due_on=today() + days(2))

    def setUp(self) -> None:
        self.client.force_login(self.me)

    def keep(self, query: str = "overdue=1", noun: str = "follow-ups", **given: Any) -> Any:
        address = f"/views/?{urlencode({'noun': noun, 'query': query})}"
        return self.client.post(address, {"name": "Te laat", "sharing": "private", **given})

    def seen_by(self, user: Any) -> list[str]:
        self.client.force_login(user)
        page = self.client.get("/views/?noun=follow-ups").content.decode()
        return re.findall(r'href="/views/\d+/">([^<]+)<', page)


class ASavedView(Views):
    def test_is_the_address_of_the_list(self) -> None:
        self.assertRedirects(self.keep(), "/follow-ups/?overdue=1")
        view = SavedView.objects.get()
        self.assertRedirects(self.client.get(f"/views/{view.pk}/"), "/follow-ups/?overdue=1")

    def test_is_offered_from_its_list_with_the_filter_in_words(self) -> None:
        listed = self.client.get("/follow-ups/", {"overdue": 1, "page": 1})
        link = re.search(r'href="(/views/[^"]+)"', listed.content.decode())[1].replace("&amp;", "&")
        self.assertContains(self.client.get(link), "Te laat")
        self.assertEqual(link, "/views/?noun=follow-ups&query=overdue%3D1")

    def test_is_seen_by_whom_it_is_meant_for(self) -> None:
        for sharing in ("private", "department", "everyone"):
            self.keep(name=f"View {sharing}", sharing=sharing)
        self.assertEqual(self.seen_by(self.me), ["View department", "View everyone", "View private"])
        self.assertEqual(self.seen_by(self.colleague), ["View department", "View everyone"])
        self.assertEqual(self.seen_by(self.stranger), ["View everyone"])
        private = SavedView.objects.get(sharing="private")
        self.assertEqual(self.client.get(f"/views/{private.pk}/").status_code, 404)

    def test_takes_the_place_of_ones_own_of_that_name(self) -> None:
        self.keep()
        self.keep("unassigned=1")
        self.assertEqual(list(SavedView.objects.values_list("query", flat=True)), ["unassigned=1"])

    def test_is_forgotten_by_its_maker_alone(self) -> None:
        self.keep(sharing="everyone")
        view = SavedView.objects.get()
        self.client.force_login(self.colleague)
        self.client.post(f"/views/{view.pk}/", {"forget": 1})
        self.assertEqual(SavedView.objects.count(), 1)
        self.client.force_login(self.me)
        self.client.post(f"/views/{view.pk}/", {"forget": 1})
        self.assertEqual(SavedView.objects.count(), 0)

    def test_is_not_kept_when_its_filter_is_not_understood(self) -> None:
        self.assertEqual(self.keep("partnr=1").status_code, 422)
        self.assertEqual(self.keep(name=" ").status_code, 422)
        self.assertEqual(self.client.get("/views/?noun=nonsense").status_code, 404)
        self.assertEqual(SavedView.objects.count(), 0)

    def test_says_why_a_filter_that_is_too_long_is_not_kept(self) -> None:
        query = "&".join(["status=open"] * 200)
        answer = self.keep(query)
        self.assertContains(answer, "2000", status_code=422)
        self.assertFalse(SavedView.objects.exists())

    def test_has_a_page_of_its_own_with_one_heading(self) -> None:
        levels = re.findall(r"<h(\d)", self.client.get("/views/?noun=follow-ups").content.decode())
        self.assertEqual(levels[:2], ["1", "2"])
        shown = self.client.get("/views/?noun=follow-ups", headers={"HX-Request": "true"}).content.decode()
        self.assertEqual(re.findall(r"<h(\d)", shown)[:2], ["2", "3"])

    def test_is_of_a_list_that_is_there_for_who_keeps_it(self) -> None:
        self.keep("overdue=1", "cabinet-table", sharing="everyone", is_pinned=1)
        view = SavedView.objects.get()
        self.client.force_login(self.stranger)
        self.assertEqual(self.client.get("/views/?noun=cabinet-table").status_code, 404)
        self.assertEqual(self.keep("overdue=1", "cabinet-table").status_code, 404)
        self.client.post(f"/views/{view.pk}/", {"pin": 1})
        self.assertNotContains(self.client.get("/"), f'data-pin="{view.pk}"')


class APinnedView(Views):
    def home(self) -> str:
        page = self.client.get("/").content.decode()
        found = re.search(r'<section class="block" id="pinned">(?s:.*?)</section>', page)
        return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""

    def pinned(self, **given: Any) -> Pin:
        self.keep(is_pinned="on", **given)
        pin = Pin.objects.get()
        Pin.objects.update(looked_at=timezone.now() + datetime.timedelta(microseconds=1))
        return pin

    def test_shows_its_count_and_what_is_new_or_changed_since_one_looked(self) -> None:
        pin = self.pinned()
        self.assertIn('data-count="1"', self.client.get("/").content.decode())
        self.assertNotIn("sinds u keek", self.home())
        for title in ("Nieuw", "Ook nieuw"):
            factories.follow_up(title, partner=self.partner, due_on=today() - days(1))
        self.late.add_update("Gebeld", by=self.colleague)
        self.assertIn("2 nieuw, 1 gewijzigd sinds u keek", " ".join(self.home().split()))
        self.client.get(f"/views/{pin.view_id}/")
        self.assertNotIn("sinds u keek", self.home())

    def test_counts_only_what_the_reader_may_see(self) -> None:
        self.pinned()
        factories.follow_up("Geheim", partner=self.partner, due_on=today() - days(1), level=4)
        self.assertNotIn("nieuw", self.home())

    def test_is_left_out_when_its_filter_names_what_is_hidden_now(self) -> None:
        mission = factories.mission()
        self.keep(f"mission={mission.pk}", is_pinned="on")
        self.assertIn("Te laat", self.home())
        mission.level = 4
        mission.save(by=factories.user(Role.MANAGER))
        self.assertEqual(self.home(), "")

    def test_goes_with_a_button(self) -> None:
        pin = self.pinned()
        self.client.post(f"/views/{pin.view_id}/", {"unpin": 1})
        self.assertEqual(self.home(), "")
        self.client.post(f"/views/{pin.view_id}/", {"pin": 1})
        self.assertIn("Te laat", self.home())

    def test_is_one_of_six_at_most(self) -> None:
        for number in range(MOST_PINNED):
            self.keep(name=f"View {number}", is_pinned="on")
        self.assertEqual(self.keep(name="Een te veel", is_pinned="on").status_code, 422)
        self.assertEqual(Pin.objects.count(), MOST_PINNED)

    def test_asks_no_query_of_its_own_of_the_home_page(self) -> None:
        with CaptureQueriesContext(connection) as before:
            self.client.get("/")
        for number in range(MOST_PINNED):
            self.keep(name=f"View {number}", is_pinned="on")
        self.home()  # Which says what was kept.
        with CaptureQueriesContext(connection) as after:
            self.client.get("/")
        self.assertEqual(len(after), len(before))


class AReadyView(Views):
    def ready(self, user: Any, noun: str = "follow-ups") -> list[str]:
        self.client.force_login(user)
        return re.findall(r'data-ready="([^"]+)"', self.client.get(f"/views/?noun={noun}").content.decode())

    def test_is_found_by_who_has_kept_nothing_yet(self) -> None:
        people = {role: factories.user(role) for role in Role}
        found = {role: self.ready(user) for role, user in people.items()}
        self.assertEqual(found[Role.READER], ["late", "ours"])
        self.assertEqual(found[Role.STAFF], ["mine-late", "mine-this-week", "mine-waiting"])
        self.assertEqual(
            found[Role.MANAGER], ["mine-late", "mine-this-week", "late", "without-owner", "waiting", "moved"]
        )
        self.assertEqual(
            found[Role.ADMINISTRATOR],
            ["mine-late", "mine-this-week", "late", "waiting", "without-department", "without-partner"],
        )

    def test_is_a_filter_that_its_list_understands(self) -> None:
        for one in READY:
            self.client.force_login(factories.user(min(one.roles)))
            with self.subTest(one.key):
                page = self.client.get(f"/{one.noun}/?{one.query}")
                self.assertEqual((page.status_code, page.context["problems"]), (200, []))

    def test_is_pinned_as_a_private_copy_and_then_stands_among_ones_own(self) -> None:
        self.client.post("/views/?noun=follow-ups", {"ready": "mine-late"})
        view = SavedView.objects.get()
        self.assertEqual((view.user, view.query, view.sharing), (self.me, "mine=1&overdue=1", "private"))
        self.assertEqual(Pin.objects.get().view, view)
        self.assertNotIn("mine-late", self.ready(self.me))
        self.client.post("/views/?noun=follow-ups", {"ready": "mine-late"})
        self.assertEqual(SavedView.objects.count(), 1)

    def test_does_not_take_the_place_of_ones_own_of_that_name(self) -> None:
        type(self.me).objects.filter(pk=self.me.pk).update(language="en")
        self.keep("unassigned=1", name="Mine, late")
        self.client.post("/views/?noun=follow-ups", {"ready": "mine-late"})
        self.assertEqual(
            list(SavedView.objects.order_by("pk").values_list("name", "query")),
            [("Mine, late", "unassigned=1"), ("Mine, late (2)", "mine=1&overdue=1")],
        )

    def test_of_another_role_is_no_view(self) -> None:
        self.assertEqual(self.client.post("/views/?noun=follow-ups", {"ready": "without-owner"}).status_code, 404)

    def test_is_not_copied_when_there_is_no_room(self) -> None:
        for number in range(MOST_PINNED):
            self.keep(name=f"View {number}", is_pinned="on")
        self.client.post("/views/?noun=follow-ups", {"ready": "mine-late"})
        self.assertEqual(SavedView.objects.count(), MOST_PINNED)
