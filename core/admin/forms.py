"""The admin's forms: as on the pages, and nothing is lost that the user has not seen."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.forms import RecordForm


class AdminForm(RecordForm):
    """A record in the admin, as a page of its own or as a row of another's.

    `viewer` is set on the class made for each request, because the admin makes the forms itself.
    """

    viewer: ClassVar[Viewer]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("user", self.viewer)
        super().__init__(*args, **kwargs)

    def _get_validation_exclusions(self) -> set[str]:
        """A row of a whole that is about to be stored has no number of its whole yet; the rules about it are met."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # The stubs leave it out.
        for field in self.instance._meta.concrete_fields:
            if field.is_relation and field.is_cached(self.instance):
                related = getattr(self.instance, field.name)
                if related is not None and related._state.adding:
                    excluded.add(field.name)
        return excluded


class LevelledAdminForm(AdminForm):
    """A record with an access level; `RecordForm` says when the reason is needed."""

    level_reason = forms.CharField(label=_("Reason for lowering the access level"), required=False, max_length=300)
