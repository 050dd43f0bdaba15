"""Nobody reads what is above their right: every text carries its level, and every address is asked by every role."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client, TestCase
from django.urls import reverse
from simple_history.models import HistoricalChanges

from accounts.models import CalendarLink, User
from accounts.rights import Role
from agreements.models import Agreement
from core.forms import RecordField
from core.models import ExportRecord, LevelledWhole, Recorded
from documents.models import Citation, Document
from follow_ups.models import FollowUp
from missions.models import Meeting, Mission
from partners.models import Contact
from tests import factories
from tests.admin_pages import admin_url, fields
from tests.planted import (
    HOLDS_NO_RECORD,
    INSIDER,
    NAMED,
    NOUNS,
    PEOPLE,
    READABLE,
    TOKEN,
    Addresses,
    World,
    body_of,
    client_of,
    may_read,
    patterns,
    registered,
    said,
    same_each_time,
    spoken,
)

# In every run; the others in the long one. The insider is staff who are named among what staff may not read.
ON_SITE = (Role.READER, INSIDER)
IN_ADMIN = (INSIDER,)
HIDDEN = {
    Mission: factories.mission,
    Meeting: factories.meeting,
    Agreement: factories.agreement,
    Document: factories.document,
}
# No page says why an organisation or contact of the planted world is archived: none is. Drafts, saved views and changes
# of many are shown to their maker alone, who is not planted.
UNSAID = {
    "draftkey",
    "savedviewname",
    "savedviewnoun",
    "savedviewquery",
    "bulkchangequery",
    "contactarchivedwhy",
    "organisationarchivedwhy",
}


class Asked:
    """What was read at which address, by whom."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.leaks: list[str] = []
        self.seen: dict[str, set[str]] = defaultdict(set)

    def ask(self, who: str, paths: Iterable[str], **headers: str) -> None:
        """Reads them all, and keeps the tokens found."""
        client = client_of(self.world.people[who])
        for path in paths:
            response = client.get(path, headers=headers)
            if response.status_code >= 500:
                self.leaks.append(f"{who} {path}: {response.status_code}")
            self.read(who, path, said(response))

    def read(self, who: str, path: str, text: str) -> None:
        """Keeps the tokens in a text; those that this person may not read are leaks."""
        for found in {one[0]: one for one in TOKEN.finditer(text)}.values():
            self.seen[who].add(f"{found[1]}{found[2].lower()}")
            if not may_read(who, found):
                self.leaks.append(f"{who} {path}: {found[0]}")


