"""The administration: Django's admin, in which nobody sees or does more than on the pages of the site."""

from core.admin.actions import export_to_csv
from core.admin.guarded import GuardedAdmin
from core.admin.inlines import RecordFormSet, RecordInline, StackedRecordInline
from core.admin.lists import ArchivedFilter
from core.admin.records import LevelledAdmin, PartAdmin, RecordAdmin, ReferenceAdmin, WholeAdmin
from core.admin.site import EntenteAdminSite

__all__ = [
    "ArchivedFilter",
    "EntenteAdminSite",
    "GuardedAdmin",
    "LevelledAdmin",
    "PartAdmin",
    "RecordAdmin",
    "RecordFormSet",
    "RecordInline",
    "ReferenceAdmin",
    "StackedRecordInline",
    "WholeAdmin",
    "export_to_csv",
]
