"""Loads `france.yaml`: the mission to France as its report states it, each record with its place in the report.

Level: everything gets the usual one, internal to public authorities. The report was made public, but which records
made from it are open is for a person to decide; every role reads this level.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from agreements.models import Agreement
from core.actors import SYSTEM
from core.models import Recorded, Reference
from dashboard.example.loading import Row, is_loaded, known
from documents.models import Certainty, Citation, Document
from missions.models import Meeting, Mission
from missions.models.document import MissionDocumentRole
from partners.models import Contact, Organisation, Place, Position, Theme

FILE = Path(__file__).with_name("france.yaml")
WHY = "Taken from the report on the mission to France of April 2024"


def load_france() -> bool:
    """Loads the report's facts, all or nothing; False when they were loaded before. Writes as Entente itself."""
    if is_loaded(Document, WHY):
        return False
    with transaction.atomic():
        _Report(yaml.safe_load(FILE.read_text(encoding="utf-8"))).load()
    return True


def locator(at: str) -> str:
    """Where it stands, in words: "2.1" is paragraph 2, sentence 1 of the body; "letterhead.1" its first line."""
    part, _dot, number = at.partition(".")
    if part.isdigit():
        return f"paragraph {part}, sentence {number}"
    return f"{part}, line {number}" if number else {"subject": "subject line"}.get(part, part)


