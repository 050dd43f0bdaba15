"""The form that puts a text on file from the page of an agreement, a mission or a meeting."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models.document import AgreementDocumentRole
from core.access import AccessLevel, Viewer
from core.forms import RecordForm
from core.generics import ModelChoiceField
from core.models import LevelledWhole
from core.text import is_row_number
from documents.actions import attach
from documents.models import Document, DocumentLink
from documents.models.content import KINDS
from documents.models.versions import latest_of

LONGEST_TITLE = 600
LONGEST_FILE_NAME = 200
# By their kind a phone offers its camera, by their ending a desk its files.
ACCEPTED = ",".join(("image/jpeg", "image/png", "image/tiff", *KINDS))
TAKEN_OVER = ("title", "kind", "language", "reference")  # from the version that a new one takes the place of


class DocumentForm(RecordForm):
    """A new document of one record. `link` names the record; `asked` is the version to be replaced, as in the address.

    An earlier version can be chosen among the latest that the user sees on the record, and nothing else is told.
    """

    file = forms.FileField(
        label=_("File"),
        max_length=LONGEST_FILE_NAME,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "PDF, Word (.docx), OpenDocument (.odt), plain text, or a scan or photo (JPEG, PNG, TIFF); at most 25 MB."
        ),
    )
    role = forms.ChoiceField(label=_("Role"))
    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Left empty: the title of the record, and what this is to it."),
    )
    replaces = ModelChoiceField(
        Document.objects.all(),
        label=_("Takes the place of"),
        required=False,
        help_text=_("The earlier version of this text. It stays on file."),
    )
    field_order = ("file", "title", "role", "kind", "dated_on", "language", "reference", "replaces", "level")

    class Meta:
        model = Document
        fields = ("file", "title", "kind", "dated_on", "language", "reference", "level", "replaces")

    def __init__(self, *args: Any, link: DocumentLink, asked: str = "", user: Viewer, **kwargs: Any) -> None:
        self.link = link
        attached: Any = type(link).objects.filter(**{link.part_of: link.whole})
        links = list(attached.visible_to(user).select_related("document"))
        self.latest = [one for one in latest_of(links) if not one.document.is_archived]
        super().__init__(*args, user=user, initial=self._suggested(links, asked), **kwargs)
        self._narrow()

    @property
    def record(self) -> LevelledWhole:
        """What the document is attached to."""
        return cast(LevelledWhole, self.link.whole)

    def _suggested(self, links: Sequence[Any], asked: str) -> dict[str, Any]:
        """What an earlier version says, when the address names one; else as little as possible."""
        before = next((one for one in self.latest if is_row_number(asked) and one.document_id == int(asked)), None)
        if before is None:
            role = getattr(self.link, "role", "")
            lacks_text = all(one.role != AgreementDocumentRole.TEXT for one in links if hasattr(one, "role"))
            is_first_text = self.link.part_of == "agreement" and lacks_text
            return {"level": self.record.level, "role": AgreementDocumentRole.TEXT if is_first_text else role}
        said = {name: getattr(before.document, name) for name in TAKEN_OVER}
        level = max(self.record.level, before.document.level)
        return {**said, "level": level, "role": getattr(before, "role", ""), "replaces": before.document_id}

    def _narrow(self) -> None:
        """Only what can be chosen here: roles of this kind of record, levels from its own upwards, latest versions."""
        fields = cast(Any, self.fields)
        if hasattr(self.link, "role"):
            fields["role"].choices = cast(Any, self.link)._meta.get_field("role").choices
        else:
            del fields["role"]
        fields["level"].choices = [one for one in AccessLevel.choices if one[0] >= self.record.level]
        fields["level"].help_text = _(
            "Not below that of the record. Confidential: for managers, you, and whom you name on the document in the "
            "administration."
        )
        if self.latest:
            latest = [one.document_id for one in self.latest]
            fields["replaces"].empty_label = _("none: it is a new text")
            fields["replaces"].queryset = Document.objects.all().visible_to(self.user).filter(pk__in=latest).in_order()
        else:
            del fields["replaces"]

    def clean(self) -> dict[str, Any]:
        """With a title. Raises ValidationError."""
        cleaned = super().clean()
        if cleaned.get("title") == "":
            cleaned["title"] = self._title(cleaned)
        return cleaned

    def _title(self, given: dict[str, Any]) -> str:
        """“MoU Health – the text itself”, in the language of the document where Entente speaks it."""
        language = given.get("language") or ""
        spoken = language if language in dict(settings.LANGUAGES) else translation.get_language()
        kinds = dict(cast(Any, Document._meta.get_field("kind")).choices)
        roles = dict(cast(Any, self.fields["role"]).choices) if "role" in self.fields else {}
        with translation.override(spoken):
            role, kind = given.get("role") or "other", given.get("kind") or ""
            what = str(kinds.get(kind, "") if role == "other" else roles.get(role, ""))
        ending = f" – {what}" if what else ""
        return f"{str(self.record)[: LONGEST_TITLE - len(ending)]}{ending}"

    def attach(self) -> Document:
        """Stores it, signed by the user. Raises ValidationError."""
        if "role" in self.cleaned_data:
            cast(Any, self.link).role = self.cleaned_data["role"]
        return attach(document=self.instance, link=self.link, by=cast(User, self.user)).document
