"""The merge page of the administration: the form of a record with all its rows, when somebody stored it first."""

import re
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.access import Viewer
from core.admin.inlines import RecordInline
from core.history import AsRead, as_read
from core.merging import (
    UNCOMPARED,
    Difference,
    Merge,
    Outcome,
    elsewhere,
    is_same,
    put_together,
    read_field,
    summary,
    take,
    version_in,
    write_field,
)
from core.models import LevelledWhole, Part, Whole
from core.text import is_row_number


class AdminMerge:
    """What was sent for one record and its rows. Made with the record's lock held; locks rows that are wholes too."""

    def __init__(self, model_admin: Any, request: HttpRequest, stored: Any) -> None:
        self.model_admin, self.request, self.stored = model_admin, request, stored
        self.user: Viewer = request.user
        self.whole: Whole = stored.whole if isinstance(stored, Part) else stored
        self.data = request.POST.copy()
        self.rows = [_Rows(self, *one) for one in self._formsets()]

    def _formsets(self) -> list[tuple[Any, RecordInline, str]]:
        """The rows' forms under the names that the admin gives them."""
        found, seen = [], list[str]()
        for formset, inline in self.model_admin.get_formsets_with_inlines(self.request, self.stored):
            prefix = formset.get_default_prefix()
            seen.append(prefix)
            if isinstance(inline, RecordInline):
                number = seen.count(prefix)
                found.append((formset, inline, prefix if number == 1 else f"{prefix}-{number}"))
        return found

    @property
    def is_needed(self) -> bool:
        """Whether the record, or a row that is a record of its own, was stored after it was read."""
        return version_in(self.data) != self.whole.version or any(rows.is_behind for rows in self.rows)

    def form(self, row: Any, data: Any = None) -> Any:
        """The record's own form."""
        names = flatten_fieldsets(self.model_admin.get_fieldsets(self.request, self.stored))
        form_class = self.model_admin.get_form(self.request, self.stored, change=True, fields=names)
        return form_class(data, instance=row)

    def taken(self) -> QueryDict:
        """What is to be stored, with what the user takes from the stored record."""
        if "take" in self.data:
            take(self.data, [self.form(self.stored), *(form for rows in self.rows for form in rows.stored_as_sent())])
        return self.data

    def merge(self) -> Merge:
        """What is shown; `data` becomes what the form holds."""
        read = version_in(self.data)
        then = as_read(self.whole, read, self.user)
        before = self._as_it_was(then)
        stored = self.form(self.stored)
        merge = Merge(self.whole)
        merge.differences = put_together(
            self.data,
            stored=stored,
            own=self.form(self.stored, self.data.copy()),
            original=before and self.form(before),
        )
        for rows in self.rows:
            merge.differences += rows.put_together(then)
        if self.whole is self.stored:
            merge.differences += elsewhere(self.whole, read, self.user, stored.fields)
        merge.notes = [*self.model_admin.merge_notes(self.request, self.stored, then.until)]
        if self.request.FILES:
            merge.notes.append(_("Choose the file again: a browser does not send it twice."))
        self.data["version"] = str(self.whole.version)
        return merge

    def _as_it_was(self, then: AsRead) -> Any:
        if self.whole is self.stored:
            return then.row
        return then.rows_of(type(self.stored), self.stored.part_of).get(self.stored.pk)


