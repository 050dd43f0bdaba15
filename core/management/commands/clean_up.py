"""`python manage.py clean_up`: removes what is only kept for a while. For cron or a systemd timer, once a day."""

import datetime
import uuid
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from core.models import Draft, Submission


class Command(BaseCommand):
    """Drafts that nobody touched, forms that were answered long ago, sessions that ended; and says how many.

    How long each is kept is in the settings. Doing it twice, or while people work, does no harm.
    """

    help = "Remove drafts nobody touched for 30 days, numbers of forms sent a week ago, and sessions that ended."

    def handle(self, **options: Any) -> None:
        """Removes; with `--verbosity 0` it says nothing."""
        now = timezone.now()
        drafts = Draft.objects.all().expired(at=now)
        removed = {"drafts": drafts.delete()[0], "submissions": remove_submissions(at=now)}
        call_command("clearsessions", verbosity=0)
        if options["verbosity"]:
            for name, count in removed.items():
                self.stdout.write(f"{name} removed: {count}")
            self.stdout.write("sessions that ended: removed")


def remove_submissions(*, at: datetime.datetime) -> int:
    """How many went. One that a draft carries stays as long as the draft: it says that this text was stored."""
    submissions = Submission.objects.all().expired(at=at).exclude(token__in=[*tokens_in_drafts()])
    return submissions.delete()[0]


def tokens_in_drafts() -> Iterator[uuid.UUID]:
    """The numbers of the forms that are being typed in."""
    for draft in Draft.objects.all().iterator():
        try:
            yield uuid.UUID(draft.fields().get("submission", ""))
        except ValueError:
            continue  # As a script may send it.
