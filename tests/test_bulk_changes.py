"""Many follow-ups changed at once: an exact count first, one transaction, a history for each, and a way back."""

import datetime
import re
from typing import Any
from unittest import mock

import pytest
from django.db import models
from django.test import TestCase
from django.utils import timezone

from accounts.rights import Role
from core.models import SearchEntry
from follow_ups.models import BulkAction, BulkChange, FollowUp, FollowUpUpdate, Step, change_together
from tests import factories
from tests.factories import days, today

NEW = "/follow-ups/bulk/"


class Bulk(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.manager, cls.staff = factories.user(Role.MANAGER), factories.user(Role.STAFF)
        cls.successor = factories.user(Role.STAFF, first_name="Noor", last_name="Nieuw")
        cls.partner, cls.theme = factories.organisation("Soitec"), factories.theme()
        cls.rows = [
            factories.follow_up(f"Belofte {i}", partner=cls.partner, owner=cls.staff, due_on=today() + days(i))
            for i in range(4)
        ]
        cls.rows[0].themes.add(cls.theme)
        cls.rows[0].save(by=cls.manager)
        cls.done = factories.follow_up("Klaar", partner=cls.partner, owner=cls.staff)
        cls.done.complete("Gebeurd.", by=cls.staff)
        cls.elsewhere = factories.follow_up("Elders")

    def setUp(self) -> None:
        self.client.force_login(self.manager)

    def all_of(self) -> Any:
        return FollowUp.objects.filter(partner=self.partner)

    def take(self, action: str, by: Any = None, **values: Any) -> BulkChange:
        return change_together(self.all_of(), Step(action, **values), by=by or self.manager)

    def stored(self, *names: str) -> list[Any]:
        return list(FollowUp.objects.filter(pk__in=[row.pk for row in self.rows]).order_by("pk").values_list(*names))


class AChangeOfMany(Bulk):
    def test_gives_each_the_new_owner_and_leaves_closed_ones(self) -> None:
        change = self.take(BulkAction.ASSIGN, owner=self.successor)
        self.assertEqual(change.count, 4)
        self.assertEqual([pk for pk, _why in change.skipped], [self.done.pk])
        self.assertEqual(self.stored("owner_id"), [(self.successor.pk,)] * 4)
        self.done.refresh_from_db()
        self.assertEqual(self.done.owner, self.staff)

    def test_leaves_a_version_a_story_and_a_history_as_each_ones_own_button_would(self) -> None:
        alone, together = (factories.follow_up("Twee dezelfde", partner=self.partner) for _ in range(2))
        alone.postpone(today() + days(30), "Wacht op hen.", by=self.manager)
        change_together(
            FollowUp.objects.filter(pk=together.pk),
            Step(BulkAction.POSTPONE, due_on=today() + days(30), text="Wacht op hen."),
            by=self.manager,
        )
        self.assertEqual(self.traces(alone), self.traces(together))

    def traces(self, row: FollowUp) -> list[Any]:
        """All that a change leaves, dates and numbers of its own aside."""
        row.refresh_from_db()
        story = row.updates.values(
            "by", "text", "reason", "status_from", "status_to", "owner_from", "owner_to", "due_to"
        )
        line = row.history.first()
        unlike = {"id", "history_id", "history_date", "updated_at", "created_at"}
        fields = {one.attname: getattr(line, one.attname) for one in line._meta.concrete_fields}
        return [row.version, row.updated_by, list(story), {k: v for k, v in fields.items() if k not in unlike}]

    def test_keeps_the_choices_of_each_in_its_history(self) -> None:
        self.take(BulkAction.ASSIGN, owner=self.successor)
        line = self.rows[0].history.first()
        self.assertEqual([one.theme_id for one in line.themes.all()], [self.theme.pk])

    def test_is_found_by_the_result_that_was_typed(self) -> None:
        self.take(BulkAction.COMPLETE, text="Overgedragen aan Vlaanderen Circulair.")
        self.assertEqual(self.stored("status"), [("done",)] * 4)
        self.assertEqual(FollowUp.objects.all().matching("circulair").count(), 4)
        self.assertEqual(SearchEntry.objects.filter(kind="followup", text__contains="circulair").count(), 4)

    def test_changes_nothing_that_is_so_already(self) -> None:
        self.assertEqual(self.take(BulkAction.ASSIGN, owner=self.staff).count, 0)
        self.assertEqual(self.stored("version"), [(2,), (1,), (1,), (1,)])

    def test_neither_changes_nor_counts_nor_names_what_is_hidden(self) -> None:
        hidden = factories.follow_up("Geheim", partner=self.partner, level=4)
        administrator = factories.user(Role.ADMINISTRATOR)
        self.client.force_login(administrator)
        page = self.post(action="drop", text="Vervalt")
        self.assertContains(page, 'id="preview" data-count="4"')
        self.assertNotContains(page, "Geheim")
        change = self.take(BulkAction.DROP, by=administrator, text="Vervalt")
        hidden.refresh_from_db()
        self.assertEqual((change.count, hidden.status, hidden.version), (4, "open", 1))

    def post(self, **data: Any) -> Any:
        return self.client.post(f"{NEW}?partner={self.partner.pk}&all=1", data)


class ThePages(Bulk):
    address = f"{NEW}?all=1&partner="

    def post(self, **data: Any) -> Any:
        return self.client.post(f"{self.address}{self.partner.pk}", data)

    def confirm(self, page: Any, **data: Any) -> Any:
        sent = {
            name: re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())[1]
            for name in ("count", "submission")
        }
        return self.post(confirm="1", **sent, **data)

    def test_lead_from_the_list_over_a_preview_to_the_change_and_back(self) -> None:
        listed = self.client.get("/follow-ups/", {"partner": self.partner.pk})
        self.assertContains(listed, 'form="bulk"', count=5)
        data = {"action": "assign", "owner": self.successor.pk, "owner_text": str(self.successor)}
        page = self.post(**data)
        self.assertContains(page, 'id="preview" data-count="4"')
        self.assertContains(page, 'id="skipped" data-count="1"')
        self.assertEqual(self.stored("owner_id"), [(self.staff.pk,)] * 4)
        done = self.confirm(page, **data)
        change = BulkChange.objects.get()
        self.assertRedirects(done, f"/follow-ups/bulk/{change.pk}/")
        self.assertEqual(
            (self.stored("owner_id"), change.query), ([(self.successor.pk,)] * 4, f"partner={self.partner.pk}")
        )
        self.client.post(f"/follow-ups/bulk/{change.pk}/")
        self.assertEqual(self.stored("owner_id"), [(self.staff.pk,)] * 4)

    def test_take_only_the_rows_that_were_marked(self) -> None:
        chosen = "&".join(f"id={row.pk}" for row in self.rows[:2])
        page = self.client.post(f"{NEW}?partner={self.partner.pk}&{chosen}", {"action": "prioritise", "priority": "1"})
        self.assertContains(page, 'id="preview" data-count="2"')

    def test_ask_again_when_the_count_is_no_longer_what_was_shown(self) -> None:
        data = {"action": "drop", "text": "Vervalt"}
        page = self.post(**data)
        self.rows[0].refresh_from_db()
        self.rows[0].drop("Al gezegd", by=self.staff)
        again = self.confirm(page, **data)
        self.assertContains(again, 'id="preview" data-count="3"', status_code=409)
        self.assertEqual((BulkChange.objects.count(), FollowUp.objects.all().open().count()), (0, 4))
        self.confirm(again, **data)
        self.assertEqual(BulkChange.objects.get().count, 3)

    def test_make_one_change_of_a_double_click(self) -> None:
        data = {"action": "prioritise", "priority": "1"}
        page = self.post(**data)
        self.assertEqual(self.confirm(page, **data)["Location"], self.confirm(page, **data)["Location"])
        self.assertEqual(BulkChange.objects.count(), 1)

    def test_say_what_an_action_needs(self) -> None:
        for data in ({"action": "drop"}, {"action": "complete"}, {"action": "postpone"}, {"action": "prioritise"}, {}):
            self.assertEqual(self.post(**data).status_code, 422, data)

    def test_refuse_a_filter_that_is_not_understood(self) -> None:
        for query in ("partner=999999&all=1", "partnr=1&all=1"):
            self.assertEqual(self.client.post(f"{NEW}?{query}", {"action": "drop", "text": "x"}).status_code, 302)
        self.assertEqual(FollowUp.objects.all().closed().count(), 1)

    def test_show_somebody_elses_change_to_nobody(self) -> None:
        change = self.take(BulkAction.DROP, text="Vervalt")
        self.client.force_login(factories.user(Role.MANAGER))
        self.assertEqual(self.client.get(f"/follow-ups/bulk/{change.pk}/").status_code, 404)
        self.assertEqual(self.client.post(f"/follow-ups/bulk/{change.pk}/").status_code, 404)

    def test_do_not_change_the_past(self) -> None:
        query = f"on={today() - days(1)}"
        for send in (self.client.get, self.client.post):
            self.assertRedirects(send(f"{NEW}?{query}&all=1"), f"/follow-ups/?{query}")


