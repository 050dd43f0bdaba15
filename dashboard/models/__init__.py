"""What the home page counts and tells."""

from dashboard.models.agenda import (
    Tile,
    by_time,
    counted,
    everyones_follow_ups,
    first_of_each,
    follow_ups_of_department,
    own_follow_ups,
)
from dashboard.models.lately import Happening, happened_lately

__all__ = [
    "Happening",
    "Tile",
    "by_time",
    "counted",
    "everyones_follow_ups",
    "first_of_each",
    "follow_ups_of_department",
    "happened_lately",
    "own_follow_ups",
]
