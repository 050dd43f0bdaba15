"""What every model of Entente stands on."""

from core.models.export_record import ExportRecord
from core.models.levelled import LevelledQuerySet, LevelledWhole
from core.models.recorded import NotRecorded, Recorded, RecordedManager, RecordedQuerySet
from core.models.reference import Reference, ReferenceQuerySet
from core.models.whole import Part, PartQuerySet, StaleVersion, Whole, WholeQuerySet

__all__ = [
    "ExportRecord",
    "LevelledQuerySet",
    "LevelledWhole",
    "NotRecorded",
    "Part",
    "PartQuerySet",
    "Recorded",
    "RecordedManager",
    "RecordedQuerySet",
    "Reference",
    "ReferenceQuerySet",
    "StaleVersion",
    "Whole",
    "WholeQuerySet",
]
