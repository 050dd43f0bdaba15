"""`manage.py print_rights`: the table of rights as Markdown, for docs/rights.md."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.rights import print_table


class Command(BaseCommand):
    """Prints the table in English; a test compares docs/rights.md with it."""

    help = "Print the table of rights as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            self.stdout.write(print_table())
