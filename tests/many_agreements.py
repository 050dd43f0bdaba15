"""1,500 agreements as registers hold them, the same every time: long titles, empty dates, 1703, 290 parties, deep families.

Written straight into the tables, without history: it is what is read of them that is tested.
"""

import calendar
import datetime
import itertools
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone

from agreements.models import Agreement, AgreementDocument, AgreementKind, AgreementParty, AgreementStatus, Renewal
from core.access import AccessLevel
from documents.models import Document
from follow_ups.models import FollowUp
from partners.models import Organisation
from tests import factories

COUNTRIES = ("FR", "NL", "DE", "GB", "ES", "IT", "PL", "MA", "ZA", "CA", "JP", "MZ", "MW", "SK", "HU", "CL", "")
WORDS = [
    "akkoord",
    "samenwerking",
    "tussen",
    "de",
    "Vlaamse",
    "Gemeenschap",
    "en",
    "het",
    "Koninkrijk",
    "inzake",
    "grensoverschrijdende",
    "zorg",
    "waterwegen",
    "économie",
    "énergie",
    "coopération",
    "réseau",
    "développement",
    "protocole",
    "région",
    "façade",
    "Schelde",
    "œuvre",
    "niño",
    "Ålborg",
    "Łódź",
    "Århus",
    "agreement",
    "concerning",
    "the",
    "mutual",
    "recognition",
    "of",
    "diplomas,",
    "of",
    "ports",
    "&",
    "harbours",
    "“Methuen”",
    "<annexe>",
    "n°",
    "12/b",
]
LONGEST_TITLE = 600
MOST_PARTIES = 290
FAMILY, DEPTH = 300, 50


