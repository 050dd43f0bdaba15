"""A world in which every text says who may read it, and every address at which it could be read.

A token is `TOK`, the level of its record, the record's kind and the field: `TOK4missionobjective`. Level 5 is confidential too,
but names one member of staff, the insider; level 6 is what a record said while it was still confidential.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django_countries.fields import CountryField
from simple_history.models import HistoricalChanges

from accounts.models import CalendarLink, Department, Mail, User
from accounts.rights import Role
from agreements.models import Agreement, AgreementDecision, AgreementDocument, AgreementParty, Signature
from core.fields import SortKeyField
from core.models import ExportRecord, LevelledWhole, SearchEntry, Submission, Whole
from documents.models import Citation, Document
from follow_ups.models import FollowUp, FollowUpUpdate
from missions.models import (
    Delegate,
    Meeting,
    MeetingAgreement,
    MeetingDocument,
    Mission,
    MissionDocument,
    Participant,
    Stop,
)
from partners.models import Contact, Organisation, OrganisationLink, OrganisationName, Place, Position, Theme
from tests import factories

INSIDER = "insider"
PEOPLE = (*Role, INSIDER)
LEVELS = (1, 2, 3, 4)
NAMED, ONCE = 5, 6
# What each person may read; managers also what was once confidential, the insider what names them.
READABLE = {
    Role.READER: {1, 2},
    Role.STAFF: {1, 2, 3},
    Role.ADMINISTRATOR: {1, 2, 3},
    Role.MANAGER: {1, 2, 3, 4, NAMED, ONCE},
    INSIDER: {1, 2, 3, NAMED},
}
# Hidden from readers at any level, with what is cited about them.
PRIVATE = ("contactmobile", "contactprivatenotes", "meetinginternalnote", "private")
DERIVED = {"search_text", "sort_key", "sha256"}
TOKEN = re.compile(r"tok([1-6])([a-z]{4,})", re.IGNORECASE)
# Random letters against forgery, in which anything may be read: "Tok6KDIeb" was, one day; and the moment of a file.
RANDOM = re.compile(
    r'((?:name="(?:csrfmiddlewaretoken|submission)" value="|X-CSRFToken": "|csrftoken=|sessionid=|generated_at": "))[^";\s]+'
)

NOT_TYPED = User | ExportRecord | SearchEntry | Submission | CalendarLink | Mail  # What Entente itself writes.


def may_read(who: str, token: re.Match[str]) -> bool:
    """Whether this person may read this token."""
    level, name = int(token[1]), token[2].lower()
    return level in READABLE[who] and (who != Role.READER or not name.startswith(PRIVATE))


def token(level: int, model: type[models.Model], name: str) -> str:
    """TOK4missionobjective"""
    return f"TOK{level}{model._meta.model_name}{name.replace('_', '')}"


def is_free_text(one: Any) -> bool:
    """Whether people type this field."""
    if not isinstance(one, models.CharField | models.TextField) or one.choices or one.name in DERIVED:
        return False
    return not isinstance(one, SortKeyField | CountryField)


def text_fields(model: type[models.Model]) -> list[Any]:
    """The fields of a model that people type."""
    return [one for one in model._meta.concrete_fields if is_free_text(one)]


def texts(model: type[models.Model], level: int) -> dict[str, str]:
    """A token for every field that people type, archiving and files aside."""
    found = {}
    for one in text_fields(model):
        words = token(level, model, one.name)
        if isinstance(one, models.EmailField):
            words = f"{words}@example.org"
        elif isinstance(one, models.URLField):
            words = f"https://example.org/{words}"
        found[one.name] = words
    return {name: words for name, words in found.items() if name not in ("archived_why", "file_name")}


def spoken() -> set[str]:
    """Every field that people type, of every model of Entente's own, as the tokens name it: `missionobjective`."""
    found = set()
    for model in apps.get_models():
        is_own = not model.__module__.startswith(("django.", "simple_history."))
        if is_own and not issubclass(model, HistoricalChanges | NOT_TYPED):
            found |= {token(1, model, one.name)[4:] for one in text_fields(model)}
    return found


