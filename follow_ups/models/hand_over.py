"""All that one colleague answers for, given to another at once: counted first, then done in one transaction."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import Agreement
from follow_ups.models.bulk_change import BulkAction, BulkChange, CountChanged, Step, change_together
from follow_ups.models.follow_up import OPEN, FollowUp
from missions.models import Mission
from partners.models import Organisation


class Share(models.TextChoices):
    """What somebody may answer for."""

    FOLLOW_UPS = "follow_ups", _("open follow-ups")
    AGREEMENTS = "agreements", _("agreements")
    ORGANISATIONS = "organisations", _("partners as relationship manager")
    MISSIONS = "missions", _("coming missions as member of the team")


@dataclass(frozen=True)
class HandOver:
    """From whom to whom, as far as who does it may see."""

    leaver: User
    by: User
    on: datetime.date

    def rows(self, share: str) -> Any:
        """The records of this share, not archived: what is closed stays with who did it."""
        match share:
            case Share.FOLLOW_UPS:
                return FollowUp.objects.all().visible_to(self.by).current().open().owned_by(self.leaver)
            case Share.AGREEMENTS:
                return Agreement.objects.all().visible_to(self.by).current().filter(owner=self.leaver)
            case Share.ORGANISATIONS:
                rows = Organisation.objects.all().visible_to(self.by).current()
                return rows.filter(relationship_manager=self.leaver)
            case _:
                return Mission.objects.all().visible_to(self.by).current().coming(on=self.on).having(team=self.leaver)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {share: self.rows(share).count() for share in Share.values}

    def query(self) -> str:
        """The filter of the list that holds the follow-ups."""
        return "&".join([f"owner={self.leaver.pk}", *(f"status={one.value}" for one in OPEN)])

    @transaction.atomic
    def to(self, successor: User, *, stated: Mapping[str, int], text: str = "") -> BulkChange:
        """Gives it all, or nothing when anything fails; `stated` are the counts that were shown.

        Missions and agreements are locked before the follow-ups that belong to them. The follow-ups go through their
        own method, and can be given back for ten minutes. Raises CountChanged.
        """
        locked = {
            share: list(self.rows(share).order_by("pk").select_for_update(of=("self",)))
            for share in (Share.MISSIONS, Share.AGREEMENTS, Share.ORGANISATIONS)
        }
        found = {share: len(rows) for share, rows in locked.items()}
        found[Share.FOLLOW_UPS] = self.rows(Share.FOLLOW_UPS).count()
        if any(found[share] != stated.get(share.value) for share in found):
            raise CountChanged(sum(found.values()))
        at = timezone.now()
        for mission in locked[Share.MISSIONS]:
            mission.save(by=self.by, why=text, at=at, update_fields=set())
            mission.team.remove(self.leaver)
            mission.team.add(successor)
        for share, field in ((Share.AGREEMENTS, "owner"), (Share.ORGANISATIONS, "relationship_manager")):
            for row in locked[share]:
                setattr(row, field, successor)
                row.save(by=self.by, why=text, at=at, update_fields={field})
        change = change_together(
            self.rows(Share.FOLLOW_UPS),
            Step(BulkAction.ASSIGN, owner=successor, text=text),
            by=self.by,
            query=self.query(),
            stated=found[Share.FOLLOW_UPS],
        )
        told = {share.value: count for share, count in found.items()}
        change.values |= {"handed_over": {"from": self.leaver.pk, "to": successor.pk, "counts": told}}
        BulkChange.objects.filter(pk=change.pk).update(values=change.values)
        return change
