"""What every model of Entente stands on."""

from core.models.draft import Draft
from core.models.export_record import ExportRecord
from core.models.levelled import LevelledQuerySet, LevelledWhole
from core.models.recorded import NotRecorded, Recorded, RecordedQuerySet
from core.models.reference import Reference, ReferenceQuerySet
from core.models.search_entry import SearchEntry
from core.models.submission import Submission
from core.models.whole import Part, PartQuerySet, StaleVersion, Whole, WholeQuerySet

__all__ = [
    "Draft",
    "ExportRecord",
    "LevelledQuerySet",
    "LevelledWhole",
    "NotRecorded",
    "Part",
    "PartQuerySet",
    "Recorded",
    "RecordedQuerySet",
    "Reference",
    "ReferenceQuerySet",
    "SearchEntry",
    "StaleVersion",
    "Submission",
    "Whole",
    "WholeQuerySet",
]
