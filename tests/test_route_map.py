"""The drawing of a mission's stops: projection, numbers, names that do not cover each other."""

import itertools
import math
from unittest import TestCase

from missions.route_map import (
    KM_PER_DEGREE,
    MOST_HEIGHT,
    WIDTH,
    Box,
    Point,
    Projection,
    Visit,
    _label_places,
    route_map,
)

LYON, PARIS, LILLE = (45.76, 4.83), (48.86, 2.35), (50.63, 3.06)


def visits(*places: tuple[float, float], names: str = "Lyon Paris Lille") -> list[Visit]:
    return [
        Visit(number, name, *place)
        for number, (place, name) in enumerate(zip(places, itertools.cycle(names.split())), start=1)
    ]


def at(marker) -> Point:
    return Point(float(marker.x), float(marker.y))


def room(marker) -> Box:
    """What the name of a marker covers."""
    half = float(marker.width) / 2
    return next(
        box
        for point, anchor, box in _label_places(at(marker), half, marker.label)
        if anchor == marker.anchor and abs(point.y - float(marker.label_y)) < 0.1
    )


class ARouteMap(TestCase):
    def test_of_nothing_is_nothing(self) -> None:
        self.assertIsNone(route_map([]))

    def test_puts_north_above_and_east_to_the_right(self) -> None:
        lyon, paris, lille = (at(marker) for marker in route_map(visits(LYON, PARIS, LILLE)).markers)
        self.assertTrue(lille.y < paris.y < lyon.y)
        self.assertTrue(paris.x < lille.x < lyon.x)

    def test_numbers_the_stops_as_the_list_does_and_joins_them_in_that_order(self) -> None:
        drawing = route_map(visits(LYON, PARIS, LILLE))
        self.assertEqual([marker.numbers for marker in drawing.markers], ["1", "2", "3"])
        self.assertEqual(drawing.route, " ".join(f"{marker.x},{marker.y}" for marker in drawing.markers))

    def test_keeps_distances_in_proportion(self) -> None:
        """Lyon to Paris is 392 km over the ground, Paris to Lille 204 km."""
        drawing = route_map(visits(LYON, PARIS, LILLE))
        lyon, paris, lille = (at(marker) for marker in drawing.markers)
        per_km = (float(drawing.bar) - float(drawing.bar_start)) / float(drawing.bar_km)
        self.assertAlmostEqual(math.dist(lyon, paris) / per_km, 392, delta=12)
        self.assertAlmostEqual(math.dist(paris, lille) / per_km, 204, delta=8)

    def test_keeps_every_marker_within_the_frame(self) -> None:
        for places in ((LYON,), (LYON, PARIS, LILLE), ((60.2, 24.9), (36.7, -4.4)), ((-33.9, 151.2), (35.7, 139.7))):
            drawing = route_map(visits(*places))
            for marker in drawing.markers:
                with self.subTest(places=places):
                    self.assertTrue(10 <= float(marker.x) <= WIDTH - 10)
                    self.assertTrue(10 <= float(marker.y) <= float(drawing.height) - 10)
                    self.assertLessEqual(float(drawing.height), MOST_HEIGHT)

    def test_goes_the_short_way_across_the_date_line(self) -> None:
        suva, apia = (at(marker) for marker in route_map(visits((-18.1, 178.4), (-13.8, -171.8))).markers)
        self.assertLess(suva.x, apia.x)
        self.assertLess(math.dist(suva, apia), WIDTH)

    def test_gives_stops_at_one_spot_one_marker_with_all_their_numbers(self) -> None:
        drawing = route_map(visits(LYON, PARIS, LYON))
        self.assertEqual([marker.numbers for marker in drawing.markers], ["1, 3", "2"])

    def test_names_cover_neither_each_other_nor_a_marker(self) -> None:
        crowd = [(50.0 + row * 0.35, 4.0 + column * 0.6) for row in range(4) for column in range(4)]
        drawing = route_map(visits(*crowd, names="Sint-Genesius-Rode Brussel Antwerpen"))
        named = [marker for marker in drawing.markers if marker.label]
        self.assertTrue(named)
        for one, other in itertools.combinations(named, 2):
            self.assertFalse(room(one).meets(room(other)))
        for one, other in itertools.product(named, drawing.markers):
            x, y, half = float(other.x), float(other.y), float(other.width) / 2
            self.assertFalse(room(one).meets(Box(x - half, y - 10, x + half, y + 10)))

    def test_writes_every_length_with_a_point(self) -> None:
        drawing = route_map(visits(LYON, PARIS))
        texts = [drawing.width, drawing.height, drawing.bar, *drawing.meridians, *drawing.parallels]
        for text in (*texts, drawing.markers[0].x, drawing.markers[0].label_y):
            self.assertRegex(text, r"^-?\d+\.\d$")

    def test_has_a_grid_and_a_scale_of_round_figures_at_every_size(self) -> None:
        for reach in (0.01, 0.5, 3, 12, 60, 140):
            drawing = route_map(visits((10, -reach / 2), (11, reach / 2)))
            with self.subTest(reach=reach):
                self.assertRegex(drawing.bar_km, r"^[125]0*$")
                self.assertTrue(1 <= len(drawing.meridians) <= 9)
                self.assertTrue(1 <= len(drawing.parallels) <= 9)


class TheProjection(TestCase):
    def test_shortens_a_degree_of_longitude_by_the_cosine_of_the_latitude(self) -> None:
        projection = Projection.around(visits((60, 10), (60, 12)))
        middle = projection.point(60, 11)
        east, north = projection.point(60, 12).x - middle.x, middle.y - projection.point(61, 11).y
        self.assertAlmostEqual(east / north, 0.5, places=3)

    def test_draws_a_bar_as_long_as_its_kilometres(self) -> None:
        projection = Projection.around(visits(LYON, LILLE))
        kilometres, length = projection.scale_bar()
        self.assertAlmostEqual(length, kilometres / KM_PER_DEGREE * projection.scale)