@dataclass
class World:
    """Records of every level, linked to each other in every way the rules allow."""

    people: dict[str, User] = field(default_factory=dict)
    rows: dict[type[models.Model], dict[Any, Any]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)

    def make(self) -> "World":
        """Plants it."""
        self.people = {
            who: factories.user(Role.STAFF if who == INSIDER else who, username=f"user-{who}") for who in PEOPLE
        }
        self.manager, self.insider = self.people[Role.MANAGER], self.people[INSIDER]
        self._neutral()
        for level in LEVELS:
            self._cluster(level)
        self._named()
        self._crossed()
        for level in LEVELS[:3]:
            self._lowered(level)
        self._archived()
        return self

    def keep(self, key: Any, row: Any) -> Any:
        """Remembers a record under its level."""
        self.rows.setdefault(type(row), {})[key] = row
        return row

    def new(self, model: type[models.Model], level: int, key: Any = None, **fields: Any) -> Any:
        """A record that says its level in every field; confidential ones made by somebody else."""
        at = {"level": min(level, 4)} if issubclass(model, LevelledWhole) else {}
        by = fields.pop("by", self.manager)
        row = model._default_manager.create(by=by, **{**self.words(model, level), **at, **fields})
        return self.keep(key or level, row) if issubclass(model, LevelledWhole) else row

    def words(self, model: type[models.Model], level: int) -> dict[str, str]:
        """A token for every field that people type, remembered."""
        found = texts(model, level)
        self.said |= {token(level, model, name)[3:] for name in found}
        return found

    def _neutral(self) -> None:
        """What has no level: anyone may read it, private fields aside."""
        self.theme, self.department = self.new(Theme, 1), self.new(Department, 1)
        self.place = self.new(Place, 1, country="FR")
        self.partner = self.new(Organisation, 1, country="FR", place=self.place)
        self.child = self.new(Organisation, 1, parent=self.partner, country="FR")
        self.new(OrganisationName, 1, organisation=self.partner)
        self.new(OrganisationLink, 1, organisation=self.partner, other=self.child, kind="partner")
        self.person = self.new(Contact, 1)
        self.position = self.new(Position, 1, contact=self.person, organisation=self.partner, status="current")
        for row in (self.theme, self.department, self.place, self.partner, self.person, self.position):
            self.keep("one", row)

    def _cluster(self, level: int) -> None:
        """One record of each kind; mission 1 holds meetings of every level, agreement 1 begins a family."""
        self.new(Document, level, file=ContentFile(b"x", name=f"{token(level, Document, 'filename')}.txt"))
        agreements = self.rows.get(Agreement, {})
        agreement = self.new(Agreement, level, parent=agreements.get(level - 1), owner=self.manager, status="signed")
        self._parts_of_agreement(agreement, level)
        mission = self.new(Mission, level, lead=self.person, starts_on=factories.today(), status="held")
        self._parts_of_mission(mission, level)
        inside = self.rows[Mission][1]
        meeting = self.new(Meeting, level, mission=inside, status="held", stop=inside.stops.first())
        self._parts_of_meeting(meeting, level)
        self.new(Meeting, level, key=("alone", level), mission=mission if level < 4 else None, day=factories.today())
        follow_up = self.new(
            FollowUp, level, partner=self.partner, contact=self.person, meeting=meeting, agreement=agreement,
            due_on=factories.today() - factories.days(level),
        )  # fmt: skip
        self._story(follow_up, level)
        of_partner = {"partner": self.partner, "department": self.department}
        self.new(
            FollowUp, level, key=("partner", level), owner=self.people[Role.STAFF] if level < 4 else None, **of_partner
        )

    def _parts_of_agreement(self, agreement: Agreement, level: int) -> None:
        self.new(AgreementParty, level, agreement=agreement, organisation=self.partner)
        decision = AgreementDecision(
            agreement=agreement, step="evaluate", at=timezone.now(), level=min(level, 4), status_from="signed",
            status_to="signed", other=self.rows[Agreement].get(4), **self.words(AgreementDecision, level),
        )  # fmt: skip
        decision.save(by=self.manager)
        self.new(Signature, level, agreement=agreement, contact=self.person, on_behalf_of=self.partner)

    def _parts_of_mission(self, mission: Mission, level: int) -> None:
        self.new(Stop, level, mission=mission, place=self.place)
        self.new(Delegate, level, mission=mission, contact=self.person, organisation=self.partner)

    def _parts_of_meeting(self, meeting: Meeting, level: int) -> None:
        self.new(Participant, level, meeting=meeting, contact=self.person, organisation=self.partner)
        self.new(Participant, level, meeting=meeting, side="own")

    def _story(self, follow_up: FollowUp, level: int) -> None:
        follow_up.add_update(token(level, FollowUpUpdate, "text"), by=self.manager)
        later = factories.today() + factories.days(level)
        follow_up.postpone(later, token(level, FollowUpUpdate, "reason"), by=self.manager)

    def _named(self) -> None:
        """Confidential records that name the insider, beside and below some that do not."""
        hidden = {model: rows[4] for model, rows in self.rows.items() if 4 in rows}
        self.new(Document, NAMED).named.add(self.insider)
        self.new(Agreement, NAMED, parent=hidden[Agreement], owner=self.insider)
        mission = self.new(Mission, NAMED)
        mission.team.add(self.insider)
        self._parts_of_mission(mission, NAMED)
        meeting = self.new(Meeting, NAMED, mission=hidden[Mission], status="held", stop=hidden[Mission].stops.get())
        meeting.named.add(self.insider)
        self._parts_of_meeting(meeting, NAMED)
        self.new(
            FollowUp, NAMED, meeting=hidden[Meeting], mission=hidden[Meeting].mission, agreement=hidden[Agreement],
            owner=self.insider,
        )  # fmt: skip
        of_mission = self.new(FollowUp, NAMED, key=("made", NAMED), mission=hidden[Mission], by=self.insider)
        self._story(of_mission, NAMED)

    def _crossed(self) -> None:
        """Every document on every record and cited about it, the next version of a more open one; every agreement on
        every table."""
        by = {"by": self.manager}
        documents, missions = self.rows[Document], self.rows[Mission]
        agreements, meetings, follow_ups = self.rows[Agreement], self.rows[Meeting], self.rows[FollowUp]
        for (_earlier, earlier), (_later, later) in pairwise(self._plain(documents)):
            later.replaces = earlier
            later.save(**by)
        for (at, document), (level, mission) in product(self._plain(documents), self._plain(missions)):
            MissionDocument.objects.create(mission=mission, document=document, **by)
            self._cite(document, at, mission, level)
        for (at, document), (level, meeting) in product(self._plain(documents), self._plain(meetings)):
            MeetingDocument.objects.create(meeting=meeting, document=document, **by)
            self._cite(document, at, meeting, level)
            self._cite(document, at, meeting.participants.first(), level)
        for (at, document), (level, agreement) in product(self._plain(documents), self._plain(agreements)):
            AgreementDocument.objects.create(agreement=agreement, document=document, **by)
            self._cite(document, at, agreement, level)
        for (at, document), (level, follow_up) in product(self._plain(documents), self._plain(follow_ups)):
            self._cite(document, at, follow_up, level)
        for (_at, agreement), (_level, meeting) in product(self._plain(agreements), self._plain(meetings)):
            MeetingAgreement.objects.create(meeting=meeting, agreement=agreement, **by)
        for _level, mission in self._plain(missions):
            mission.builds_on.set(agreement for _at, agreement in self._plain(agreements))
            mission.themes.add(self.theme)
        for at, document in self._plain(documents):
            for row in (self.partner, self.person, self.position):
                self._cite(document, at, row, 1)
        self._cite_privately(self.person, 1, "mobile")
        for level, meeting in self._plain(meetings):
            self._cite_privately(meeting, level, "internal_note")

    @staticmethod
    def _plain(rows: dict[Any, Any]) -> list[tuple[int, Any]]:
        return [(key, rows[key]) for key in (1, 3, 4, NAMED)]

    def _cite(self, document: Document, at: int, record: models.Model, level: int) -> None:
        """Who may read both the document and the record may read what is cited."""
        both = 4 if {at, level} == {4, NAMED} else max(at, level)
        self.new(Citation, both, document=document, record=record, certainty="inferred")

    def _cite_privately(self, record: models.Model, level: int, name: str) -> None:
        fields = {"quote": f"TOK{level}privatequote", "explanation": f"TOK{level}privatewhy", "field_name": name}
        document = self.rows[Document][1]
        Citation.objects.create(by=self.manager, document=document, record=record, certainty="inferred", **fields)

    def _lowered(self, level: int) -> None:
        """Records that were confidential once, with other words, parts and neighbours; then lowered and rewritten."""
        document = self.new(Document, ONCE, key=("once", "document", level))
        agreement = self.new(Agreement, ONCE, key=("once", "agreement", level), parent=None)
        mission = self.new(Mission, ONCE, key=("once", "mission", level))
        meeting = self.new(Meeting, ONCE, key=("once", "meeting", level), mission=mission)
        follow_up = self.new(FollowUp, ONCE, key=("once", "follow-up", level), mission=mission, agreement=agreement)
        self._parts_of_agreement(agreement, ONCE)
        self._parts_of_mission(mission, ONCE)
        self._parts_of_meeting(meeting, ONCE)
        mission.builds_on.add(self.rows[Agreement][4])
        self.new(Citation, ONCE, document=document, record=mission, certainty="inferred")
        for row in (document, agreement, mission, meeting, follow_up):
            self._rewrite(row, level)
        for part in (
            *agreement.parties.all(),
            *agreement.signatures.all(),
            *mission.stops.all(),
            *mission.delegates.all(),
        ):
            self._rewrite(part, level)
        first, second = meeting.participants.order_by("pk")
        self._rewrite(first, level)
        second.delete(by=self.manager)
        self._rewrite(document.citations.get(), level)

    def _rewrite(self, row: Any, level: int) -> None:
        for name, words in self.words(type(row), level).items():
            setattr(row, name, words)
        if isinstance(row, LevelledWhole):
            row.level = level
            row.save(by=self.manager, why=f"TOK{level}why{row._meta.model_name}")
        else:
            row.save(by=self.manager)

    def _archived(self) -> None:
        """Off the lists, with a reason; still asked for with `archived=1`."""
        for model, level in product((Document, Agreement, Mission, Meeting, FollowUp), (3, 4)):
            needed = {Meeting: {"day": factories.today()}, FollowUp: {"partner": self.partner}}.get(model, {})
            row = self.new(model, level, key=("archived", level), **needed)
            row.archive(token(level, model, "archived_why"), by=self.manager)