class _Rows:
    """The rows of one kind."""

    def __init__(self, merge: AdminMerge, formset_class: Any, inline: RecordInline, prefix: str) -> None:
        self.merge, self.inline, self.prefix = merge, inline, prefix
        self.model: type[models.Model] = inline.model
        self.formset_class = formset_class
        self.are_wholes = issubclass(self.model, Whole)

    def _formset(self, data: Any = None) -> Any:
        rows = self.inline.get_queryset(self.merge.request)
        return self.formset_class(data, instance=self.merge.stored, prefix=self.prefix, queryset=rows)

    @property
    def sent(self) -> dict[int, int]:
        """The numbers of the stored rows that were sent, and where in the form each stands."""
        data, found = self.merge.data, {}
        for name in data:
            match = re.fullmatch(rf"{re.escape(self.prefix)}-(\d{{1,4}})-{self.model._meta.pk.name}", name)
            if match and is_row_number(data[name]):
                found[int(str(data[name]))] = int(match[1])
        return found

    @property
    def is_behind(self) -> bool:
        """Whether one of these rows is a record that somebody stored after it was read, or took away."""
        if not self.are_wholes or not self.sent:
            return False
        seen = self.inline.get_queryset(self.merge.request).filter(**{self._link: self.merge.stored.pk}).values("pk")
        rows = self.model._base_manager.select_for_update().filter(pk__in=[*self.sent]).order_by("pk")
        stored = dict(rows.filter(pk__in=list(seen.values_list("pk", flat=True))).values_list("pk", "version"))
        return any(self._version_sent(number) != stored.get(pk) for pk, number in self.sent.items())

    def _version_sent(self, number: int) -> int | None:
        return version_in(self.merge.data, f"{self.prefix}-{number}-version")

    @property
    def _link(self) -> str:
        return str(self.formset_class.fk.name)

    def stored_as_sent(self) -> list[Any]:
        """The stored rows' forms under the numbers with which they were sent."""
        forms_of = {form.instance.pk: form for form in self._formset().forms}
        found = []
        for pk, number in self.sent.items():
            if pk in forms_of:
                forms_of[pk].prefix = f"{self.prefix}-{number}"
                found.append(forms_of[pk])
        return found

    def put_together(self, then: AsRead) -> list[Difference]:
        """Stored rows in their order; then rows that they took away and the user changed; then the user's new ones."""
        formset = self._formset()
        own = self._formset(self.merge.data.copy())  # Read while the data is written anew.
        stored = {form.instance.pk: form for form in formset.forms if form.instance.pk}
        sent, raw = self.sent, self._raw()
        before = self._before(then, {*sent} | {*stored})
        for name in [name for name in self.merge.data if self._number_in(name) is not None]:
            del self.merge.data[name]
        found: list[Difference] = []
        for number, (pk, form) in enumerate(stored.items()):
            if pk in sent and sent[pk] < len(own.forms):
                found += self._both(number, form, own.forms[sent[pk]], before.get(pk), raw[sent[pk]])
            else:
                found += self._theirs(form, before.get(pk))
        total = len(stored)
        for pk, at in sent.items():
            if pk not in stored and at < len(own.forms):
                differences, returns = self._gone(own.forms[at], before.get(pk), raw[at])
                found += differences
                if returns:
                    self._write_new(total, raw[at])
                    total += 1
        for at in sorted(set(raw) - {*sent.values()}):
            self._write_new(total, raw[at])
            total += 1
        self.merge.data[f"{self.prefix}-TOTAL_FORMS"] = str(total)
        self.merge.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(stored))
        return found

    def _number_in(self, name: str) -> re.Match[str] | None:
        return re.match(rf"{re.escape(self.prefix)}-(\d{{1,4}})-", name)

    def _raw(self) -> dict[int, dict[str, list[str]]]:
        """What was sent for each row, by what follows its number."""
        found: dict[int, dict[str, list[str]]] = {}
        for name, values in self.merge.data.lists():
            if match := self._number_in(name):
                found.setdefault(int(match[1]), {})[name[match.end() :]] = [str(one) for one in values]
        return found

    def _write(self, number: int, raw: dict[str, list[str]]) -> None:
        for name, values in raw.items():
            self.merge.data.setlist(f"{self.prefix}-{number}-{name}", values)

    def _write_new(self, number: int, raw: dict[str, list[str]]) -> None:
        """A row of the user's that is not stored."""
        self._write(number, {name: values for name, values in raw.items() if name != "version"})
        self.merge.data[f"{self.prefix}-{number}-{self.model._meta.pk.name}"] = ""

    def _before(self, then: AsRead, pks: set[int]) -> dict[int, Any]:
        """The forms of the rows as they were read, without those that are about something hidden."""
        rows = self._wholes_before(pks) if self.are_wholes else then.rows_of(self.model, self._link)
        form_class, shared = self.formset_class.form, self._formset()
        found = {}
        for pk, row in rows.items():
            if self._is_hidden(row):
                continue
            form = form_class(instance=row, prefix=f"{self.prefix}-0", use_required_attribute=False)
            shared.add_fields(form, None)
            found[pk] = form
        return found

    def _wholes_before(self, pks: set[int]) -> dict[int, Any]:
        """Each as it was at the version that was sent for it."""
        seen: Any = self.model._default_manager.all()
        found = {}
        for row in seen.visible_to(self.merge.user).filter(pk__in=pks & {*self.sent}):
            was = as_read(row, self._version_sent(self.sent[row.pk]), self.merge.user).row
            if was is not None:
                found[row.pk] = was
        return found

    def _is_hidden(self, row: models.Model) -> bool:
        for one in row._meta.fields:
            target = one.related_model
            if not isinstance(target, type) or not issubclass(target, LevelledWhole) or one.null:
                continue
            pk = getattr(row, one.attname)
            if one.name != self._link and not target.objects.all().visible_to(self.merge.user).filter(pk=pk).exists():
                return True
        return False

    def _both(self, number: int, stored: Any, own: Any, before: Any, raw: dict[str, list[str]]) -> list[Difference]:
        """A row that both have: field by field. A mark to remove it stays."""
        self._write(number, raw)
        label = self._called(stored.instance)
        if "DELETE" in raw:
            for name in stored.fields:
                if name not in UNCOMPARED:
                    write_field(self.merge.data, stored, name, read_field(stored, name))
            if before is not None and is_same(before, stored):
                return []
            was = summary(before) if before else None
            return [Difference(label, Outcome.OWN, was, summary(stored), _("removed"), anchor=self._anchor(number))]
        found = put_together(self.merge.data, stored=stored, own=own, original=before, row=label)
        if self.are_wholes:
            self.merge.data[f"{self.prefix}-{number}-version"] = str(stored.instance.version)
        return found

    def _theirs(self, stored: Any, before: Any) -> list[Difference]:
        """A row that they added."""
        for name in stored.fields:
            if name != "DELETE":
                write_field(self.merge.data, stored, name, read_field(stored, name))
        if before is not None:
            return []
        label, words = self._called(stored.instance), summary(stored)
        return [Difference(label, Outcome.ADDED, "", words, None, anchor=f"{stored.prefix}")]

    def _gone(self, own: Any, before: Any, raw: dict[str, list[str]]) -> tuple[list[Difference], bool]:
        """A row that they took away: it comes back as the user's when the user had changed it."""
        was = summary(before) if before is not None else None
        label = self._called(before.instance) if before is not None else capfirst(str(self.model._meta.verbose_name))
        is_changed = (before is None or not is_same(before, own)) and "DELETE" not in raw
        if "DELETE" in raw:
            return [], False
        if is_changed and not self.are_wholes:
            return [Difference(label, Outcome.RETURNED, was, _("removed"), summary(own))], True
        return [Difference(label, Outcome.REMOVED, was, _("removed"), summary(own) if is_changed else was)], False

    def _anchor(self, number: int) -> str:
        return f"{self.prefix}-{number}"

    def _called(self, row: models.Model) -> str:
        kind = capfirst(str(self.model._meta.verbose_name))
        try:
            return _("%(kind)s “%(name)s”") % {"kind": kind, "name": row}
        except ObjectDoesNotExist:  # What it was named after is gone.
            return kind
