"""Documents of an agreement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import Agreement
from core.fields import WordField
from documents.models import DocumentLink


class AgreementDocumentRole(models.TextChoices):
    """What the document is to the agreement."""

    TEXT = "text", _("the text itself")
    ANNEX = "annex", _("annex")
    APPROVAL = "approval", _("approval")
    EVALUATION = "evaluation", _("evaluation")
    OTHER = "other", _("other")


class AgreementDocument(DocumentLink):
    """A document attached to an agreement."""

    part_of = "agreement"

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents", verbose_name=_("agreement"))
    role = WordField(_("role"), choices=AgreementDocumentRole.choices, default=AgreementDocumentRole.OTHER)

    class Meta:
        verbose_name = _("document of the agreement")
        verbose_name_plural = _("documents of the agreement")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "document"],
                name="agreement_document_once",
                violation_error_message=_("This document is already in the list."),
            )
        ]
