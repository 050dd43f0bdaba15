"""Days, and the moments at which they begin and end here."""

import datetime

from django.utils import timezone

# The years of which something can be on record; an address may ask for any day.
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)


def start_of(day: datetime.date) -> datetime.datetime:
    """The midnight at which that day begins; of a day beyond those years, the nearest within."""
    return timezone.make_aware(datetime.datetime.combine(min(max(day, FIRST), LAST), datetime.time()))


def end_of(day: datetime.date) -> datetime.datetime:
    """The midnight at which that day ends, in the same way."""
    return start_of(min(max(day, FIRST), LAST - datetime.timedelta(days=1)) + datetime.timedelta(days=1))