class _Report:
    """The records of the report, made in the order in which they refer to each other."""

    def __init__(self, facts: Row) -> None:
        self.facts = facts
        self.places: dict[str, Place] = {}
        self.themes: dict[str, Theme] = {}
        self.organisations: dict[str, Organisation] = {}
        self.contacts: dict[str, Contact] = {}
        self.positions: dict[str, Position] = {}
        self.agreements: dict[str, Agreement] = {}

    def load(self) -> None:
        row, cites = _split(self.facts["report"])
        self.document = Document(**row)
        self._keep(self.document, cites)
        self.places = {key: self._entry(Place, row) for key, row in self.facts["places"].items()}
        self.themes = {key: self._entry(Theme, row) for key, row in self.facts["themes"].items()}
        self._load_organisations()
        self._load_contacts()
        self._load_agreements()
        self._load_mission()
        self._load_meetings()

    def _load_organisations(self) -> None:
        names, links = {}, {}
        for key, row in self.facts["organisations"].items():
            names[key], links[key] = row.pop("names", []), row.pop("links", [])
            row, cites = _split(row)
            self.organisations[key] = self._keep(Organisation(**row), cites)
        for key, organisation in self.organisations.items():
            self._parts(organisation.names, names[key])
            self._parts(organisation.links, links[key])

    def _load_contacts(self) -> None:
        for key, row in self.facts["contacts"].items():
            positions = row.pop("positions")
            row, cites = _split(row)
            self.contacts[key] = self._keep(Contact(**row), cites)
            kept = self._parts(self.contacts[key].positions, positions.values())
            self.positions |= dict(zip(positions, kept, strict=True))

    def _load_agreements(self) -> None:
        for key, row in self.facts["agreements"].items():
            parties, signatures = row.pop("parties"), row.pop("signatures", [])
            row, cites = _split(self._resolved(row))
            themes = row.pop("themes", [])
            agreement = self._keep(Agreement(**row), cites)
            _set(agreement, "themes", themes)
            self._parts(agreement.parties, parties, cites)
            self._parts(agreement.signatures, signatures, cites)
            self.agreements[key] = agreement

    def _load_mission(self) -> None:
        row = self.facts["mission"]
        stops, delegates = row.pop("stops"), row.pop("delegates")
        row, cites = _split(self._resolved(row))
        themes, builds_on = row.pop("themes"), row.pop("builds_on")
        self.mission = self._keep(Mission(**row), cites)
        _set(self.mission, "themes", themes)
        _set(self.mission, "builds_on", builds_on)
        kept = self._parts(self.mission.stops, stops, cites)
        self.stops = {stop["place"]: row for stop, row in zip(stops, kept, strict=True)}
        ordered = [{**delegate, "order": order} for order, delegate in enumerate(delegates, start=1)]
        self._parts(self.mission.delegates, ordered, cites)
        report = {"document": self.document, "role": MissionDocumentRole.REPORT}
        self._parts(self.mission.documents, [report], cites[:1])

    def _load_meetings(self) -> None:
        for order, row in enumerate(self.facts["meetings"], start=1):
            participants, agreements = row.pop("participants", []), row.pop("agreements", [])
            is_outside = row.pop("outside_mission", False)
            row, cites = _split(self._resolved(row))
            themes = row.pop("themes", [])
            if not is_outside:
                row |= {"mission": self.mission, "order": order}
            meeting = self._keep(Meeting(**row), cites)
            _set(meeting, "themes", themes)
            self._parts(meeting.participants, participants, cites)
            self._parts(meeting.agreements, agreements, cites)

    def _entry(self, model: type[Reference], row: Row) -> Any:
        """An entry of a list; one that stands there already is used as it is."""
        row, cites = _split(row)
        entry = known(model, row["name_nl"])
        if entry is None:
            return self._keep(model(**row), cites)
        self._cite(entry, cites)
        return entry

    def _parts(self, parts: Any, rows: Iterable[Row], whole_cites: Iterable[Row] = ()) -> list[Any]:
        """Adds the parts of a record; one without citations of its own rests on what is cited for the whole."""
        kept = []
        for given in rows:
            row, cites = _split(self._resolved(given))
            themes = row.pop("portfolio_themes", [])
            part = parts.model(**{parts.field.name: parts.instance}, **row)
            self._keep(part, cites or [cite for cite in whole_cites if "field" not in cite])
            _set(part, "portfolio_themes", themes)
            kept.append(part)
        return kept

    def _resolved(self, row: Row) -> Row:
        """The row with records where the file has their keys."""
        registers: dict[str, dict[str, Any]] = {
            "organisation": self.organisations,
            "other": self.organisations,
            "signed_at_event": self.organisations,
            "contact": self.contacts,
            "lead": self.contacts,
            "position": self.positions,
            "lead_position": self.positions,
            "place": self.places,
            "signed_at_place": self.places,
            "themes": self.themes,
            "portfolio_themes": self.themes,
            "agreement": self.agreements,
            "builds_on": self.agreements,
            "stop": getattr(self, "stops", {}),
        }
        return {name: _look_up(registers[name], value) if name in registers else value for name, value in row.items()}

    def _keep(self, record: Any, cites: Iterable[Row]) -> Any:
        record.full_clean()
        record.save(by=SYSTEM, why=WHY)
        self._cite(record, cites)
        return record

    def _cite(self, record: Recorded, cites: Iterable[Row]) -> None:
        for cite in cites:
            inferred = Certainty.INFERRED if "why" in cite else Certainty.STATED
            Citation(
                document=self.document,
                content_type=ContentType.objects.get_for_model(record),
                object_id=record.pk,
                field_name=cite.get("field", ""),
                locator=locator(cite["at"]),
                quote=cite["quote"],
                certainty=cite.get("certainty", inferred),
                explanation=cite.get("why", ""),
            ).save(by=SYSTEM, why=WHY)


def _split(row: Row) -> tuple[Row, list[Row]]:
    """A row's own fields, and its citations."""
    return {name: value for name, value in row.items() if name != "cites"}, row.get("cites", [])


def _look_up(register: dict[str, Any], keys: str | list[str]) -> Any:
    return [register[key] for key in keys] if isinstance(keys, list) else register[keys]


def _set(record: models.Model, name: str, related: list[Any]) -> None:
    """Sets a many-to-many field, without a line in the history when there is nothing to set."""
    if related:
        getattr(record, name).set(related)