class Undoing(Bulk):
    def test_puts_every_row_back_and_tells_so_in_its_story(self) -> None:
        names = ("owner_id", "due_on", "status", "result", "closed_at", "closed_by_id", "closed_on", "priority")
        before = self.stored(*names)
        for step in (
            {"action": BulkAction.COMPLETE, "text": "Gebeurd"},
            {"action": BulkAction.POSTPONE, "due_on": today() + days(99), "text": "Later"},
            {"action": BulkAction.ASSIGN, "owner": None},
            {"action": BulkAction.PRIORITISE, "priority": 1},
        ):
            change = self.take(**step)
            self.assertEqual((change.count, change.undo(by=self.manager).count), (4, 4), step)
            self.assertEqual(self.stored(*names), before, step)
        self.assertEqual(FollowUpUpdate.objects.filter(follow_up=self.rows[3]).count(), 8)

    def test_skips_what_was_changed_since(self) -> None:
        change = self.take(BulkAction.ASSIGN, owner=self.successor)
        self.rows[0].refresh_from_db()
        self.rows[0].add_update("Gebeld.", by=self.successor)
        undone = change.undo(by=self.manager)
        self.assertEqual((undone.count, [row for row, _why in undone.skipped]), (3, [self.rows[0]]))
        self.assertEqual(self.stored("owner_id")[0], (self.successor.pk,))

    def test_is_possible_once_and_for_ten_minutes(self) -> None:
        change = self.take(BulkAction.DROP, text="Vervalt")
        late = timezone.now() + datetime.timedelta(minutes=10, seconds=1)
        self.client.force_login(self.manager)
        with mock.patch("django.utils.timezone.now", return_value=late):
            self.assertFalse(change.may_be_undone)
        change.undo(by=self.manager)
        again = self.client.post(f"/follow-ups/bulk/{change.pk}/")
        self.assertEqual(again.status_code, 422)


@pytest.mark.long
class FiveThousand(TestCase):
    def test_change_together_with_a_history_for_each_and_back(self) -> None:
        manager, successor = factories.user(Role.MANAGER), factories.user(Role.STAFF)
        partner = factories.organisation()
        first = factories.follow_up(partner=partner)
        rows = [
            FollowUp(title=f"Belofte {i}", partner=partner, created_at=first.created_at, updated_at=first.updated_at)
            for i in range(4_999)
        ]
        models.QuerySet(FollowUp).bulk_create(rows)
        change = change_together(FollowUp.objects.all(), Step(BulkAction.ASSIGN, owner=successor), by=manager)
        self.assertEqual((change.count, FollowUp.objects.filter(owner=successor, version=2).count()), (5_000, 5_000))
        self.assertEqual(FollowUp.history.filter(history_user=manager, owner=successor).count(), 5_000)
        self.assertEqual(change.undo(by=manager).count, 5_000)
        self.assertEqual(FollowUp.objects.filter(owner=None, version=3).count(), 5_000)
