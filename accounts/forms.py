"""What a user says about oneself."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import MOST_DAYS_OF_PATIENCE
from accounts.rights import Right, Role, may
from core.generics import ModelForm


class SettingsForm(ModelForm):
    """Language, digest, and for managers when they are told of the late work of others."""

    class Meta:
        model = User
        fields = ("language", "digest", "digest_weekday", "escalate_after")
        widgets = {"digest": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: User = self.instance
        language = cast(forms.TypedChoiceField, self.fields["language"])
        language.choices = [("", _("as the browser asks")), *settings.LANGUAGES]
        if not may(user, Right.WRITE):  # Who owns no work has no digest.
            for name in ("digest", "digest_weekday", "escalate_after"):
                del self.fields[name]
            return
        self.fields["digest"].help_text = _("What is late, due and new for you. An empty one is not sent.")
        if user.role != Role.MANAGER:
            del self.fields["escalate_after"]
            return
        patience = self.fields["escalate_after"]
        patience.help_text = _("Named in your digest from then on. Empty: never.")
        patience.widget.attrs.update(min=1, max=MOST_DAYS_OF_PATIENCE, inputmode="numeric")
