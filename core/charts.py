"""Charts as drawings made on the server: bars, columns and areas. The table beside each has the same numbers.

A drawing is WIDTH units wide. Lengths are text already, so that no language writes a comma in them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 400.0
ROW, BAR = 46.0, 14.0  # a bar with its name above it; the bar itself
PLOT_HEIGHT, TOP, BOTTOM = 170.0, 12.0, 26.0
LEFT, RIGHT = 34.0, 8.0  # room for the numbers beside the plot
LEAST = 1.5  # what is not nought is seen
LONGEST = 42  # letters of a name


@dataclass(frozen=True)
class Piece:
    """A rectangle; `tone` 1 is the strongest."""

    tone: int
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Text:
    """Words at a place."""

    words: str
    x: str
    y: str


@dataclass(frozen=True)
class Axis:
    """A standing line."""

    x: str
    y: str
    to: str


@dataclass(frozen=True)
class Drawing:
    """What a chart's template draws."""

    height: str
    pieces: list[Piece]
    names: list[Text]
    values: list[Text]
    steps: list[Text]  # of the scale, each a line across the plot
    areas: list[tuple[int, str]] | None = None  # tone and points
    axes: Sequence[Axis] = ()  # where the two sides of a balance meet

    @property
    def width(self) -> str:
        """Of all of it."""
        return _text(WIDTH)

    @property
    def left(self) -> str:
        """Where the plot begins."""
        return _text(LEFT)

    @property
    def right(self) -> str:
        """Where the plot ends."""
        return _text(WIDTH - RIGHT)


def bars(rows: Sequence[tuple[str, Sequence[int]]]) -> Drawing:
    """A lying bar for each name, its parts one after the other."""
    most = max((sum(parts) for _name, parts in rows), default=0) or 1
    scale = (WIDTH - LEFT) / most
    pieces, names, values = [], [], []
    for number, (name, parts) in enumerate(rows):
        y, x = number * ROW + 22, 0.0
        for tone, part in enumerate(parts, start=1):
            width = max(part * scale, LEAST) if part else 0.0
            if part:
                pieces.append(_piece(tone, x, y, width, BAR))
            x += width
        names.append(Text(_short(name), "0", _text(y - 7)))
        values.append(Text(str(sum(parts)), _text(x + 6), _text(y + BAR - 2.5)))
    return Drawing(_text(len(rows) * ROW), pieces, names, values, [])


def balance(rows: Sequence[tuple[str, Sequence[int], Sequence[int]]]) -> Drawing:
    """For each name the parts of one side to the left of the middle, those of the other side to the right."""
    most = max((max(sum(ours), sum(theirs)) for _name, ours, theirs in rows), default=0) or 1
    middle = WIDTH / 2
    scale = (middle - LEFT) / most
    pieces, names, values = [], [], []
    for number, (name, *sides) in enumerate(rows):
        y = number * ROW + 22
        for way, parts in zip((-1, 1), sides, strict=True):
            x = 0.0
            for tone, part in enumerate(parts, start=1):
                width = max(part * scale, LEAST) if part else 0.0
                if part:
                    pieces.append(_piece(tone, middle + (x if way > 0 else -x - width), y, width, BAR))
                x += width
            values.append(Text(str(sum(parts)), _text(middle + way * (x + 14)), _text(y + BAR - 2.5)))
        names.append(Text(_short(name), _text(middle), _text(y - 7)))
    heights = [number * ROW + 22 for number in range(len(rows))]
    axes = [Axis(_text(middle), _text(y - 3), _text(y + BAR + 3)) for y in heights]
    return Drawing(_text(len(rows) * ROW), pieces, names, values, [], axes=axes)


def columns(rows: Sequence[tuple[str, Sequence[int]]]) -> Drawing:
    """A standing column for each name, its parts one above the other, with a scale."""
    steps = _steps(max((sum(parts) for _name, parts in rows), default=0))
    room = (WIDTH - LEFT - RIGHT) / max(len(rows), 1)
    width, scale, floor = room * 0.62, PLOT_HEIGHT / steps[-1], TOP + PLOT_HEIGHT
    pieces, names = [], []
    for number, (name, parts) in enumerate(rows):
        x, y = LEFT + room * number + room * 0.19, floor
        for tone, part in enumerate(parts, start=1):
            height = max(part * scale, LEAST) if part else 0.0
            y -= height
            if part:
                pieces.append(_piece(tone, x, y, width, height))
        names.append(Text(name, _text(x + width / 2), _text(floor + 18)))
    return Drawing(_text(floor + BOTTOM), pieces, names, [], _scale(steps))


def areas(layers: Sequence[Sequence[int]], names: Sequence[tuple[int, str]]) -> Drawing:
    """Layers one before the other, the highest first, and the names of some places along them."""
    steps = _steps(max((max(layer, default=0) for layer in layers), default=0))
    count = max(len(layers[0]) - 1, 1)
    scale, floor, across = PLOT_HEIGHT / steps[-1], TOP + PLOT_HEIGHT, (WIDTH - LEFT - RIGHT) / count
    drawn = []
    for tone, layer in zip(range(len(layers), 0, -1), layers, strict=True):
        top = " ".join(f"{_text(LEFT + at * across)},{_text(floor - value * scale)}" for at, value in enumerate(layer))
        drawn.append((tone, f"{_text(LEFT)},{_text(floor)} {top} {_text(WIDTH - RIGHT)},{_text(floor)}"))
    along = [Text(name, _text(LEFT + at * across), _text(floor + 18)) for at, name in names]
    return Drawing(_text(floor + BOTTOM), [], along, [], _scale(steps), drawn)


def _scale(steps: Sequence[int]) -> list[Text]:
    return [
        Text(str(step), _text(LEFT - 6), _text(TOP + PLOT_HEIGHT - PLOT_HEIGHT * step / steps[-1])) for step in steps
    ]


def _steps(most: int) -> list[int]:
    """Nought and at most five round numbers, the last of them not below the most."""
    most = max(most, 1)
    power = 10 ** math.floor(math.log10(most))
    step = next(
        step
        for factor in (0.1, 0.2, 0.5, 1, 2, 5)
        if (step := math.ceil(factor * power)) * 5 >= most and step >= factor * power
    )
    return list(range(0, math.ceil(most / step) * step + 1, step))


def _piece(tone: int, x: float, y: float, width: float, height: float) -> Piece:
    return Piece(tone, _text(x), _text(y), _text(width), _text(height))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def _text(length: float) -> str:
    return f"{length:.1f}"
