"""Search over everything: which records answer a query, best first, and no others than this user may see."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Value, Window
from django.db.models.functions import Coalesce, Length, RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from core.access import Viewer
from core.models import LevelledWhole, SearchEntry
from core.models.recorded import Indexed
from core.models.search_entry import WORDS, SearchEntryQuerySet, fragments
from core.text import fold
from core.typing_errors import distance, pieces
from follow_ups.models import FollowUp
from missions.models import Meeting, Mission
from partners.models import Contact, Organisation, Place, Position

FEWEST_LETTERS = 2  # of a query that is answered
MOST_RANKED = 2000  # entries that answer a query that stands nearly everywhere; the rest is neither ranked nor counted
MOST_CANDIDATES = 500  # compared letter by letter when nothing is found as it was typed
FUZZY = 10  # a rank after every match as typed; each error adds one


@dataclass(frozen=True)
class Noun:
    """A kind of record that search finds, and what a page needs to show one."""

    kind: str  # as in the address and in `data-hit`
    label: str | Promise
    model: type[Indexed]
    for_page: Callable[[Any, Viewer], Any]

    @property
    def entry_kind(self) -> str:
        """How search entries name it."""
        return self.model.entry_kind()

    def rows(self, user: Viewer) -> Any:
        """The records that this user may see."""
        return cast(Any, self.model._default_manager.all()).visible_to(user)

    def numbered(self, numbers: Iterable[int], user: Viewer) -> dict[int, Any]:
        """The records with these row numbers, each with what a hit shows."""
        wanted = [*numbers]
        return dict(self.for_page(self.rows(user), user).in_bulk(wanted)) if wanted else {}


@dataclass(frozen=True)
class Hit:
    """A record that answers, and the text in which it was found when that is not its name on display."""

    noun: Noun
    record: Any
    rank: int
    found_in: str = ""


@dataclass
class Group:
    """The hits of one noun, best first, and how many there are in all."""

    noun: Noun
    count: int
    hits: list[Hit] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """An entry that answers: which record, how well (less is better), among how many of its kind."""

    kind: str
    record_id: int
    rank: int
    count: int


def search(text: str, user: Viewer, *, most: int, nouns: Sequence[Noun] | None = None) -> list[Group]:
    """At most so many hits of each noun; the groups by their best hit, then in the order of the nouns.

    What is typed is looked for in the names and texts of records. When no name has its words, names that are nearly
    what was typed are added. Counts and hits are of what this user may see. Two queries at most, and for each group
    one or two.
    """
    asked = NOUNS if nouns is None else nouns
    if len(fold(text).replace(" ", "")) < FEWEST_LETTERS or not asked:
        return []
    readable = _readable(asked, user)
    found = _as_typed(readable, text, most)
    if all(one.rank > WORDS for one in found):
        found += _nearly_as_typed(readable, text, most, known={(one.kind, one.record_id) for one in found})
    groups = [group for noun in asked if (group := _group(noun, found, user, text)).hits]
    return sorted(groups, key=lambda group: group.hits[0].rank)  # Keeps the order of nouns among equals.


def _readable(nouns: Iterable[Noun], user: Viewer) -> SearchEntryQuerySet:
    """The entries of records that this user may see; asked of each entry that answers, not the other way round.

    A noun without an access level is open to everyone who is signed in, and its entries are of records in use.
    """
    if not user.is_authenticated:
        return SearchEntry.objects.none()
    may_read = Q(noun__in=[noun.entry_kind for noun in nouns if not issubclass(noun.model, LevelledWhole)])
    for noun in nouns:
        if issubclass(noun.model, LevelledWhole):
            may_read |= Q(Q(noun=noun.entry_kind), Exists(noun.rows(user).filter(pk=OuterRef("record_id"))))
    # An expression, so that no database begins with the kind, which most entries share, instead of the trigrams.
    return SearchEntry.objects.alias(noun=Coalesce("kind", Value(""))).filter(may_read)


def _as_typed(readable: SearchEntryQuerySet, text: str, most: int) -> list[Found]:
    """The entries that have all of it, best first.

    Where very many have it, so many are ranked of those in which a word begins with it, and so many of all: the best
    are among the first.
    """
    beginning = readable.containing([f" {fold(text)}"])
    anywhere = readable.containing(*([fragment] for fragment in fragments(text)))
    entries = SearchEntry.objects.filter(pk__in=_first(beginning).union(_first(anywhere)))
    best_first = [F("rank").asc(), Length("name").asc(), F("name").asc(), F("pk").asc()]
    rows = (
        entries.ranked(text)
        .annotate(
            count=Window(Count("pk"), partition_by="kind"),
            place=Window(RowNumber(), partition_by="kind", order_by=best_first),
        )
        .filter(place__lte=most)
        .order_by("place")
    )
    return [Found(*row) for row in rows.values_list("kind", "record_id", "rank", "count")]


def _first(entries: SearchEntryQuerySet) -> Any:
    """The first so many, in a form that can stand in a union on both databases."""
    return SearchEntry.objects.filter(pk__in=entries.values("pk")[:MOST_RANKED]).values("pk")


def _nearly_as_typed(
    readable: SearchEntryQuerySet, text: str, most: int, *, known: set[tuple[str, int]]
) -> list[Found]:
    words = [fragment.strip() for fragment in fragments(text)]
    candidates = readable.containing(*map(pieces, words)).order_by(Length("names"), "pk")[:MOST_CANDIDATES]
    near = []
    for entry in candidates:
        errors = [made for name in entry.names.split("\n") if (made := distance(words, name)) is not None]
        if errors and (entry.kind, entry.record_id) not in known:
            near.append((min(errors), len(entry.name), entry.name, entry.kind, entry.record_id))
    counts = Counter(kind for *_order, kind, _number in near)
    taken: Counter[str] = Counter()
    found = []
    for made, _length, _name, kind, number in sorted(near):
        if taken[kind] < most:
            taken[kind] += 1
            found.append(Found(kind, number, FUZZY + made, counts[kind]))
    return found


def _group(noun: Noun, found: Iterable[Found], user: Viewer, text: str) -> Group:
    mine = [one for one in found if one.kind == noun.entry_kind]
    records = noun.numbered((one.record_id for one in mine), user)
    hits = [
        Hit(noun, record, one.rank, found_in(record, text)) for one in mine if (record := records.get(one.record_id))
    ]
    return Group(noun, sum({one.rank >= FUZZY: one.count for one in mine}.values()), hits)


def found_in(record: Indexed, text: str) -> str:
    """The first of a record's texts that has every word; empty when its name on display has, or none."""
    words = fold(text).split()
    names = [*record.search_names()]
    for number, source in enumerate((str(record), *names, *record.search_texts())):
        folded = fold(source)
        if all(word in folded for word in words):
            return source if number and folded != fold(str(record)) else ""
    return ""


def _contacts(rows: Any, user: Viewer) -> Any:
    posts = Position.objects.all().visible_to(user).current_first().select_related("organisation")
    return rows.prefetch_related(Prefetch("positions", posts, "posts"))


def _meetings(rows: Any, user: Viewer) -> Any:
    seen = rows.seeing(user, "mission").select_related("mission", "stop__place", "place")
    return seen.prefetch_related("participants")


# In the order of their groups when their best hits are equally good.
NOUNS = (
    Noun("organisation", _("Organisations"), Organisation, lambda rows, user: rows.prefetch_related("names")),
    Noun("contact", _("Contacts"), Contact, _contacts),
    Noun("place", _("Places"), Place, lambda rows, user: rows),
    Noun("agreement", _("Agreements"), Agreement, lambda rows, user: rows),
    Noun("mission", _("Missions"), Mission, lambda rows, user: rows),
    Noun("meeting", _("Meetings"), Meeting, _meetings),
    Noun("follow-up", _("Follow-ups"), FollowUp, lambda rows, user: rows.select_related("partner")),
)
