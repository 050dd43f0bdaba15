"""Plain functions that make a record and hide what a test is not about. Written by Entente itself unless `by=` says who."""

import datetime
import itertools
from typing import Any

from django.utils import timezone

from accounts.models import Department, User
from accounts.rights import Role
from agreements.models import Agreement, AgreementParty, Signature
from core.actors import SYSTEM
from documents.models import Document
from follow_ups.models import FollowUp
from missions.models import Delegate, Meeting, Mission, Participant, Stop
from partners.models import Contact, Organisation, OrganisationName, Place, Position, Theme

_number = itertools.count(1)


def today() -> datetime.date:
    return timezone.localdate()


def days(count: int) -> datetime.timedelta:
    return datetime.timedelta(days=count)


def user(role: str = Role.STAFF, **fields: Any) -> User:
    """A colleague; the password is `entente-demo`."""
    name = fields.pop("username", f"{role}-{next(_number)}")
    return User.objects.create_user(name, "entente-demo", role=role, **fields)


def department(name_nl: str = "Departement Buitenlandse Zaken", **fields: Any) -> Department:
    return Department.objects.create(by=fields.pop("by", SYSTEM), name_nl=name_nl, **fields)


def theme(name_nl: str = "Digitalisering", **fields: Any) -> Theme:
    return Theme.objects.create(by=fields.pop("by", SYSTEM), name_nl=name_nl, **fields)


def place(name_nl: str = "Rijsel", **fields: Any) -> Place:
    return Place.objects.create(
        by=fields.pop("by", SYSTEM), name_nl=name_nl, **{"name_fr": "Lille", "country": "FR", **fields}
    )


def organisation(name: str = "", **fields: Any) -> Organisation:
    name = name or f"Organisation {next(_number)}"
    return Organisation.objects.create(by=fields.pop("by", SYSTEM), name=name, **fields)


def other_name(of: Organisation, name: str, **fields: Any) -> OrganisationName:
    return OrganisationName.objects.create(by=fields.pop("by", SYSTEM), organisation=of, name=name, **fields)


def contact(family_name: str = "", **fields: Any) -> Contact:
    family_name = family_name or f"Janssens {next(_number)}"
    return Contact.objects.create(by=fields.pop("by", SYSTEM), family_name=family_name, **fields)


def position(of: Contact, at: Organisation, **fields: Any) -> Position:
    return Position.objects.create(
        by=fields.pop("by", SYSTEM), contact=of, organisation=at, **{"title_nl": "voorzitter", **fields}
    )


def mission(title: str = "", **fields: Any) -> Mission:
    title = title or f"Mission {next(_number)}"
    return Mission.objects.create(by=fields.pop("by", SYSTEM), title=title, **fields)


def stop(of: Mission, at: Place | None = None, **fields: Any) -> Stop:
    return Stop.objects.create(by=fields.pop("by", SYSTEM), mission=of, place=at or place(), **fields)


def delegate(of: Mission, **fields: Any) -> Delegate:
    return Delegate.objects.create(by=fields.pop("by", SYSTEM), mission=of, **fields)


def meeting(title: str = "", **fields: Any) -> Meeting:
    """Stand-alone and today, unless a mission is given."""
    title = title or f"Meeting {next(_number)}"
    if fields.get("mission") is None:
        fields.setdefault("day", today())
    return Meeting.objects.create(by=fields.pop("by", SYSTEM), title=title, **fields)


def participant(of: Meeting, **fields: Any) -> Participant:
    return Participant.objects.create(by=fields.pop("by", SYSTEM), meeting=of, **fields)


def agreement(title: str = "", **fields: Any) -> Agreement:
    title = title or f"Agreement {next(_number)}"
    return Agreement.objects.create(by=fields.pop("by", SYSTEM), title=title, **fields)


def party(of: Agreement, who: Organisation, **fields: Any) -> AgreementParty:
    return AgreementParty.objects.create(by=fields.pop("by", SYSTEM), agreement=of, organisation=who, **fields)


def signature(of: Agreement, who: Contact, **fields: Any) -> Signature:
    return Signature.objects.create(by=fields.pop("by", SYSTEM), agreement=of, contact=who, **fields)


def document(title: str = "", **fields: Any) -> Document:
    title = title or f"Document {next(_number)}"
    return Document.objects.create(by=fields.pop("by", SYSTEM), title=title, **fields)


def follow_up(title: str = "", **fields: Any) -> FollowUp:
    """Open and ours, towards a new partner unless an origin is given."""
    title = title or f"Follow-up {next(_number)}"
    if not any(fields.get(name) for name in ("partner", "mission", "meeting", "agreement")):
        fields["partner"] = organisation()
    return FollowUp.objects.create(by=fields.pop("by", SYSTEM), title=title, **fields)
