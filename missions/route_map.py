"""The stops of a mission as a drawing: where each lies, in which order, how far apart. No coastlines, nothing fetched.

An equirectangular projection, its longitudes shortened by the cosine of the middle latitude: over the size of a mission
distances and directions look right, and one scale bar serves the whole drawing. Lengths are in units of the drawing.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 320.0, 190.0, 300.0
MARGIN = 34.0  # between the outermost stops and the frame: room for a marker and its name
LEAST_SPAN = 1.0  # degrees; a single city is not blown up to fill the frame
KM_PER_DEGREE = 111.32  # of latitude
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)  # degrees between the lines of the grid
RADIUS, LETTER, LINE = 10.0, 6.6, 15.0  # a marker, the width of a letter of a name, the height of a name
SHORTEST_BAR = 40.0


class Point(NamedTuple):
    """A place in the drawing, from its upper left corner."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle in the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether they have something in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def lies_in(self, other: "Box") -> bool:
        """Whether none of it sticks out."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Visit:
    """A stop with its number in the list, its name and where it lies in degrees."""

    number: int
    name: str
    latitude: Decimal | float
    longitude: Decimal | float


@dataclass(frozen=True)
class Marker:
    """A dot with the numbers of the stops there. `label` is empty where no name fits; the list has them all."""

    numbers: str
    x: str
    y: str
    left: str
    top: str
    width: str
    label: str = ""
    label_x: str = ""
    label_y: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class RouteMap:
    """All that the template draws; every length is text already, so that no language writes a comma in it."""

    width: str
    height: str
    inner_width: str
    inner_height: str
    route: str
    markers: list[Marker]
    meridians: list[str]
    parallels: list[str]
    bar: str
    bar_start: str
    bar_y: str
    bar_km: str


def route_map(visits: Sequence[Visit]) -> RouteMap | None:
    """The drawing of these visits, in their order; None without any."""
    if not visits:
        return None
    projection = Projection.around(visits)
    points = [projection.point(float(visit.latitude), float(visit.longitude)) for visit in visits]
    bar_km, bar_length = projection.scale_bar()
    frame = Box(0, 0, WIDTH, projection.height)
    bar_box = Box(0, projection.height - 26, bar_length + 24, projection.height)
    return RouteMap(
        width=_text(WIDTH),
        height=_text(projection.height),
        inner_width=_text(WIDTH - 1),
        inner_height=_text(projection.height - 1),
        route=" ".join(f"{_text(point.x)},{_text(point.y)}" for point in points),
        markers=list(_markers(visits, points, frame, bar_box)),
        meridians=[_text(projection.point(0, degrees).x) for degrees in projection.meridians()],
        parallels=[_text(projection.point(degrees, 0).y) for degrees in projection.parallels()],
        bar=_text(12 + bar_length),
        bar_start="12",
        bar_y=_text(projection.height - 10),
        bar_km=f"{bar_km:g}",
    )


@dataclass(frozen=True)
class Projection:
    """Degrees to points: the middle of the drawing, the size of a degree of latitude, the height."""

    latitude: float
    longitude: float
    scale: float
    height: float

    @classmethod
    def around(cls, visits: Iterable[Visit]) -> "Projection":
        """The one that shows all of these, as large as fits."""
        rows = list(visits)
        latitudes = [float(visit.latitude) for visit in rows]
        eastward = _unbroken([float(visit.longitude) for visit in rows])
        latitude = (min(latitudes) + max(latitudes)) / 2
        tall = max(latitudes) - min(latitudes)
        wide = max((max(eastward) - min(eastward)) * _shortened(latitude), LEAST_SPAN)
        scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / max(tall, LEAST_SPAN))
        height = min(max(tall * scale + 2 * MARGIN, LEAST_HEIGHT), MOST_HEIGHT)
        return cls(latitude, (min(eastward) + max(eastward)) / 2, scale, height)

    def point(self, latitude: float, longitude: float) -> Point:
        """Where these degrees lie in the drawing."""
        east = (longitude - self.longitude + 180) % 360 - 180  # The short way round.
        x = WIDTH / 2 + east * _shortened(self.latitude) * self.scale
        return Point(x, self.height / 2 - (latitude - self.latitude) * self.scale)

    def meridians(self) -> Iterator[float]:
        """The longitudes of the grid within the drawing."""
        return _lines(self.longitude, WIDTH / 2 / self.scale / _shortened(self.latitude), self._step())

    def parallels(self) -> Iterator[float]:
        """The latitudes of the grid within the drawing."""
        return _lines(self.latitude, self.height / 2 / self.scale, self._step())

    def scale_bar(self) -> tuple[float, float]:
        """A round number of kilometres, and its length."""
        per_km = self.scale / KM_PER_DEGREE
        power = 10 ** math.floor(math.log10(SHORTEST_BAR / per_km))
        km = next(one * power for one in (1, 2, 5, 10) if one * power * per_km >= SHORTEST_BAR)
        return float(km), km * per_km

    def _step(self) -> float:
        return next((step for step in STEPS if step * self.scale >= 48), STEPS[-1])


def _shortened(latitude: float) -> float:
    """How long a degree of longitude is there, beside one of latitude; at the poles still something."""
    return max(math.cos(math.radians(latitude)), 0.01)


def _unbroken(longitudes: list[float]) -> list[float]:
    """The same meridians, without the jump from 180 to -180 where the stops lie on both sides of it."""
    if max(longitudes) - min(longitudes) <= 180:
        return longitudes
    return [longitude + 360 if longitude < 0 else longitude for longitude in longitudes]


def _lines(middle: float, reach: float, step: float) -> Iterator[float]:
    first, last = math.ceil((middle - reach) / step), math.floor((middle + reach) / step)
    return (number * step for number in range(first, last + 1))


def _markers(visits: Sequence[Visit], points: Sequence[Point], frame: Box, bar: Box) -> Iterator[Marker]:
    """One marker per spot: stops that would cover each other share one. Names never cover a marker or each other."""
    spots = _spots(visits, points)
    taken = [bar, *(_marker_box(point, numbers) for point, numbers, _name in spots)]
    for point, numbers, name in spots:
        width = _marker_width(numbers)
        here = {
            "numbers": numbers,
            "x": _text(point.x),
            "y": _text(point.y),
            "left": _text(point.x - width / 2),
            "top": _text(point.y - RADIUS),
            "width": _text(width),
        }
        free = [
            place
            for place in _label_places(point, width / 2, name)
            if place[2].lies_in(frame) and not any(place[2].meets(other) for other in taken)
        ]
        if not free:
            yield Marker(**here)
            continue
        at, anchor, box = next((place for place in free if not _crosses(points, place[2])), free[0])
        taken.append(box)
        yield Marker(**here, label=name, label_x=_text(at.x), label_y=_text(at.y), anchor=anchor)


def _crosses(way: Sequence[Point], box: Box) -> bool:
    """Whether the way from stop to stop runs through the box, looked at in steps shorter than a name is high."""
    for start, end in pairwise(way):
        steps = max(1, round(math.dist(start, end) / (LINE / 3)))
        for step in range(steps + 1):
            x, y = (a + (b - a) * step / steps for a, b in zip(start, end, strict=True))
            if box.left < x < box.right and box.top < y < box.bottom:
                return True
    return False


def _spots(visits: Sequence[Visit], points: Sequence[Point]) -> list[tuple[Point, str, str]]:
    """Where markers stand, with the numbers and names of the stops that share them."""
    groups: list[tuple[Point, list[Visit]]] = []
    for visit, point in zip(visits, points, strict=True):
        near = next((group for at, group in groups if math.dist(at, point) < 2 * RADIUS), None)
        if near is None:
            groups.append((point, [visit]))
        else:
            near.append(visit)
    return [
        (
            point,
            ", ".join(str(visit.number) for visit in group),
            ", ".join(dict.fromkeys(visit.name for visit in group)),
        )
        for point, group in groups
    ]


def _marker_width(numbers: str) -> float:
    return max(2 * RADIUS, len(numbers) * LETTER + 8)


def _marker_box(point: Point, numbers: str) -> Box:
    half = _marker_width(numbers) / 2
    return Box(point.x - half, point.y - RADIUS, point.x + half, point.y + RADIUS)


def _label_places(point: Point, half: float, name: str) -> Iterator[tuple[Point, str, Box]]:
    """Where the name may stand: right, left, below, above; each with how it is anchored and the room it takes."""
    width, gap = len(name) * LETTER, 4.0
    middle = point.y + LINE / 3
    for x, anchor, left in (
        (point.x + half + gap, "start", point.x + half + gap),
        (point.x - half - gap, "end", point.x - half - gap - width),
    ):
        yield Point(x, middle), anchor, Box(left, middle - LINE * 0.75, left + width, middle + LINE * 0.25)
    for y in (point.y + RADIUS + LINE, point.y - RADIUS - LINE * 0.4):
        yield (
            Point(point.x, y),
            "middle",
            Box(point.x - width / 2, y - LINE * 0.75, point.x + width / 2, y + LINE * 0.25),
        )


def _text(length: float) -> str:
    return f"{length:.1f}"
