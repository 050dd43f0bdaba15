"""Every address × method × role, walked from the resolver; what is refused leaves every table as it was."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import CalendarLink, SavedView, Sharing, User
from accounts.rights import Role
from agreements.models import AgreementDocument
from core.actors import SYSTEM
from core.models import ExportRecord, Part, Reference
from documents.models import Citation
from follow_ups.models import BulkAction, FollowUp, Step, change_together
from missions.models import MeetingDocument, MissionDocument
from tests import factories
from tests.rights_matrix import (
    ANONYMOUS,
    KEPT_BY_ADMINISTRATORS,
    LOG,
    PARTS,
    RECORDS,
    REFERENCE,
    SITE,
    TAKE_AWAY,
    WRITE,
    Line,
)

PEOPLE = (*Role, ANONYMOUS)
ADMIN_OWN: dict[str, Line] = {
    **dict.fromkeys(("login", "password_change"), WRITE),
    **dict.fromkeys(("index", "app_list", "autocomplete", "jsi18n", "password_change_done"), TAKE_AWAY),
    "logout": {"POST": WRITE["POST"]},
}
TABLES: dict[type[models.Model], dict[str, Line]] = {
    Reference: REFERENCE,
    User: KEPT_BY_ADMINISTRATORS,
    ExportRecord: LOG,
    Part: PARTS,
    models.Model: RECORDS,
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


class Writes:
    """Notes every statement that changes a table, sessions aside."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            self.statements.append(sql[:100])
        return execute(sql, params, many, context)


@pytest.mark.once
class TheRightsMatrix(TestCase):
    maxDiff = None

    @classmethod
    def setUpTestData(cls) -> None:
        cls.users = {role: factories.user(role) for role in Role}
        partner, person = factories.organisation(), factories.contact()
        mission, agreement = factories.mission(), factories.agreement()
        meeting = factories.meeting(mission=mission)
        cls.rows: dict[type[models.Model], int] = {}
        follow_up = factories.follow_up(meeting=meeting, agreement=agreement, kind="invitation")
        position = factories.position(person, partner)
        document = factories.document(file=ContentFile(b"%PDF-1.4", "report.pdf"))
        for link, whole in ((MissionDocument, mission), (MeetingDocument, meeting), (AgreementDocument, agreement)):
            link.objects.create(by=SYSTEM, document=document, **{link.part_of: whole})
        Citation.objects.create(by=SYSTEM, document=document, record=mission, quote="x")
        cls.own = {
            "mission": mission, "meeting": meeting, "organisation": partner, "contact": person,
            "agreement": agreement, "follow-up": follow_up, "document": document, "place": factories.place(),
            "saved-view": SavedView.keep(
                cls.users[Role.MANAGER], noun="missions", query="", name="Alle", sharing=Sharing.EVERYONE
            ),
            "bulk-change": change_together(
                FollowUp.objects.all(), Step(BulkAction.PRIORITISE, priority=1), by=cls.users[Role.MANAGER]
            ),
        }  # fmt: skip
        factories.department(), factories.theme()
        ExportRecord.note(cls.users[Role.STAFF], noun="missions", query="", row_count=0, format="excel")
        factories.user(Role.READER)
        cls.calendar_secret = CalendarLink.make(factories.user())
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
            if name == "autocomplete":
                return f"{reverse('admin:autocomplete')}?app_label=missions&model_name=mission&field_name=lead&term=x"
            model = self.admin_model(name)
            return reverse(f"admin:{name}", args=[self.row_of(model)] if wanted or "<" in str(pattern.pattern) else [])
        if name == "calendar-feed":
            return reverse(name, args=[self.calendar_secret])
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
        table = next(table for kind, table in TABLES.items() if issubclass(model, kind))
        action = "password_change" if name.endswith("password_change") else name.rsplit("_", 1)[1]
        return table.get(action)

    def test_has_a_line_for_every_address(self) -> None:
        unknown = [
            f"{namespace}:{name} {pattern.pattern}"
            for namespace, name, pattern in addresses()
            if name not in WALKED_ELSEWHERE and self.line(namespace, name) is None
        ]
        self.assertEqual(unknown, [])

    def check(self, methods: tuple[str, ...], people: tuple[str, ...]) -> None:
        clients = {who: self.client_of(who) for who in people}
        wrong = []
        for namespace, name, pattern in addresses():
            if name in WALKED_ELSEWHERE or (line := self.line(namespace, name)) is None:
                continue
            path = self.path(namespace, name, pattern)
            for method in methods:
                for who in people:
                    wrong += self.tried(clients[who], method, path, who, may=who in line.get(method, ()))
                    if name == "logout" and who != ANONYMOUS:
                        clients[who] = self.client_of(who)
        self.assertEqual(wrong, [])

    def tried(self, client: Client, method: str, path: str, who: str, *, may: bool) -> list[str]:
        writes = Writes()
        with transaction.atomic():
            with connection.execute_wrapper(writes):
                response = client.generic(method, path, headers={"accept": "text/html"})
            transaction.set_rollback(True)
        attempt = f"{method} {path} as {who}: {response.status_code}"
        if response.status_code >= 500:
            return [attempt]
        if may == is_refused(response, who):
            return [f"{attempt}, expected {'allowed' if may else 'refused'}"]
        if not may and writes.statements:
            return [f"{attempt}, refused and yet {writes.statements}"]
        return []

    def test_holds_for_who_is_not_signed_in(self) -> None:
        self.check(("GET", "POST"), (ANONYMOUS,))

    def test_holds_for_readers(self) -> None:
        self.check(("GET", "POST"), (Role.READER,))

    def test_holds_for_staff(self) -> None:
        self.check(("GET", "POST"), (Role.STAFF,))

    @pytest.mark.long  # Between staff and administrators, who are asked each time.
    def test_holds_for_managers(self) -> None:
        self.check(("GET", "POST"), (Role.MANAGER,))

    def test_holds_for_administrators(self) -> None:
        self.check(("GET", "POST"), (Role.ADMINISTRATOR,))

    def change_nothing(self, methods: tuple[str, ...], people: tuple[str, ...]) -> None:
        """Django's admin answers any method that it does not know like a GET; so it is the tables that count."""
        wrong = []
        for namespace, name, pattern in addresses():
            if name not in WALKED_ELSEWHERE and self.line(namespace, name) is not None:
                path = self.path(namespace, name, pattern)
                for who in people:
                    client = self.client_of(who)
                    for method in methods:
                        writes = Writes()
                        with connection.execute_wrapper(writes):
                            response = client.generic(method, path)
                        if response.status_code >= 500 or (writes.statements and name not in ("login", "logout")):
                            wrong.append(f"{method} {path} as {who}: {response.status_code} {writes.statements}")
        self.assertEqual(wrong, [])

    def test_changes_nothing_by_another_method(self) -> None:
        self.change_nothing(("DELETE",), (Role.STAFF,))

    @pytest.mark.long
    def test_changes_nothing_by_any_other_method_as_any_role(self) -> None:
        self.change_nothing(("PUT", "PATCH", "DELETE"), PEOPLE)


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
