"""Loads `fictitious.yaml`: a made-up year of work around the day it is loaded, each record marked "Example".

Everything is written through the same methods that people's clicks use, with the moment it would have happened
(`at=`), so that histories, updates and closing dates spread over the past year.
"""

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from agreements.actions import Taken, take_step
from agreements.models import Agreement, Step
from core.actors import SYSTEM
from core.models import Recorded, Reference
from dashboard.example.loading import Row, is_loaded, known
from dashboard.example.users import load_departments, load_users
from follow_ups.models import FollowUp, FollowUpStatus
from missions.models import Meeting, MeetingStatus, Mission
from missions.models.participant import Attendance
from partners.models import Contact, Organisation, Place, Position, Theme

FILE = Path(__file__).with_name("fictitious.yaml")
WHY = "Fictitious example"
MARK = "Example: "

# Fields that the file gives as days from the day of loading.
DAYS = {"starts_on", "ends_on", "arrives_on", "leaves_on", "announced_on", "reported_on", "day", "due_on"}
DAYS |= {"signed_on", "effective_on", "evaluate_on"}


def load_fictitious(*, today: datetime.date) -> bool:
    """Loads users and fictitious records, all or nothing; False when the records were loaded before."""
    facts = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    with transaction.atomic():
        departments = load_departments(facts["departments"])
        users = load_users(facts["users"], departments)
        if is_loaded(Mission, WHY):
            return False
        _Year(facts, today, departments, users).load()
    return True


