"""`python manage.py load_example`: something to look at, and the facts of a real report."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from dashboard.example.load_fictitious import load_fictitious
from dashboard.example.load_france import load_france
from dashboard.example.users import PASSWORD


class Command(BaseCommand):
    """Loads the example once; running it again changes nothing."""

    help = "Load the mission to France, example users and fictitious records. Loads once; again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--only france`: the facts of the report alone, without users, allowed anywhere."""
        parser.add_argument("--only", choices=["france"], help="the facts of the report alone, without users")

    def handle(self, *, only: str | None = None, **options: Any) -> None:
        """Loads all of it or nothing. Raises CommandError in production, unless only the facts are asked for."""
        if settings.IS_PRODUCTION and only is None:
            raise CommandError("Example users and records are for development; here only: load_example --only france")
        with transaction.atomic():
            parts = {"the mission to France": load_france()}
            if only is None:
                parts["fictitious work"] = load_fictitious(today=timezone.localdate())
        if options["verbosity"]:
            for name, is_new in parts.items():
                self.stdout.write(f"Example: {name} {'loaded' if is_new else 'was there already'}.")
            if only is None:
                self.stdout.write(f"Sign in as reader, staff, manager or admin; the password is {PASSWORD}.")
