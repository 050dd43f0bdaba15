"""People noted in one line, as on the way out of a meeting: "name, function, organisation"."""

import datetime
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db import transaction
from django.db.models import Prefetch, Q

from core.actors import Writer
from core.text import clean_line, fold
from core.typing_errors import distance, pieces
from partners.models import Contact, Organisation, Position
from partners.models.position import PositionStatus

MOST_ALIKE = 5
MOST_COMPARED = 200
FORMS_OF_ADDRESS = frozenset(
    "mr mrs ms dr prof dhr heer meneer mevr mevrouw mw m mme monsieur madame".split()  # noqa: SIM905  # Reads better.
)


@dataclass(frozen=True)
class PersonLine:
    """What one line says of a person; what it does not say is empty."""

    honorific: str
    given_name: str
    family_name: str
    title: str
    organisation: str

    @property
    def name(self) -> str:
        """As people call them."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def capacity(self) -> str:
        """Function and organisation, as typed."""
        return ", ".join(filter(None, (self.title, self.organisation)))


def read_person(text: str) -> PersonLine:
    """Reads "Mevr. Anne Peeters, directeur, VLAIO".

    The first word is the given name, the others the family name; one word alone is a family name.
    """
    name, title, organisation = ([*(clean_line(part) for part in text.split(",", 2)), "", ""])[:3]
    words = name.split()
    honorific = words.pop(0) if len(words) > 1 and fold(words[0]) in FORMS_OF_ADDRESS else ""
    given = words.pop(0) if len(words) > 1 else ""
    return PersonLine(honorific[:40], given[:100], " ".join(words)[:100], title[:300], organisation[:300])


def look_alikes(line: PersonLine) -> list[Contact]:
    """Contacts who may well be this person, a few typing errors aside; each with what they do as `known_as`."""
    words = fold(line.name).split()
    if not words:
        return []
    fragments = {piece.strip() for piece in pieces(max(words, key=len)) if piece.strip()}
    near = reduce(or_, (Q(search_text__contains=fragment) for fragment in fragments))
    posts = Prefetch("positions", Position.objects.not_ended().current_first().select_related("organisation"), "held")
    found = []
    for contact in Contact.objects.all().current().filter(near).in_order().prefetch_related(posts)[:MOST_COMPARED]:
        if _is_alike(line, contact, words):
            post = next(iter(cast(Any, contact).held), None)
            cast(Any, contact).known_as = f"{post.title}, {post.organisation}" if post else ""
            found.append(contact)
    return found[:MOST_ALIKE]


def _is_alike(line: PersonLine, contact: Contact, words: list[str]) -> bool:
    """All that is typed is in the name, wherever it is spaced; or the same family name and no other initial."""
    name = fold(str(contact))
    if distance(words, name) is not None or distance(["".join(words)], name.replace(" ", "")) in (0, 1):
        return True
    initials = {name[:1] for name in (fold(line.given_name), fold(contact.given_name)) if name}
    return fold(line.family_name) == fold(contact.family_name) and len(initials) < 2


def organisation_called(text: str) -> Organisation | None:
    """The one organisation in use of that name, or the only one that fits; None when there is none or doubt."""
    if not fold(text):
        return None
    found = list(Organisation.objects.all().current().matching(text).in_order()[:MOST_COMPARED])
    exact = [one for one in found if fold(text) in one.search_text.split("\n")]
    if len(exact) == 1:
        return exact[0]
    return found[0] if len(found) == 1 else None


@transaction.atomic
def add_person(*, line: PersonLine, met_on: datetime.date | None, by: Writer) -> tuple[Contact, Position | None]:
    """A new contact, and the post when its organisation is known; confirmed on the day we met, when that is known."""
    contact = Contact(honorific=line.honorific, given_name=line.given_name, family_name=line.family_name)
    contact.save(by=by)
    organisation = organisation_called(line.organisation)
    if organisation is None or not line.title:
        return contact, None
    position = Position(
        contact=contact,
        organisation=organisation,
        title_printed=line.title,
        status=PositionStatus.CURRENT if met_on else PositionStatus.UNKNOWN,
        confirmed_on=met_on,
    )
    position.save(by=by)
    return contact, position
