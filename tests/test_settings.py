"""Production refuses to start with a value that is missing or wrong, in one line; every answer carries the policy."""

import os
import subprocess
import sys

import pytest
from django.test import Client, TestCase, override_settings
from django.urls import path

from config.urls import urlpatterns
from tests import factories

GOOD = {
    "ENTENTE_ENVIRONMENT": "production",
    "SECRET_KEY": "a-long-made-up-key-for-this-test-0123456789-abcdefghij",
    "ALLOWED_HOSTS": "entente.example",
    "DATABASE_URL": "sqlite:///:memory:",
}


def boot(root, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Starts with good values, changed; None takes one away."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    command = [sys.executable, "manage.py", "check"]
    wanted = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(command, cwd=root, env=wanted, capture_output=True, text=True, check=False)


def test_production_starts_with_good_values(root) -> None:
    assert boot(root).returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "x" * 60),
        ("SECRET_KEY_FILE", "/nowhere/key"),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", "mysql://root@localhost/entente"),
        ("DATABASE_URL", "nonsense"),
        ("SECURE_HSTS_SECONDS", "a year"),
        ("SECURE_SSL_REDIRECT", "perhaps"),
        ("EMAIL_URL", "pigeon://loft"),
        ("ENTENTE_URL", "entente.example"),
        ("ENTENTE_URL", "https://entente.example/path"),
        ("ENTENTE_URL", "https://entente.example:99999"),
        ("EMAIL_FROM", "nobody"),
        ("EMAIL_FROM", "a@entente.example, b@entente.example"),
        ("ENTENTE_ENVIRONMENT", "staging"),
    ],
)
def test_production_refuses_a_wrong_value_in_one_line_that_names_it(root, name: str, value: str | None) -> None:
    refused = boot(root, **{name: value})
    said = [line for line in refused.stderr.splitlines() if not line.startswith("Entente: ")]
    assert refused.returncode != 0
    assert len(said) == 1
    assert name.removesuffix("_FILE") in said[0]


def breaks(request):
    raise RuntimeError("internal detail")


class Broken:
    """Our addresses and one that fails."""

    urlpatterns = (*urlpatterns, path("broken/", breaks))
    handler500 = "core.views.server_error"


class EveryAnswer(TestCase):
    def policy_of(self, response) -> str:
        return response.headers["Content-Security-Policy"]

    def test_carries_the_policy_and_stays_in_no_cache(self) -> None:
        self.client.force_login(factories.user())
        for address in ("/", "/follow-ups/", "/nowhere/", "/admin/", "/follow-ups/export.csv?x=1"):
            with self.subTest(address=address):
                response = self.client.get(address)
                self.assertIn("script-src 'self'", self.policy_of(response))
                self.assertNotIn("unsafe", self.policy_of(response))
                self.assertIn("no-store", response["Cache-Control"])

    def test_that_fails_says_a_number_and_nothing_of_the_inside(self) -> None:
        with override_settings(ROOT_URLCONF=Broken):
            client = Client(raise_request_exception=False)
            client.force_login(factories.user())
            response = client.get("/broken/")
        self.assertEqual(response.status_code, 500)
        self.assertIn(response["X-Request-ID"], response.content.decode())
        self.assertNotIn("internal detail", response.content.decode())
        self.assertIn("default-src 'none'", self.policy_of(response))

    def test_of_health_needs_no_sign_in_and_tells_nothing(self) -> None:
        self.assertEqual(self.client.get("/healthz").content, b"ok\n")
        self.assertEqual(self.client.get("/readyz").content, b"ready\n")


class TheLanguage(TestCase):
    def test_is_the_users_then_the_cookies_then_the_browsers_then_dutch(self) -> None:
        def language(**headers: str) -> str:
            return self.client.get("/accounts/login/", headers=headers)["Content-Language"]

        self.assertEqual(language(), "nl")
        self.assertEqual(language(**{"accept-language": "de, fr;q=0.8"}), "fr")
        self.client.cookies["django_language"] = "en"
        self.assertEqual(language(**{"accept-language": "fr"}), "en")
        self.client.force_login(factories.user(language="fr"))
        self.assertEqual(self.client.get("/")["Content-Language"], "fr")

    def test_that_is_chosen_stays_with_the_user_and_leads_back(self) -> None:
        user = factories.user(language="nl")
        self.client.force_login(user)
        response = self.client.post("/language/", {"language": "en", "next": "/missions/?year=2024"})
        self.assertRedirects(response, "/missions/?year=2024")
        user.refresh_from_db()
        self.assertEqual(user.language, "en")

    def test_switch_leads_nowhere_else(self) -> None:
        response = self.client.post("/language/", {"language": "en", "next": "https://evil.example/"})
        self.assertEqual(response["Location"], "/")
