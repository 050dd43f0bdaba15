"""What asks for attention today."""

from dashboard.models.agenda import Tile, counted, everyones_follow_ups, follow_ups_of_department, own_follow_ups

__all__ = ["Tile", "counted", "everyones_follow_ups", "follow_ups_of_department", "own_follow_ups"]