# The nouns of the addresses, and the records behind them.
NOUNS: dict[str, type[models.Model]] = {
    "mission": Mission, "meeting": Meeting, "organisation": Organisation, "contact": Contact,
    "agreement": Agreement, "follow-up": FollowUp, "document": Document, "place": Place,
}  # fmt: skip
# How a page without row numbers is asked, and in every run at least so.
ASKED = ("", "?q=tok", "?q=tok4", "?archived=1", "?format=plain", "?format=plain&archived=1")
ASKED_ALWAYS = ("", "?q=tok4", "?archived=1")
ASKED_IN_ADMIN = ("", "?q=tok4", "?archived=all")
# Records behind an address in every run: with hidden neighbours, hidden, naming the insider, once confidential.
ALWAYS = (1, 3, 4, NAMED, ("archived", 3), *(("once", noun, 2) for noun in ("mission", "meeting", "agreement")), "one")
# What holds no record: a redirect, a form of one's own, a sign of life. The rights matrix walks them.
HOLDS_NO_RECORD = {
    "login", "logout", "set_language", "healthz", "readyz", "jsi18n", "password_change", "password_change_done",
    "auth_user_password_change", "view_on_site", "",
    "drafts", "typed-day", "bulk-change", "saved-view", "calendar-feed", "calendar-link", "calendar-link-revoke",
}  # fmt: skip


