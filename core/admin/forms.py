"""The admin's forms: as on the pages, and nothing is lost that the user has not seen."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.forms import RecordForm
from core.models import StaleVersion, Whole


class AdminForm(RecordForm):
    """A record in the admin, as a page of its own or as a row of another's.

    `viewer` is set on the class made for each request, because the admin makes the forms itself.
    """

    viewer: ClassVar[Viewer]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("user", self.viewer)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A record that someone else changed meanwhile is not overwritten."""
        cleaned = super().clean()
        if isinstance(self.instance, Whole) and self.instance.pk:
            self._compare_version(cleaned.get("version"))
        return cleaned

    def _compare_version(self, read: int | None) -> None:
        """Locks the row until the request's transaction ends, so that nothing comes between this and the save."""
        stored = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        if stored is None:
            self.add_error(None, ValidationError(_("This record was deleted meanwhile."), code="deleted"))
        elif not read == stored.version == self.instance.version:
            self.add_error(None, StaleVersion(stored))
            for words in self._theirs():
                self.add_error(None, ValidationError(words, code="stale_field"))
            # The user has now been shown what the other wrote; saving once more is their decision.
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("version")] = str(stored.version)
            self.data = data

    def _theirs(self) -> list[str]:
        """What is stored now, for each field in which the user's text differs from it."""
        return [
            gettext("%(field)s is now: %(value)s")
            % {"field": self.fields[name].label or name, "value": self._stored_words(name)}
            for name in self.changed_data
            if name in self.fields and name not in ("version", "level_reason")
        ]

    def _stored_words(self, name: str) -> str:
        field, value = self.fields[name], self.get_initial_for_field(self.fields[name], name)
        if isinstance(field, forms.ModelChoiceField):
            several = value if isinstance(value, list) else [value]
            pks = [getattr(one, "pk", one) for one in several if one is not None]
            value = ", ".join(str(row) for row in cast(Any, field.queryset).filter(pk__in=pks))
        elif isinstance(field, forms.ChoiceField):
            labels = {str(key): str(label) for key, label in self._meta.model._meta.get_field(name).flatchoices}
            value = labels.get(str(value), value)
        elif isinstance(field, forms.BooleanField):
            value = gettext("yes") if value else gettext("no")
        return str(field.prepare_value(value)) if value not in (None, "") else "–"

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