@dataclass
class Many:
    """What was made, as it was made: to reckon with in plain Python."""

    agreements: list[Agreement] = field(default_factory=list)
    parties: dict[int, list[tuple[Organisation, str]]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[int, list[tuple[Document, str]]] = field(default_factory=lambda: defaultdict(list))
    follow_ups: dict[int, list[FollowUp]] = field(default_factory=lambda: defaultdict(list))
    region: Organisation = field(init=False)  # Three bodies hang below it, one of them two floors down.
    below: set[int] = field(init=False)
    everyone: Agreement = field(init=False)  # Has 290 parties.
    oldest: Agreement = field(init=False)  # Signed in 1703, and still in force.
    head: Agreement = field(init=False)  # Of a family of 300.
    deepest: Agreement = field(init=False)  # Has 49 texts above it.


def store(rows: list[Any]) -> list[Any]:
    """Into their table at once, with what a save of their own would have computed."""
    for row in rows:
        if hasattr(row, "index"):
            row.index()
    return models.QuerySet(type(rows[0])).bulk_create(rows, batch_size=500)


def many_agreements(count: int = 1500, *, seed: int = 1703) -> Many:
    """So many agreements with parties, documents and follow-ups; at least 400."""
    return _Maker(random.Random(seed), count).make()  # noqa: S311  # The same every time, on purpose.


class _Maker:
    def __init__(self, chance: random.Random, count: int) -> None:
        self.chance, self.count, self.made = chance, count, Many()
        self.today = factories.today()
        self.written: dict[str, Any] = {"created_at": timezone.now(), "updated_at": timezone.now()}

    def make(self) -> Many:
        self.departments = [factories.department(f"Departement {name}") for name in ("Zorg", "Water", "Économie")]
        self.make_bodies()
        self.made.agreements = [self.text(number) for number in range(self.count)]
        self.name_some()
        store(self.made.agreements)
        self.make_families()
        self.make_parties()
        self.make_documents()
        self.make_follow_ups()
        return self.made

    def make_bodies(self) -> None:
        self.ours = factories.organisation("Vlaamse Regering", side="own", country="BE")
        self.made.region = factories.organisation("Hauts-de-France", country="FR")
        agency = factories.organisation("Agence régionale", country="FR", parent=self.made.region)
        clinic = factories.organisation("Clinique", country="FR", parent=agency)
        port = factories.organisation("Port de Dunkerque", country="FR", parent=self.made.region)
        self.family = [self.made.region, agency, clinic, port]
        self.made.below = {body.pk for body in self.family}
        self.bodies = store(
            [
                Organisation(name=f"Organisation {number:03}", country=self.chance.choice(COUNTRIES), **self.written)
                for number in range(MOST_PARTIES)
            ]
        )

    def text(self, number: int) -> Agreement:
        chance = self.chance
        status = chance.choices(AgreementStatus.values, weights=(2, 2, 2, 30, 1, 4, 4))[0]
        is_archived = chance.random() < 0.04
        return Agreement(
            title=self.title(number),
            kind=chance.choice(["", *AgreementKind.values]),
            scope=chance.choice(["", "domestic", "international", "international"]),
            binding=chance.choice(["yes", "no", "unknown"]),
            status=status,
            lead_department=chance.choice([None, *self.departments]),
            evaluate_on=chance.choice([None, self.day(1990, 2035)]),
            level=chance.choices(AccessLevel.values, weights=(35, 35, 20, 10))[0],
            archived_at=timezone.now() if is_archived else None,
            archived_why="Twice on record" if is_archived else "",
            **self.dates(),
            **self.term(),
            **self.written,
        )

    def title(self, number: int) -> str:
        wanted = self.chance.choice((30, 60, 120, 250, LONGEST_TITLE))
        words = f"{number:04}"
        while len(words) < wanted - 20:
            words += f" {self.chance.choice(WORDS)}"
        return words[:LONGEST_TITLE].strip()

    def day(self, first: int, last: int) -> datetime.date:
        year, month = self.chance.randint(first, last), self.chance.randint(1, 12)
        return datetime.date(year, month, self.chance.randint(1, calendar.monthrange(year, month)[1]))

    def dates(self) -> dict[str, Any]:
        """Signature and effect: either may be unknown or known in part; effect may come first."""
        signed = self.day(1703, 2026) if self.chance.random() < 0.2 else self.day(1985, 2026)
        apart = datetime.timedelta(days=self.chance.choice((-900, -40, 0, 0, 30, 400, 2000)))
        found: dict[str, Any] = {}
        for name, day in (("signed_on", min(signed, self.today)), ("effective_on", signed + apart)):
            precision = self.chance.choice(("", "", "day", "day", "day", "month", "year"))
            first = {"month": {"day": 1}, "year": {"day": 1, "month": 1}}.get(precision, {})
            found[name], found[f"{name}_precision"] = (day.replace(**first) if precision else None), precision
        return found

    def term(self) -> dict[str, Any]:
        chance = self.chance
        found: dict[str, Any] = {
            "renewal": chance.choice(Renewal.values),
            "renewal_months": chance.choice((None, 1, 12, 36)),
            "notice_months": chance.choice((None, 0, 3, 6)),
        }
        way = chance.choice(("indefinite", "end", "months", "months", "unknown"))
        if way == "indefinite":
            found["is_indefinite"] = True
        elif way == "end":
            found["ends_on"] = self.day(2033, 2045) if chance.random() < 0.5 else None
        elif way == "months":
            found["term_months"] = chance.choice((1, 12, 60, 240))
        return found

    def name_some(self) -> None:
        """A few that every test may look for: readable by all, and in use."""
        made, open_to_all = self.made, {"level": 1, "status": "signed", "archived_at": None, "archived_why": ""}
        made.everyone, made.oldest, made.head = made.agreements[:3]
        no_end = {"ends_on": None, "term_months": None, "is_indefinite": True}
        since_1703 = {name: datetime.date(1703, 12, 27) for name in ("signed_on", "effective_on")}
        by_day = {f"{name}_precision": "day" for name in since_1703}
        self.set(made.everyone, open_to_all)
        self.set(made.oldest, {**open_to_all, **since_1703, **by_day, **no_end})
        self.set(made.head, open_to_all)
        for number, past in enumerate((1703, 1850, 1988, 2001)):  # Renewed by themselves up to 3,800 times.
            tacit = {"term_months": 12, "ends_on": None, "is_indefinite": False, "renewal": "tacit"}
            begun = {"effective_on": datetime.date(past, 1, 31), "effective_on_precision": "day"}
            self.set(made.agreements[3 + number], {**open_to_all, **tacit, **begun, "renewal_months": 1 + number})
        ended = [row for row in made.agreements[10:] if row.ends_on is None and not row.is_indefinite]
        for row in ended[: len(ended) // 4]:  # Past ends, only after the day of effect.
            day = self.day(1990, 2026)
            row.ends_on = day if row.effective_on is None or row.effective_on < day else None

    @staticmethod
    def set(row: Agreement, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            setattr(row, name, value)

    def make_families(self) -> None:
        """One of 300 texts, some deep; one that goes down 50 floors; and pairs. A child is never more open than its parent."""
        rows = self.made.agreements
        family, chain, others = rows[10 : 9 + FAMILY], rows[9 + FAMILY : 9 + FAMILY + DEPTH], rows[9 + FAMILY + DEPTH :]
        for number, row in enumerate(family):
            row.parent = self.made.head if number < 100 else self.chance.choice(family[:number])
        for above, row in itertools.pairwise(chain):
            row.parent = above
        for above, row in zip(others[::5], others[1::5], strict=False):
            row.parent = above
        for number, row in enumerate(others[3::5]):  # Replaced, some one after the other.
            row.replaced_by = others[3::5][number - 1] if number % 4 else others[0]
        for row in chain:
            row.level, row.archived_at, row.archived_why = 1, None, ""
        self.made.deepest = chain[-1]
        children = [row for row in rows if row.parent is not None]
        for row in children:
            row.level = max(row.level, row.parent.level)
        changed = [*children, *others[3::5], *chain[:1]]
        names = ["parent", "replaced_by", "level", "archived_at", "archived_why"]
        models.QuerySet(Agreement).bulk_update(changed, names, batch_size=100)

    def make_parties(self) -> None:
        found = []
        for row in self.made.agreements:
            count = self.chance.choice((0, 1, 1, 1, 2, 3))
            bodies = dict.fromkeys(self.chance.sample(self.bodies, count), "party")
            bodies |= {body: "party" for body in self.family if self.chance.random() < 0.03}
            bodies |= {self.ours: "party"} if count else {}
            bodies |= {body: "witness" for body in self.chance.sample(self.bodies, 1) if self.chance.random() < 0.1}
            if row is self.made.everyone:
                bodies = dict.fromkeys(self.bodies, "party")
            found += [AgreementParty(agreement=row, organisation=body, role=role) for body, role in bodies.items()]
        for party in store(found):
            self.made.parties[party.agreement_id].append((party.organisation, party.role))

    def make_documents(self) -> None:
        rows = self.chance.sample(self.made.agreements, self.count // 5)
        documents = store(
            [
                Document(
                    title=f"Text of {row.title[:40]}",
                    level=self.chance.choice(AccessLevel.values),
                    link=self.chance.choice(("", f"https://example.org/texts/{row.pk}.pdf")),
                    **self.written,
                )
                for row in rows
            ]
        )
        links = [
            AgreementDocument(agreement=row, document=document, role=self.chance.choice(("text", "text", "annex")))
            for row, document in zip(rows, documents, strict=True)
        ]
        for link in store(links):
            self.made.documents[link.agreement_id].append((link.document, link.role))

    def make_follow_ups(self) -> None:
        found = []
        for row in self.chance.sample(self.made.agreements, self.count // 5):
            level = max(row.level, self.chance.choice(AccessLevel.values))
            is_open, direction = self.chance.random() < 0.7, self.chance.choice(("ours", "theirs", "joint", "internal"))
            closed = {} if is_open else {"status": "done", "result": "Done", "closed_at": timezone.now()}
            found.append(
                FollowUp(
                    title=f"About {row.pk}", agreement=row, level=level, direction=direction, **closed, **self.written
                )
            )
        for follow_up in store(found):
            self.made.follow_ups[follow_up.agreement_id].append(follow_up)
