"""Everything of who leaves goes to a successor: counted as far as the manager sees, done at once, told in each record."""

import re
from typing import Any
from unittest import mock

from django.test import TestCase

from accounts.rights import Role
from follow_ups.models import BulkChange
from follow_ups.models.bulk_change import CountChanged
from follow_ups.models.hand_over import HandOver
from tests import factories
from tests.factories import days, today

PAGE = "/review/hand-over/"
COUNTS = {"follow_ups": 3, "agreements": 2, "organisations": 1, "missions": 1}


class AHandOver(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.manager = factories.user(Role.MANAGER, language="en")
        cls.administrator = factories.user(Role.ADMINISTRATOR, language="en")
        cls.leaver = factories.user(first_name="Vera", last_name="Vertrek")
        cls.successor = factories.user(first_name="Noor", last_name="Nieuw")
        cls.partner = factories.organisation("Soitec", relationship_manager=cls.leaver)
        cls.follow_ups = [factories.follow_up(f"Belofte {i}", partner=cls.partner, owner=cls.leaver) for i in range(3)]
        cls.done = factories.follow_up("Klaar", partner=cls.partner, owner=cls.leaver)
        cls.done.complete("Gebeurd.", by=cls.leaver)
        cls.agreements = [factories.agreement(f"MoU {i}", owner=cls.leaver) for i in range(2)]
        cls.coming = factories.mission("Naar Rijsel", starts_on=today() + days(9), ends_on=today() + days(10))
        cls.past = factories.mission("Voorbij", starts_on=today() - days(9), ends_on=today() - days(8), status="held")
        for mission in (cls.coming, cls.past):
            mission.team.add(cls.leaver)
        factories.agreement("Van een ander", owner=cls.successor)

    def setUp(self) -> None:
        self.client.force_login(self.manager)

    def asked(self, **more: Any) -> dict[str, Any]:
        people = {"leaver": self.leaver, "successor": self.successor}
        data = {
            name: value for key, who in people.items() for name, value in ((key, who.pk), (f"{key}_text", str(who)))
        }
        return {**data, "text": "Vera gaat met pensioen.", **more}

    def confirmed(self, counts: dict[str, int] = COUNTS, **more: Any) -> Any:
        stated = {f"count_{share}": count for share, count in counts.items()}
        return self.client.post(PAGE, self.asked(confirm="1", **stated, **more))

    def shown(self, response: Any) -> dict[str, int]:
        found = re.findall(r'data-share="(\w+)" data-count="(\d+)"', response.content.decode())
        return {share: int(count) for share, count in found}

    def test_is_shown_with_exact_counts_first_and_changes_nothing(self) -> None:
        response = self.client.post(PAGE, self.asked())
        self.assertEqual(self.shown(response), COUNTS)
        self.assertContains(response, 'id="preview" data-count="7"')
        self.assertEqual(HandOver(self.leaver, self.manager, today()).counts(), COUNTS)
        self.assertFalse(BulkChange.objects.exists())

    def test_gives_everything_and_says_what(self) -> None:
        response = self.confirmed()
        change = BulkChange.objects.get()
        self.assertRedirects(response, f"/follow-ups/bulk/{change.pk}/")
        page = self.client.get(response["Location"])
        self.assertEqual(self.shown(page), COUNTS)
        self.assertContains(page, "Handed over from Vera Vertrek to Noor Nieuw")
        for row in (*self.follow_ups, *self.agreements):
            row.refresh_from_db()
            self.assertEqual(row.owner, self.successor)
        self.partner.refresh_from_db()
        self.assertEqual(self.partner.relationship_manager, self.successor)
        self.assertEqual(list(self.coming.team.all()), [self.successor])
        self.assertEqual(sum(HandOver(self.leaver, self.manager, today()).counts().values()), 0)

    def test_leaves_what_is_over(self) -> None:
        self.confirmed()
        self.done.refresh_from_db()
        self.assertEqual(self.done.owner, self.leaver)
        self.assertEqual(list(self.past.team.all()), [self.leaver])

    def test_leaves_a_line_in_each_history(self) -> None:
        self.confirmed()
        for row in (self.follow_ups[0], self.agreements[0], self.partner, self.coming):
            line = row.history.first()
            self.assertEqual((line.history_user, line.history_change_reason), (self.manager, "Vera gaat met pensioen."))
        self.assertEqual([one.user_id for one in self.coming.history.first().team.all()], [self.successor.pk])
        self.assertEqual(self.follow_ups[0].updates.first().text, "Vera gaat met pensioen.")

    def test_gives_back_the_follow_ups_within_ten_minutes(self) -> None:
        page = self.confirmed()["Location"]
        self.assertContains(self.client.get(page), "only the follow-ups go back")
        self.client.post(page)
        self.assertEqual(
            HandOver(self.leaver, self.manager, today()).counts(), {**dict.fromkeys(COUNTS, 0), "follow_ups": 3}
        )

    def test_counts_and_changes_only_what_is_seen(self) -> None:
        hidden = factories.agreement("Geheim", owner=self.leaver, level=4)
        secret = factories.follow_up("Geheim", owner=self.leaver, level=4)
        self.client.force_login(self.administrator)
        response = self.client.post(PAGE, self.asked())
        self.assertEqual(self.shown(response), COUNTS)
        self.assertNotContains(response, "Geheim")
        self.confirmed()
        for row in (hidden, secret):
            row.refresh_from_db()
            self.assertEqual(row.owner, self.leaver)
        self.client.force_login(self.manager)
        self.assertEqual(self.shown(self.client.post(PAGE, self.asked()))["agreements"], 1)

    def test_is_refused_when_it_is_no_longer_what_was_shown(self) -> None:
        factories.agreement("Nog een", owner=self.leaver)
        response = self.confirmed()
        self.assertEqual((response.status_code, self.shown(response)["agreements"]), (409, 3))
        self.assertFalse(BulkChange.objects.exists())
        self.coming.refresh_from_db()
        self.assertEqual(list(self.coming.team.all()), [self.leaver])

    def test_is_done_whole_or_not_at_all(self) -> None:
        broken = mock.patch("follow_ups.models.hand_over.change_together", side_effect=CountChanged(2))
        with broken:
            self.assertEqual(self.confirmed().status_code, 409)
        self.agreements[0].refresh_from_db()
        self.assertEqual(self.agreements[0].owner, self.leaver)

    def test_is_made_once_however_often_it_is_sent(self) -> None:
        token = "0b6b3b0e-6f0f-4f3c-9d56-5f5f4f6f7a11"
        first, again = (self.confirmed(submission=token) for _ in range(2))
        self.assertEqual(first["Location"], again["Location"])
        self.assertEqual(BulkChange.objects.count(), 1)

    def test_wants_two_people_who_can_own_work(self) -> None:
        reader = factories.user(Role.READER, last_name="Lezer")
        for who in (self.leaver, reader):
            refused = self.client.post(PAGE, self.asked(successor=who.pk, successor_text=str(who)))
            self.assertEqual(refused.status_code, 422)

    def test_is_reached_from_the_line_of_an_owner(self) -> None:
        page = self.client.get("/review/?by=owner")
        self.assertContains(page, f'href="{PAGE}?from={self.leaver.pk}"')
        self.assertContains(self.client.get(f"{PAGE}?from={self.leaver.pk}"), "Vera Vertrek")
        self.client.force_login(self.successor)
        self.assertNotContains(self.client.get("/review/?by=owner"), PAGE)