def patterns() -> Iterator[tuple[str, str, URLPattern]]:
    """Every pattern of the site as (namespace, name, pattern)."""

    def walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, str, URLPattern]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, entry.namespace or namespace)
            else:
                yield namespace, str(entry.name or ""), entry

    return walk(get_resolver(), "")


@dataclass(frozen=True)
class Addresses:
    """Every address at which something can be read. `everything`: of every record, in every way; else of those `keys`."""

    world: World
    everything: bool = False
    keys: tuple[Any, ...] = ALWAYS

    def on_site(self) -> Iterator[str]:
        """Lists, their CSV, suggestions, pages and files. Raises StopIteration for a noun that is not planted."""
        for namespace, name, pattern in patterns():
            if namespace == "admin" or name in HOLDS_NO_RECORD:
                continue
            groups = list(pattern.pattern.converters)
            if not groups:
                yield from (f"{reverse(name)}{query}" for query in (ASKED if self.everything else ASKED_ALWAYS))
                continue
            noun = next(noun for noun in NOUNS if name == noun or name.startswith(f"{noun}-"))
            numbers = [self.numbers(NOUNS[group if group in NOUNS else noun]) for group in groups]
            yield from (reverse(name, args=values) for values in product(*numbers))

    def in_admin(self) -> Iterator[str]:
        """The administration: its front pages, lists, forms, histories, deletions and suggestions."""
        yield reverse("admin:index")
        yield from (reverse("admin:app_list", args=[label]) for label in {one._meta.app_label for one in registered()})
        yield from self.found_as_you_type()
        for model in registered():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield reverse(f"{name}_add")
            asked = [query for query in ASKED_IN_ADMIN if "archived" not in query or issubclass(model, Whole)]
            yield from (f"{reverse(f'{name}_changelist')}{query}" for query in asked)
            pages, numbers = ("change", "history", "delete"), self.numbers(model)
            yield from (reverse(f"{name}_{page}", args=[pk]) for page, pk in product(pages, numbers))

    def numbers(self, model: type[models.Model]) -> list[int]:
        """Row numbers of the planted records; of citations one for each level, for there are hundreds."""
        if model is Citation:
            first = Citation.objects.values("quote").annotate(first=models.Min("pk"))
            return sorted(first.values_list("first", flat=True))
        rows = self.world.rows.get(model, {})
        return sorted({row.pk for key, row in rows.items() if self.everything or key in self.keys})

    def found_as_you_type(self) -> Iterator[str]:
        """What the fields of the administration's forms suggest."""
        asked: set[Any] = set()
        for model in apps.get_models():
            for one in model._meta.get_fields():
                target = one.related_model
                if one.auto_created or target not in registered() or issubclass(model, HistoricalChanges):
                    continue
                if self.everything or target not in asked:
                    asked.add(target)
                    field_of = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                    query = urlencode({**field_of, "field_name": one.name, "term": "tok"})
                    yield f"{reverse('admin:autocomplete')}?{query}"


def registered() -> list[type[models.Model]]:
    """Every model that has pages in the administration."""
    return list(admin.site._registry)


def client_of(user: User) -> Client:
    """Signed in."""
    client = Client()
    client.force_login(user)
    return client


def said(response: Any) -> str:
    """All that a response says: its body, whole, and its headers; nothing that differs each time."""
    return same_each_time(f"{body_of(response)}\n{response.serialize_headers().decode('latin-1')}")


def same_each_time(text: str) -> str:
    """Without the random letters of its forms and cookies."""
    return RANDOM.sub("", text)


def body_of(response: Any) -> str:
    """The body of a response, whole."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")
