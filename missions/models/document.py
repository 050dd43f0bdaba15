"""Documents of missions and meetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import WordField
from documents.models import DocumentLink
from missions.models.meeting import Meeting
from missions.models.mission import Mission


class MissionDocumentRole(models.TextChoices):
    """What the document is to the mission."""

    REPORT = "report", _("mission report")
    ANNOUNCEMENT = "announcement", _("announcement")
    EXPLANATORY_NOTE = "explanatory_note", _("explanatory note")
    PROGRAMME = "programme", _("programme booklet")
    OTHER = "other", _("other")


class MissionDocument(DocumentLink):
    """A document attached to a mission."""

    part_of = "mission"

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="documents", verbose_name=_("mission"))
    role = WordField(_("role"), choices=MissionDocumentRole.choices, default=MissionDocumentRole.OTHER)

    class Meta:
        verbose_name = _("document of the mission")
        verbose_name_plural = _("documents of the mission")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "document"],
                name="mission_document_once",
                violation_error_message=_("This document is already in the list."),
            )
        ]


class MeetingDocument(DocumentLink):
    """A document attached to a meeting."""

    part_of = "meeting"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="documents", verbose_name=_("meeting"))

    class Meta:
        verbose_name = _("document of the meeting")
        verbose_name_plural = _("documents of the meeting")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "document"],
                name="meeting_document_once",
                violation_error_message=_("This document is already in the list."),
            )
        ]
