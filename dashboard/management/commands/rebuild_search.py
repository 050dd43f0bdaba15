"""`python manage.py rebuild_search`: the search index made anew from the records."""

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.models.search_index import rebuild


class Command(BaseCommand):
    """Writes the search index anew; saving a record does so for that record, this is for all at once."""

    help = "Make the search index anew from the records, for instance after rows were written past Entente."

    def handle(self, **options: Any) -> None:
        """All of it or nothing, in one transaction; people can search meanwhile."""
        for name, count in rebuild().items():
            if options["verbosity"]:
                self.stdout.write(f"{name}: {count}")
