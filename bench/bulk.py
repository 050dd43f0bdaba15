"""How long it takes to give 5,000 follow-ups to somebody else, and to take that back.

    python -m bench.bulk [--follow-ups 5000]

Works in the database of the settings, which must be migrated and hold no follow-ups. Prints seconds, and how that
compares with one plain UPDATE of the same rows in the same run.
"""

import argparse
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import models

from accounts.models import User
from core.actors import SYSTEM
from follow_ups.models import BulkAction, FollowUp, Step, change_together
from partners.models import Organisation


def main() -> None:
    """Makes the rows, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--follow-ups", type=int, default=5_000)
    asked = parser.parse_args()
    if FollowUp.objects.exists():
        parser.error("the database holds follow-ups already; give an empty one")
    manager, _is_new = User.objects.get_or_create(username="bench-manager", role="manager")
    successor, _is_new = User.objects.get_or_create(username="bench-successor", role="staff")
    partner = Organisation.objects.create(name="Partner", side="partner", by=SYSTEM)
    first = FollowUp.objects.create(title="Promise 0", partner=partner, by=SYSTEM)
    rows = [
        FollowUp(title=f"Promise {n}", partner=partner, created_at=first.created_at, updated_at=first.updated_at)
        for n in range(1, asked.follow_ups)
    ]
    for row in rows:
        row.index()  # As its own save would have done.
    models.QuerySet(FollowUp).bulk_create(rows)
    started = time.perf_counter()
    models.QuerySet(FollowUp).update(priority=1)
    plain = time.perf_counter() - started
    started = time.perf_counter()
    change = change_together(FollowUp.objects.all(), Step(BulkAction.ASSIGN, owner=successor), by=manager)
    changed = time.perf_counter() - started
    started = time.perf_counter()
    change.undo(by=manager)
    undone = time.perf_counter() - started
    print(f"{change.count} follow-ups given to somebody else in {changed:.1f} s, taken back in {undone:.1f} s;")
    print(f"{changed / plain:.0f} times a plain UPDATE of the same rows ({plain * 1000:.0f} ms)")


if __name__ == "__main__":
    main()
