"""From an invitation to the visit: prefilled with what is on record and nothing else, then offered to be completed."""

from typing import Any

from django.test import TestCase
from django.urls import reverse

from accounts.rights import Role
from follow_ups.models import FollowUp
from missions.models import Mission
from tests import factories
from tests.test_questions import words_of

ADD = "/admin/missions/mission/add/"


class AnInvitation(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF, language="en")
        cls.region = factories.organisation("Hauts-de-France", country="FR")
        cls.theme = factories.theme()
        cls.theirs = factories.follow_up(
            "Tegenbezoek aan Vlaanderen", kind="invitation", direction="theirs", partner=cls.region,
            details="Over gezondheidszorg.", level=3,
        )  # fmt: skip
        cls.theirs.themes.add(cls.theme)

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def form(self, row: FollowUp, direction: str) -> Any:
        page = self.client.get(ADD, {"direction": direction, "follow_up": row.pk})
        return page.context["adminform"].form

    def planned(self, row: FollowUp, **fields: Any) -> Any:
        """A mission made from the invitation, as the form sends it."""
        form = self.form(row, "in")
        data = {name: value for name, value in form.initial.items() if value is not None and name != "follow_up"}
        for prefix in ("stops", "delegates", "meetings", "mission_documents", "documents"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        data |= {"status": "draft", **fields}
        return self.client.post(f"{ADD}?direction=in&follow_up={row.pk}", data)

    def test_is_planned_from_its_page_with_the_likely_traveller_first(self) -> None:
        page = self.client.get(f"/follow-ups/{self.theirs.pk}/")
        self.assertContains(page, f'href="/follow-ups/{self.theirs.pk}/visit/"')
        said = words_of(self.client.get(f"/follow-ups/{self.theirs.pk}/visit/").content.decode())
        self.assertLess(said.index("They come to us"), said.index("We go to them"))
        ours = factories.follow_up(kind="invitation", direction="ours")
        said = words_of(self.client.get(f"/follow-ups/{ours.pk}/visit/").content.decode())
        self.assertLess(said.index("We go to them"), said.index("They come to us"))

    def test_fills_in_what_is_on_record_and_nothing_else(self) -> None:
        form = self.form(self.theirs, "in")
        filled = {name: value for name, value in form.initial.items() if value not in ("", None, [])}
        occasion = filled.pop("occasion")
        self.assertEqual(
            filled,
            {
                "direction": "in", "title": "Tegenbezoek aan Vlaanderen", "objective": "Over gezondheidszorg.",
                "themes": [self.theme.pk], "level": 3, "follow_up": str(self.theirs.pk),
            },
        )  # fmt: skip
        self.assertIn("Hauts-de-France (France)", occasion)
        self.assertEqual(self.form(self.theirs, "out").initial["direction"], "out")

    def test_names_no_partner_or_country_that_is_not_on_record(self) -> None:
        row = factories.follow_up("Bezoek", kind="invitation", mission=factories.mission())
        self.assertNotIn("(", self.form(row, "out").initial["occasion"])

    def test_leads_back_and_then_points_to_the_visit_and_is_completed(self) -> None:
        self.assertContains(
            self.client.get(ADD, {"follow_up": self.theirs.pk}), f'href="/follow-ups/{self.theirs.pk}/"'
        )
        answer = self.planned(self.theirs, starts_on="2027-03-01", ends_on="2027-03-02")
        mission = Mission.objects.get()
        self.assertRedirects(answer, f"/follow-ups/{self.theirs.pk}/visit/?visit={mission.pk}")
        self.assertEqual((mission.direction, mission.level, mission.kind), ("in", 3, ""))
        chosen = self.client.post(
            f"/follow-ups/{self.theirs.pk}/visit/", {"mission": mission.pk, "mission_text": str(mission)}
        )
        complete = f"/follow-ups/{self.theirs.pk}/complete/?visit={mission.pk}"
        self.assertRedirects(chosen, complete)
        self.theirs.refresh_from_db()
        self.assertEqual((self.theirs.mission, self.theirs.status), (mission, "open"))
        self.assertContains(self.client.get(complete), "The visit is planned: “Tegenbezoek aan Vlaanderen”, 1–2 March")

    def test_keeps_the_origin_it_has(self) -> None:
        origin, visit = factories.mission("Missie naar Rijsel"), factories.mission("Tegenbezoek")
        row = factories.follow_up(kind="invitation", mission=origin)
        data = {"mission": visit.pk, "mission_text": str(visit)}
        answer = self.client.post(f"/follow-ups/{row.pk}/visit/", data)
        self.assertRedirects(answer, f"/follow-ups/{row.pk}/complete/?visit={visit.pk}")
        row.refresh_from_db()
        self.assertEqual(row.mission, origin)

    def test_does_not_name_a_visit_that_fewer_may_read(self) -> None:
        secret = factories.mission("Discreet bezoek", level=3)
        row = factories.follow_up(kind="invitation", mission=factories.mission(), level=1)
        page = self.client.get(f"/follow-ups/{row.pk}/complete/?visit={secret.pk}")
        self.assertNotContains(page, "Discreet bezoek")
        self.assertContains(page, "The visit is planned.")

    def test_tells_nothing_of_what_is_hidden(self) -> None:
        boss = factories.user(Role.MANAGER)
        hidden = factories.follow_up("Geheime uitnodiging", kind="invitation", level=4, by=boss)
        secret = factories.mission("Geheim bezoek", level=4, by=boss)
        self.assertEqual(self.client.get(f"/follow-ups/{hidden.pk}/visit/").status_code, 404)
        self.assertNotContains(self.client.get(ADD, {"follow_up": hidden.pk}), "Geheime")
        for page in ("visit", "complete"):
            address = reverse(f"follow-up-{page}", args=[self.theirs.pk])
            self.assertNotContains(self.client.get(f"{address}?visit={secret.pk}"), "Geheim")
        data = {"mission": secret.pk, "mission_text": str(secret)}
        refused = self.client.post(f"/follow-ups/{self.theirs.pk}/visit/", data)
        self.assertEqual(refused.status_code, 422)

    def test_is_the_only_follow_up_that_becomes_a_visit(self) -> None:
        task = factories.follow_up(kind="task")
        self.assertEqual(self.client.get(f"/follow-ups/{task.pk}/visit/").status_code, 404)
        self.assertNotContains(self.client.get(f"/follow-ups/{task.pk}/"), f"/follow-ups/{task.pk}/visit/")
