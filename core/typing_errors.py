"""Names that are nearly what was typed."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

SHORTEST_FRAGMENT = 3  # characters; no trigram index finds less


def forgiven(word: str) -> int:
    """How many letters of a word may be missing, wrong, too many or swapped with the next: 0, 1 or 2 by its length."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def pieces(word: str) -> list[str]:
    """Fragments of a folded word, of which one stands unharmed in whatever the word was meant to be.

    So many errors leave one of so many pieces plus one as it is. A word too short to be cut is kept by its beginning,
    or whole when nothing is forgiven.
    """
    text, errors = f" {word}", forgiven(word)
    if not errors:
        return [f"{text} " if len(word) == 1 else text]
    size = len(text) // (errors + 1)
    if size < SHORTEST_FRAGMENT:
        return [text[:SHORTEST_FRAGMENT]]
    cuts = [size * number for number in range(errors + 1)]
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def distance(words: Iterable[str], name: str) -> int | None:
    """How many errors make the typed words of this folded name, or of its beginning; None when more than forgiven."""
    total, meant = 0, name.split()
    for word in words:
        errors = forgiven(word)
        least = min((_errors(word, one, errors) for one in meant), default=errors + 1)
        if least > errors:
            return None
        total += least
    return total


def _errors(word: str, meant: str, most: int) -> int:
    whole = OSA.distance(word, meant, score_cutoff=most)
    return min(whole, OSA.distance(word, meant[: len(word)], score_cutoff=most))
