"""What is shown when a request cannot be answered: in words, with a number, and nothing internal."""

import json
import logging
import re
from unittest import mock

from django.db import InterfaceError
from django.test import Client, SimpleTestCase, TestCase, override_settings
from django.urls import reverse

from accounts.models import User
from core.logs import JsonLines
from tests import factories


class AnErrorPage(TestCase):
    def test_is_drawn_when_the_database_does_not_answer(self) -> None:
        client = Client(raise_request_exception=False)
        client.force_login(factories.user())
        with mock.patch.object(User._default_manager, "get", side_effect=InterfaceError), self.assertLogs("django"):
            with mock.patch("django.contrib.auth.backends.ModelBackend.get_user", side_effect=InterfaceError):
                response = client.get(reverse("home"))
        self.assertContains(response, response["X-Request-ID"], status_code=500)

    @override_settings(ALLOWED_HOSTS=["entente.example"], SECURE_SSL_REDIRECT=True)
    def test_of_a_host_that_is_not_ours_has_a_number_and_the_policy(self) -> None:
        with self.assertLogs("django.security.DisallowedHost"):
            response = self.client.get(reverse("home"), headers={"Host": "elsewhere.example"})
        self.assertContains(response, response["X-Request-ID"], status_code=400)
        self.assertIn("default-src 'none'", response["Content-Security-Policy"])

    def test_is_not_what_a_broken_connection_makes_of_readiness(self) -> None:
        with mock.patch("core.views.MigrationExecutor", side_effect=InterfaceError):
            self.assertEqual(self.client.get(reverse("readyz")).status_code, 503)


class ALineInTheLog(SimpleTestCase):
    def test_says_when_with_its_zone(self) -> None:
        record = logging.makeLogRecord({"msg": "Hello", "created": 1_714_000_000.25})
        self.assertEqual(json.loads(JsonLines().format(record))["at"], "2024-04-24T23:06:40.250+00:00")


class ALanguage(TestCase):
    def test_that_entente_does_not_speak_changes_nothing(self) -> None:
        reader = factories.user(language="fr")
        self.client.force_login(reader)
        for language in ("de", "zh-hans", "x", ""):
            with self.subTest(language=language):
                self.client.post(reverse("set_language"), {"language": language, "next": "/"})
                reader.refresh_from_db()
                self.assertEqual(reader.language, "fr")

    def test_that_was_chosen_stays_with_the_user(self) -> None:
        reader = factories.user(language="fr")
        self.client.force_login(reader)
        self.client.post(reverse("set_language"), {"language": "en", "next": "/"})
        reader.refresh_from_db()
        self.assertEqual(reader.language, "en")

    def test_holds_for_the_bounds_of_a_date(self) -> None:
        said = {str(re.sub(r"[\d/]+", "…", self.bounds(language))) for language in ("nl", "fr", "en")}
        self.assertEqual(len(said), 3)

    def bounds(self, language: str) -> str:
        self.client.force_login(factories.user(language=language))
        follow_up = factories.follow_up()
        data = {"due_on": "1800-01-01"}
        response = self.client.post(reverse("follow-up-postpone", args=[follow_up.pk]), data)
        return response.context["form"].errors["due_on"][0]


class AFile(TestCase):
    def test_with_a_number_that_no_database_holds_is_missing(self) -> None:
        self.client.force_login(factories.user())
        huge = 10**25
        for name in ("agreement-file", "mission-file", "meeting-file"):
            for args in ((huge, 1), (1, huge)):
                with self.subTest(name=name, args=args):
                    self.assertEqual(self.client.get(reverse(name, args=args)).status_code, 404)
