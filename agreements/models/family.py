"""The family of a text: what it belongs to, what belongs to it, and what took whose place, as one reader sees it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from agreements.models.agreement import Agreement
from core.trees import Connected


@dataclass
class Member:
    """A text in its place: how deep it hangs, what it replaced or was replaced by, and the marks of a nested list.

    `opens` a list before it; `ends` its own entry, for nothing hangs below it; `closes` the lists that end with it, of
    each whether it stands inside another.
    """

    text: Agreement
    depth: int
    replaces: list[Agreement] = field(default_factory=list)
    replaced_by: Agreement | None = None
    opens: bool = False
    ends: bool = True
    closes: list[bool] = field(default_factory=list)

    @property
    def level(self) -> int:
        """Which level of the tree it is on; heads are on the first."""
        return self.depth + 1


def family_of(rows: Any, pk: int) -> Any:
    """The texts among these rows that the one with this row number is connected with, and itself.

    A text that is not among them connects nothing: what hangs below it stands alone.
    """
    return rows.filter(pk__in=Connected(rows, pk, by=("parent", "replaced_by")))


def as_trees(texts: Iterable[Agreement]) -> list[Member]:
    """Each text below the one it belongs to, heads and siblings in the order of time; no circle is gone round twice."""
    found = sorted(texts, key=_in_time)
    known: dict[int | None, Agreement] = {text.pk: text for text in found}
    children: dict[int | None, list[Agreement]] = defaultdict(list)
    replaces: dict[int | None, list[Agreement]] = defaultdict(list)
    for text in found:
        children[text.parent_id if text.parent_id in known else None].append(text)
        replaces[text.replaced_by_id].append(text)
    members = [
        Member(text, depth, replaces[text.pk], known.get(text.replaced_by_id)) for text, depth in _walk(found, children)
    ]
    return _as_nested_list(members)


def _in_time(text: Agreement) -> tuple[Any, ...]:
    known = text.signed or text.effective
    return (known is None, known and known.date.toordinal(), text.sort_key, text.pk)


def _walk(texts: list[Agreement], children: dict[int | None, list[Agreement]]) -> Iterator[tuple[Agreement, int]]:
    """Heads first, each followed by all below it; whatever only a circle leads to begins where the circle is met."""
    seen: set[int] = set()
    for head in [*children[None], *texts]:
        waiting = [(head, 0)]
        while waiting:
            text, depth = waiting.pop()
            if text.pk not in seen:
                seen.add(text.pk)
                yield text, depth
                waiting += [(child, depth + 1) for child in reversed(children[text.pk])]


def _as_nested_list(members: list[Member]) -> list[Member]:
    depths = [-1, *(member.depth for member in members), -1]
    for before, member, after in zip(depths, members, depths[2:], strict=False):
        member.opens = member.depth > before
        member.ends = after <= member.depth
        member.closes = [depth > 0 for depth in range(member.depth, after, -1)]
    return members