class _Year:
    """The records of the made-up year, made in the order in which they refer to each other."""

    def __init__(
        self, facts: Row, today: datetime.date, departments: dict[str, Department], users: dict[str, User]
    ) -> None:
        self.facts = facts
        self.today = today
        self.users = users
        self.organisations: dict[str, Organisation] = {}
        self.contacts: dict[str, Contact] = {}
        self.positions: dict[tuple[str, str], Position] = {}
        self.agreements: dict[str, Agreement] = {}
        self.missions: dict[str, Mission] = {}
        self.meetings: dict[str, Meeting] = {}
        self.places = {key: _entry(Place, row) for key, row in facts["places"].items()}
        self.themes = {key: _entry(Theme, row) for key, row in facts["themes"].items()}
        # The fields that refer to another record, by the file's key of that record.
        self.registers: dict[str, dict[str, Any]] = {
            **dict.fromkeys(("department", "lead_department"), departments),
            "place": self.places,
            **dict.fromkeys(("themes", "portfolio_themes"), self.themes),
            **dict.fromkeys(("organisation", "parent", "other", "partner", "on_behalf_of"), self.organisations),
            **dict.fromkeys(("contact", "lead", "reachable_member"), self.contacts),
            **dict.fromkeys(("agreement", "builds_on"), self.agreements),
            "mission": self.missions,
            "meeting": self.meetings,
            **dict.fromkeys(("owner", "relationship_manager", "team", "named"), users),
        }

    def load(self) -> None:
        self._load_organisations()
        for key, row in self.facts["contacts"].items():
            self._load_contact(key, row)
        for key, row in self.facts["agreements"].items():
            self._load_agreement(key, row)
        for key, row in self.facts["missions"].items():
            self._load_mission(key, row)
        for key, row in self.facts["meetings"].items():
            self._load_meeting(key, row)
        for row in self.facts["follow_ups"]:
            self._load_follow_up(row)

    def _load_organisations(self) -> None:
        for key, row in self.facts["organisations"].items():
            self.organisations[key] = self._make(Organisation, row)
        for parts in ("names", "links"):
            for row in self.facts[parts]:
                self._part(self.organisations[row["organisation"]], parts, row)

    def _load_contact(self, key: str, row: Row) -> None:
        positions = row.pop("positions")
        contact = self.contacts[key] = self._make(Contact, row)
        for name, position in positions.items():
            self.positions[key, name] = self._part(contact, "positions", position)

    def _load_agreement(self, key: str, row: Row) -> None:
        parties, signatures, decisions = row.pop("parties"), row.pop("signatures", []), row.pop("decisions", [])
        agreement = self.agreements[key] = self._make(Agreement, row)
        self._parts(agreement, "parties", [{"organisation": party} for party in parties])
        for row in signatures:
            row["position"] = self.positions[row["contact"], row["position"]]
            self._part(agreement, "signatures", row)
        for decision in decisions:
            at, step, by = self._moment(decision.pop("at")), Step(decision.pop("step")), decision.pop("by", "staff")
            take_step(agreement=agreement, step=step, taken=Taken(**decision), by=self.users[by], at=at)

    def _load_mission(self, key: str, row: Row) -> None:
        stops, delegates, steps = row.pop("stops"), row.pop("delegates"), row.pop("steps")
        row["lead_position"] = self.positions[row["lead"], row["lead_position"]]
        mission = self.missions[key] = self._make(Mission, row)
        self._parts(mission, "stops", [{**one, "order": order} for order, one in enumerate(stops, start=1)])
        self._parts(mission, "delegates", [{**one, "order": order} for order, one in enumerate(delegates, start=1)])
        for step in steps:
            at = self._moment(step.pop("at"))
            for name, value in self._resolved(step).items():
                setattr(mission, name, value)
            mission.save(by=self.users["manager"], at=at)

    def _load_meeting(self, key: str, row: Row) -> None:
        participants, labels = row.pop("participants", []), row.pop("labels", [])
        outcome, no_follow_up = row.pop("outcome", ""), row.pop("no_follow_up", "")
        discussed, day = row.pop("discussed", None), row.get("day", 0)
        if "stop" in row:
            row["stop"] = self.missions[row["mission"]].stops.get(place=self.places[row["stop"]])
        meeting = self.meetings[key] = self._make(Meeting, row)
        is_over = day < 0
        seats = [self._seat(contact) for contact in participants] + [{"label": label} for label in labels]
        attendance = Attendance.PRESENT if is_over else Attendance.EXPECTED
        self._parts(meeting, "participants", [{**seat, "attendance": attendance} for seat in seats])
        if discussed:
            self._parts(meeting, "agreements", [{"agreement": discussed}])
        if is_over:
            meeting.status, meeting.outcome, meeting.no_follow_up_reason = MeetingStatus.HELD, outcome, no_follow_up
            meeting.save(by=self.users["staff"], at=self._moment(max(day + 1, row["made"]), hour=17))

    def _seat(self, key: str) -> Row:
        """A participant with the last position in the file, on our side when that is at our own cabinet."""
        position = [held for (contact, _name), held in self.positions.items() if contact == key][-1]
        side = "own" if position.organisation == self.organisations["own"] else "partner"
        return {"contact": key, "position": position, "side": side}

    def _load_follow_up(self, row: Row) -> None:
        story = row.pop("story", [])
        if "due" in row:
            row["due_on"] = row.pop("due")
        follow_up = self._make(FollowUp, row)
        by = follow_up.owner or follow_up.created_by
        for days, verb, text, *more in story:
            self._tell(follow_up, verb, text, *more, by=by, at=self._moment(days, hour=9 + follow_up.pk % 8))

    def _tell(
        self, follow_up: FollowUp, verb: str, text: str, to: Any = None, *, by: User, at: datetime.datetime
    ) -> None:
        match verb:
            case "update":
                follow_up.add_update(text, by=by, at=at)
            case "started":
                follow_up.move_to(FollowUpStatus.IN_PROGRESS, text, by=by, at=at)
            case "waiting":
                follow_up.move_to(FollowUpStatus.WAITING, text, by=by, at=at)
            case "postponed":
                follow_up.postpone(self._day(to), text, by=by, at=at)
            case "assigned":
                follow_up.assign(self.users[to], text=text, by=by, at=at)
            case "reopened":
                follow_up.reopen(text, by=by, at=at)
            case "dropped":
                follow_up.drop(text, by=by, at=at)
            case "done":
                follow_up.complete(text, by=by, on=timezone.localdate(at), at=at)
            case _:
                raise ValueError(f"{FILE.name}: nothing is called “{verb}”.")

    def _make(self, model: type[Recorded], row: Row) -> Any:
        """A record on its own, made on its day by its maker; titles get the mark."""
        values = self._resolved({name: value for name, value in row.items() if name not in {"made", "by"}})
        if "title" in values:
            values["title"] = MARK + values["title"]
        by, at = self.users[row.get("by", "staff")], self._moment(row["made"])
        return self._keep(model, values, by=by, at=at)

    def _parts(self, whole: Any, name: str, rows: Iterable[Row]) -> None:
        for row in rows:
            self._part(whole, name, row)

    def _part(self, whole: Any, name: str, row: Row) -> Any:
        """A part is made together with its whole."""
        parts = getattr(whole, name)
        values = {**self._resolved(row), parts.field.name: whole}
        return self._keep(parts.model, values, by=whole.created_by, at=whole.created_at)

    def _keep(self, model: type[Recorded], values: Row, *, by: User, at: datetime.datetime) -> Any:
        related = {name: values.pop(name) for name in list(values) if isinstance(values[name], list)}
        record = model(**values)
        record.full_clean()
        record.save(by=by, why=WHY, at=at)
        for name, rows in related.items():
            getattr(record, name).set(rows)
        return record

    def _resolved(self, row: Row) -> Row:
        """The row with records where the file has their keys, and days where it has numbers of days."""
        return {name: self._value(name, value) for name, value in row.items()}

    def _value(self, name: str, value: Any) -> Any:
        if name in DAYS:
            return self._day(value)
        if name in self.registers and isinstance(value, list):
            return [self.registers[name][key] for key in value]
        return self.registers[name][value] if name in self.registers else value

    def _day(self, days: int) -> datetime.date:
        return self.today + datetime.timedelta(days=days)

    def _moment(self, days: int, hour: int = 9) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(self._day(days), datetime.time(hour)))


def _entry(model: type[Reference], row: Row) -> Any:
    """An entry of a list; one that stands there already is used as it is."""
    entry = known(model, row["name_nl"]) or model(**row)
    if entry.pk is None:
        entry.save(by=SYSTEM, why=WHY)
    return entry
