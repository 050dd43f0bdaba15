"""What is still unknown about a record: a visible answer, and where to fill it in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One thing that is not recorded, in words. `url` leads to where it is written; empty for who may not write."""

    label: str
    url: str = ""
