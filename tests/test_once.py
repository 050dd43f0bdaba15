"""A form that is sent twice makes one record."""

import re
import uuid

from django.test import Client, TestCase, TransactionTestCase

from accounts.rights import Role
from core.models import Submission
from follow_ups.models import FollowUp
from tests import factories
from tests.served import at_once


class ANewFollowUp(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff, cls.colleague = factories.user(Role.STAFF), factories.user(Role.STAFF)
        cls.partner = factories.organisation("Soitec")

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def send(self, token: str, **fields: str):
        sent = {"title": "Brief", "partner": self.partner.pk, "partner_text": "Soitec", "level": 2, "priority": 2}
        return self.client.post("/follow-ups/new/", {**sent, "kind": "commitment", "submission": token, **fields})

    def test_has_a_number_in_its_form_and_keeps_it_when_something_is_wrong(self) -> None:
        def number(response) -> str:
            return re.search(r'name="submission" value="([^"]+)"', response.content.decode())[1]

        token = number(self.client.get("/follow-ups/new/"))
        self.assertNotEqual(number(self.client.get("/follow-ups/new/")), token)
        refused = self.send(token, title="")
        self.assertEqual((refused.status_code, number(refused)), (422, token))
        self.assertEqual(self.send(token).status_code, 302)

    def test_is_made_once_and_every_sending_leads_to_it(self) -> None:
        token = str(uuid.uuid4())
        urls = {self.send(token).url for _ in range(3)}
        self.assertEqual(urls, {f"/follow-ups/{FollowUp.objects.get().pk}/"})

    def test_is_another_one_for_another_form_another_user_and_a_script(self) -> None:
        token = str(uuid.uuid4())
        for one in (token, str(uuid.uuid4()), "", "nonsense"):
            self.send(one)
        self.client.force_login(self.colleague)
        self.send(token)
        self.assertEqual(FollowUp.objects.count(), 5)


class ManyAtOnce(TransactionTestCase):
    def test_make_one_record(self) -> None:
        staff, partner = factories.user(Role.STAFF), factories.organisation("Soitec")
        token = Submission.new_token()

        def send() -> tuple[int, str | None]:
            client = Client()
            client.force_login(staff)
            sent = {"title": "Brief", "partner": partner.pk, "partner_text": "Soitec", "level": 2, "priority": 2}
            answer = client.post("/follow-ups/new/", {**sent, "kind": "commitment", "submission": token})
            return answer.status_code, answer.headers.get("Location")

        answers = at_once([send] * 10)
        self.assertEqual(answers, [(302, f"/follow-ups/{FollowUp.objects.get().pk}/")] * 10)
