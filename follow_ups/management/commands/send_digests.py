"""`python manage.py send_digests`: what is late, due and new, by mail; for cron or a timer, every ten minutes."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Mail, User
from follow_ups.digests import ServerAway, Tally, due_digest, queue_digests, send_waiting, subject_of
from follow_ups.models.digest import DIGEST, period_of


class Command(BaseCommand):
    """Queues the digests of the running periods and sends what waits.

    A run that is missed loses nothing, a run that is repeated sends nothing twice, and two at once share the work.
    """

    help = "Queue the digests of today and send what waits; run it every ten minutes from cron or a systemd timer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--dry-run`."""
        parser.add_argument("--dry-run", action="store_true", help="say who would be sent what; send and store nothing")

    def handle(self, **options: Any) -> None:
        """Prints what it did. Fails when the mail server does not answer; what waits is sent by a later run."""
        if options["dry_run"]:
            self.foretell()
            return
        if settings.IS_PRODUCTION and settings.EMAIL_BACKEND.startswith("django.core.mail.backends.console"):
            raise CommandError("EMAIL_URL is not set: digests would be printed and counted as sent.")
        now, tally = timezone.now(), Tally()
        tally.queued = queue_digests(now=now)
        try:
            send_waiting(tally, now=now)
        except ServerAway as error:
            waiting = Mail.objects.waiting().count()
            raise CommandError(f"The mail server does not answer ({error}); {waiting} waiting.") from error
        Mail.forget_old(now)
        if options["verbosity"] and any(vars(tally).values()):
            self.stdout.write(", ".join(f"{name} {count}" for name, count in vars(tally).items()))

    def foretell(self) -> None:
        """A line for each user who would be sent something now."""
        now = timezone.now()
        for user in User.objects.who_read_digests().in_order():
            latest = Mail.objects.filter(to=user, kind=DIGEST).latest_first().first()
            is_due = latest is None or latest.period < period_of(user, now) or latest.state == "waiting"
            digest = due_digest(user)
            if is_due and digest.sections:
                self.stdout.write(f"{user.username}: {subject_of(digest)}")
