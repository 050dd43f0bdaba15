"""Every address × method × role, walked from the resolver; what is refused leaves every table as it was."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.rights import Role
from core.models import ExportRecord, Reference
from tests import factories
from tests.rights_matrix import ANONYMOUS, KEPT_BY_ADMINISTRATORS, RECORDS, REFERENCE, SITE, Line

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PEOPLE = (*Role, ANONYMOUS)
ADMIN_OWN: dict[str, Line] = {
    "index": {"GET": RECORDS["history"]["GET"]},
    "login": {"GET": SITE["login"]["GET"], "POST": SITE["login"]["GET"]},
    "logout": {"POST": RECORDS["history"]["GET"]},
    "password_change": {"GET": RECORDS["history"]["GET"], "POST": RECORDS["history"]["GET"]},
    "password_change_done": {"GET": RECORDS["history"]["GET"]},
    "autocomplete": {"GET": RECORDS["history"]["GET"]},
    "jsi18n": {"GET": RECORDS["history"]["GET"]},
    "app_list": {"GET": RECORDS["history"]["GET"]},
}
# Addresses of Django's admin that lead to others and are walked there.
WALKED_ELSEWHERE = {"view_on_site", None}


def addresses() -> Iterator[tuple[str, str, URLPattern]]:
    """Every pattern of the site as (namespace, name, pattern)."""

    def walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, str, URLPattern]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, entry.namespace or namespace)
            else:
                yield namespace, entry.name, entry

    return walk(get_resolver(), "")


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sessions and content types aside."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
        if model not in (Session, ContentType)
    }


class TheRightsMatrix(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.users = {role: factories.user(role) for role in Role}
        partner, person = factories.organisation(), factories.contact()
        mission, agreement = factories.mission(), factories.agreement()
        meeting = factories.meeting(mission=mission)
        cls.rows: dict[type[models.Model], int] = {}
        follow_up = factories.follow_up(meeting=meeting, agreement=agreement)
        position = factories.position(person, partner)
        document = factories.document()
        cls.own = {
            "mission": mission, "meeting": meeting, "organisation": partner, "contact": person,
            "agreement": agreement, "follow-up": follow_up, "document": document,
        }  # fmt: skip
        factories.department(), factories.theme(), factories.place()
        ExportRecord.note(cls.users[Role.STAFF], noun="missions", query="", row_count=0, format="excel")
        factories.user(Role.READER)
        assert position

    def client_of(self, who: str) -> Client:
        client = Client(raise_request_exception=True)
        if who != ANONYMOUS:
            client.force_login(self.users[Role(who)])
        return client

    def path(self, namespace: str, name: str, pattern: URLPattern) -> str:
        """The address with the row numbers of the prepared records filled in."""
        wanted = pattern.pattern.regex.groupindex
        if namespace == "admin":
            if name == "app_list":
                return reverse("admin:app_list", args=["missions"])
            model = self.admin_model(name)
            return reverse(f"admin:{name}", args=[self.row_of(model)] if wanted or "<" in str(pattern.pattern) else [])
        noun = next((noun for noun in self.own if name == noun or name.startswith(f"{noun}-")), "")
        values = [self.own["document" if "document" in group else noun].pk for group in wanted]
        return reverse(name, args=values)

    @staticmethod
    def admin_model(name: str) -> type[models.Model] | None:
        for model in apps.get_models():
            if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
                return model
        return User if name == "auth_user_password_change" else None

    def row_of(self, model: type[models.Model] | None) -> int:
        if model is User:
            return self.users[Role.READER].pk
        assert model is not None
        row = model._base_manager.order_by("pk").first()
        return row.pk if row else 1

    def line(self, namespace: str, name: str) -> Line | None:
        """What the matrix says of an address; None when it says nothing."""
        if namespace != "admin":
            return SITE.get(name)
        if name in ADMIN_OWN:
            return ADMIN_OWN[name]
        model = self.admin_model(name)
        if model is None:
            return None
        table = (
            REFERENCE
            if issubclass(model, Reference)
            else KEPT_BY_ADMINISTRATORS
            if issubclass(model, User | ExportRecord)
            else RECORDS
        )
        action = "password_change" if name.endswith("password_change") else name.rsplit("_", 1)[1]
        return table.get(action)

    def test_has_a_line_for_every_address(self) -> None:
        unknown = [
            f"{namespace}:{name} {pattern.pattern}"
            for namespace, name, pattern in addresses()
            if name not in WALKED_ELSEWHERE and self.line(namespace, name) is None
        ]
        self.assertEqual(unknown, [])

    def test_holds_for_every_method_and_role(self) -> None:
        before = snapshot()
        clients = {who: self.client_of(who) for who in PEOPLE}
        wrong = []
        for namespace, name, pattern in addresses():
            if name in WALKED_ELSEWHERE or (line := self.line(namespace, name)) is None:
                continue
            path = self.path(namespace, name, pattern)
            for method in METHODS:
                for who in PEOPLE:
                    may = who in line.get(method, ())
                    with transaction.atomic():
                        response = clients[who].generic(method, path, headers={"accept": "text/html"})
                        was_refused = is_refused(response, who)
                        if was_refused and method != "GET" and snapshot() != before:
                            wrong.append(f"{method} {path} as {who}: refused, yet a table changed")
                        transaction.set_rollback(True)
                    if response.status_code >= 500:
                        wrong.append(f"{method} {path} as {who}: {response.status_code}")
                    elif may == was_refused:
                        wrong.append(
                            f"{method} {path} as {who}: {response.status_code}, expected {'allowed' if may else 'refused'}"
                        )
                    # A sign-out inside the savepoint takes the session away.
                    if name in ("logout",) and method == "POST" and who != ANONYMOUS:
                        clients[who] = self.client_of(who)
        self.assertEqual(wrong, [])


def is_refused(response: Any, who: str) -> bool:
    """403, 404, 405, or for who is not signed in the way to the sign-in page."""
    if response.status_code in (403, 404, 405):
        return True
    return (
        who == ANONYMOUS and response.status_code == 302 and response["Location"].startswith("/accounts/login/?next=")
    )


class TheTableOfRights(TestCase):
    def test_is_the_one_in_the_docs(self) -> None:
        from pathlib import Path

        from django.utils import translation

        from accounts.rights import print_table

        page = Path("docs/rights.md").read_text(encoding="utf-8")
        with translation.override("en"):
            self.assertTrue(page.rstrip().endswith(print_table()))

    def test_answers_django_permission_questions(self) -> None:
        staff, reader, administrator = (factories.user(role) for role in ("staff", "reader", "administrator"))
        self.assertTrue(staff.has_perm("missions.change_mission"))
        self.assertFalse(reader.has_perm("missions.view_mission"))
        self.assertFalse(staff.has_perm("partners.add_theme"))
        self.assertTrue(administrator.has_perm("partners.add_theme"))
        self.assertFalse(staff.has_perm("accounts.view_user"))
        self.assertFalse(staff.has_perm("no.such_thing"))
        self.assertFalse(staff.has_perm("nonsense"))

    def test_lets_staff_delete_their_own_drafts_only(self) -> None:
        staff, manager = factories.user("staff"), factories.user("manager")
        own, others = factories.mission(by=staff), factories.mission()
        held = factories.mission(by=staff, status="held")
        self.assertEqual(
            [staff.has_perm("missions.delete_mission", mission) for mission in (own, others, held)],
            [True, False, False],
        )
        self.assertTrue(manager.has_perm("missions.delete_mission", others))

    def test_lets_managers_lower_a_level_and_staff_that_of_their_drafts(self) -> None:
        staff, manager = factories.user("staff"), factories.user("manager")
        self.assertTrue(staff.may_lower_level(factories.mission(by=staff)))
        self.assertFalse(staff.may_lower_level(factories.mission()))
        self.assertTrue(manager.may_lower_level(factories.mission()))