class Planted(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World().make()


class PlantedTexts(Planted):
    @pytest.mark.once
    def test_appear_at_no_address_above_the_readers_right(self) -> None:
        addresses, asked = Addresses(self.world), Asked(self.world)
        for who in ON_SITE:
            asked.ask(who, addresses.on_site())
        for who in IN_ADMIN:
            asked.ask(who, addresses.in_admin())
        self.assertEqual(asked.leaks, [])
        # What was looked for is there to be found.
        self.assertEqual(spoken() - {name[1:] for name in asked.seen[INSIDER]}, UNSAID)
        self.assertEqual(of_level(NAMED, self.world.said) - asked.seen[INSIDER], set())

    @pytest.mark.long
    def test_appear_at_no_address_above_anybodys_right(self) -> None:
        addresses, asked = Addresses(self.world, everything=True), Asked(self.world)
        for who in PEOPLE:
            asked.ask(who, addresses.on_site())
            asked.ask(who, addresses.in_admin())
        asked.ask(INSIDER, addresses.on_site(), **{"HX-Request": "true"})
        self.assertEqual(asked.leaks, [])
        for who in (Role.STAFF, INSIDER, Role.MANAGER):
            for level in READABLE[who]:
                self.assertEqual(of_level(level, self.world.said) - asked.seen[who], set(), (who, level))

    def test_appear_in_no_calendar_above_its_owners_right(self) -> None:
        """Everyone in turn leads every mission and sits at every table; what names nobody else stays hidden all the same."""
        today = factories.today()
        models.QuerySet(Mission).update(lead=self.world.person, starts_on=today, ends_on=today, status="held")
        models.QuerySet(Meeting).update(day=today)
        models.QuerySet(FollowUp).update(kind="review", due_on=today)
        asked = Asked(self.world)
        for who, user in self.world.people.items():
            models.QuerySet(Contact).filter(pk=self.world.person.pk).update(user=user)
            response = Client().get(reverse("calendar-feed", args=[CalendarLink.make(user)]))
            asked.read(who, "calendar", said(response).replace("\r\n ", ""))
        self.assertEqual(asked.leaks, [])
        for who in PEOPLE:
            levels = {int(name[0]) for name in asked.seen[who]}
            self.assertEqual(
                levels, READABLE[who] & {1, 2, 3}, who
            )  # What is confidential is named on no other server.

    @pytest.mark.once
    def test_appear_in_nothing_that_is_sent_and_comes_back(self) -> None:
        asked = Asked(self.world)
        for who in (Role.STAFF, Role.ADMINISTRATOR, INSIDER):
            client = client_of(self.world.people[who])
            for model in registered():
                path, chosen = admin_url(model, "changelist"), list(model._base_manager.values_list("pk", flat=True))
                for action in ("export_to_csv", "delete_selected"):
                    sent = {"action": action, "_selected_action": chosen, "index": 0}
                    asked.read(who, f"{path} {action}", said(client.post(path, sent)))
        self.assertEqual(asked.leaks, [])

    def test_do_not_come_back_with_a_form_that_was_given_hidden_numbers(self) -> None:
        asked, client = Asked(self.world), client_of(self.world.people[INSIDER])
        for model in (Agreement, Meeting, Mission, FollowUp):
            row = self.world.rows[model][NAMED]
            page = client.get(admin_url(row))
            sent = {**fields(page, **self.hidden_numbers(model)), "title": ""}
            response = client.post(admin_url(row), sent)
            self.assertEqual(response.status_code, 200)
            asked.read(INSIDER, admin_url(row), said(response))
        edit = reverse("follow-up-edit", args=[self.world.rows[FollowUp][NAMED].pk])
        response = client.post(edit, {"title": "", **self.hidden_numbers(FollowUp)})
        self.assertEqual(response.status_code, 409)  # Without a version it is put together with what is stored.
        asked.read(INSIDER, edit, said(response))
        self.assertEqual(asked.leaks, [])

    def test_are_not_told_by_a_form_that_the_address_fills_in(self) -> None:
        client = client_of(self.world.people[Role.STAFF])
        forms = {admin_url(model, "add"): model for model in registered() if issubclass(model, Recorded)}
        kept = [HIDDEN[model](f"TOK4{model.__name__}", pk=987_654, level=4) for model in HIDDEN]
        factories.stop(kept[0])
        for path, model in {**forms, reverse("follow-up-new"): FollowUp}.items():
            for name in self.hidden_numbers(model):
                hidden, missing = (unnumbered(client.get(path, {name: pk}), pk) for pk in (987_654, 987_655))
                self.assertEqual(hidden, missing, f"{path}?{name}=")

    def hidden_numbers(self, model: type[models.Model]) -> dict[str, int]:
        """For each field that points at records with a level, the number of a hidden one."""
        targets = {one.name: one.related_model for one in model._meta.get_fields() if one.is_relation and one.concrete}
        rows = self.world.rows
        return {name: rows[target][4].pk for name, target in targets.items() if 4 in rows.get(target, {})}


def unnumbered(response: Any, number: int) -> str:
    """What a page says, without a number that was in its address and the tokens that differ each time."""
    return re.sub(rf"\b{number}\b", "N", same_each_time(body_of(response)))


class HiddenRecords(Planted):
    @pytest.mark.long
    def test_change_no_count_order_page_or_suggestion(self) -> None:
        """Staff read the same pages, letter by letter, whether or not the database holds what they may not read."""
        staff = self.world.people[Role.STAFF]
        lists = [*self.lists()]
        paths = [*self.pages_of_records(), *lists]
        with mock.patch("core.views.ROWS_PER_PAGE", 4):
            for path in lists:  # Each list notes what was asked of it last, and says so the next time.
                client_of(staff).get(path)
            before = {path: same_each_time(body_of(client_of(staff).get(path))) for path in paths}
            removed = self.remove_what_is_hidden_from(staff)
            after = {path: same_each_time(body_of(client_of(staff).get(path))) for path in paths}
        self.assertGreater(removed, 200)
        self.assertEqual([path for path in paths if before[path] != after[path]], [])

    def lists(self) -> Iterator[str]:
        for namespace, name, pattern in patterns():
            if name in HOLDS_NO_RECORD or pattern.pattern.converters or namespace == "admin":
                continue
            yield from (f"{reverse(name)}{query}" for query in ("", "?page=2", "?q=tok"))
        for model in registered():
            if model is not ExportRecord:
                yield admin_url(model, "changelist")
        yield from Addresses(self.world).found_as_you_type()

    def pages_of_records(self) -> Iterator[str]:
        """Open records of each kind, whose neighbours are hidden."""
        for noun, model in NOUNS.items():
            rows = self.world.rows[model]
            open_rows = [rows[key] for key in (1, 3, "one") if key in rows]
            if noun != "document":
                yield from (reverse(noun, args=[row.pk]) for row in open_rows)
            row = open_rows[0 if model is Mission else -1]
            yield from (admin_url(row, page) for page in ("change", "history", "delete"))

    def remove_what_is_hidden_from(self, user: User) -> int:
        """Every row that this user may not read, and all that points at it; gives how many."""
        doomed: dict[type[models.Model], set[Any]] = defaultdict(set)
        for model in apps.get_models():
            if issubclass(model, LevelledWhole | Citation):
                seen = model._default_manager.all().visible_to(user).values("pk")
                doomed[model] = set(model._base_manager.exclude(pk__in=seen).values_list("pk", flat=True))
        found = 0
        while found != (found := sum(map(len, doomed.values()))):
            for model in apps.get_models(include_auto_created=True):
                for one in model._meta.concrete_fields:
                    if one.is_relation and doomed.get(one.related_model):
                        rows = model._base_manager.filter(**{f"{one.name}__in": doomed[one.related_model]})
                        doomed[model] |= set(rows.values_list("pk", flat=True))
                if issubclass(model, HistoricalChanges):
                    lines = model._base_manager.filter(id__in=doomed.get(model.instance_type, ()))
                    doomed[model] |= set(lines.values_list("pk", flat=True))
        for model, pks in doomed.items():
            models.QuerySet(model).filter(pk__in=pks)._raw_delete(connection.alias)
        return found


class AReferenceToAHiddenRecord(TestCase):
    """Confidential work of one's own, that comes from what somebody else keeps confidential."""

    def setUp(self) -> None:
        self.staff = factories.user(Role.STAFF)
        self.client.force_login(self.staff)
        self.mission = factories.mission("Aardvarken", level=4)
        factories.stop(self.mission, factories.place("Lyon", country="FR"))
        self.meeting = factories.meeting("Verborgen", mission=self.mission)
        factories.place("Keulen", country="DE")

    def rows(self, path: str) -> list[int]:
        return [int(pk) for pk in re.findall(r'data-row="[a-z-]+:(\d+)"', self.client.get(path).content.decode())]

    def test_tells_no_country(self) -> None:
        follow_up = factories.follow_up("Mijn belofte", meeting=self.meeting, owner=self.staff)
        meeting = factories.meeting("Mijn overleg", mission=self.mission, by=self.staff)
        for path, pk in (("/follow-ups/", follow_up.pk), ("/meetings/", meeting.pk)):
            self.assertEqual(self.rows(path), [pk])
            self.assertEqual((self.rows(f"{path}?country=FR"), self.rows(f"{path}?country=DE")), ([], []))
        self.mission.named.add(self.staff)
        self.assertEqual(self.rows("/follow-ups/?country=FR"), [follow_up.pk])
        self.assertEqual(self.rows("/meetings/?country=FR"), [meeting.pk])

    def test_tells_no_order(self) -> None:
        missions = [factories.mission(title, level=4) for title in ("Beverrat", "Aardvarken", "Civetkat")]
        mine = [factories.meeting("Mijn overleg", mission=mission, by=self.staff).pk for mission in missions]
        for path in ("/meetings/?o=mission", "/meetings/?o=-mission", f"{admin_url(Meeting, 'changelist')}?o=4"):
            numbers = re.findall(r"/meetings?/(\d+)/", self.client.get(path).content.decode())
            self.assertIn(list(dict.fromkeys(map(int, numbers))), (mine, mine[::-1]), path)

    def test_tells_no_stop(self) -> None:
        page = self.client.get(admin_url(Meeting, "add"), {"mission": self.mission.pk})
        self.assertNotContains(page, "Lyon")

    def test_is_kept_when_the_follow_up_is_edited_by_who_does_not_see_it(self) -> None:
        partner = factories.organisation("Oude regio")
        follow_up = factories.follow_up("Mijn belofte", meeting=self.meeting, partner=partner, owner=self.staff)
        partner.archive("merged", by=self.staff)
        path = reverse("follow-up-edit", args=[follow_up.pk])
        page = self.client.get(path)
        self.assertNotContains(page, "Verborgen")
        self.client.post(path, {**sent_by(page), "title": "Onze belofte"})
        follow_up.refresh_from_db()
        self.assertEqual(
            (follow_up.title, follow_up.meeting, follow_up.mission, follow_up.partner),
            ("Onze belofte", self.meeting, self.mission, partner),
        )

    def test_is_not_cited_from_a_private_note_to_a_reader(self) -> None:
        meeting, document = factories.meeting(), factories.document()
        Citation.objects.create(
            by=self.staff, document=document, record=meeting, field_name="internal_note", quote="onder ons"
        )
        path = reverse("meeting", args=[meeting.pk])
        self.assertContains(self.client.get(path), "onder ons")
        self.client.force_login(factories.user(Role.READER))
        self.assertNotContains(self.client.get(path), "onder ons")


def sent_by(page: Any) -> dict[str, Any]:
    """What the form of a follow-up's page would send."""
    form = page.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        context = bound.field.widget.get_context(bound.html_name, value, {})["widget"]
        sent[bound.html_name] = context["value"] if isinstance(bound.field, RecordField) else value
        if isinstance(bound.field, RecordField):
            sent[f"{bound.html_name}_text"] = context["text"]
    return {name: value for name, value in sent.items() if value not in (None, "", [])}


def of_level(level: int, names: Iterable[str]) -> set[str]:
    """Those that say this level."""
    return {name for name in names if name.startswith(str(level))}
