"""What is done to the programme of a mission."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.actors import Writer
from missions.models import Meeting, Mission, Stop
from missions.models.programme import are_movable


@transaction.atomic
def move_item(*, item: Meeting, beside: Meeting, after: bool, by: User) -> None:
    """Puts an item right before or after another of the same day, hour and stop, among those that `by` sees.

    An item that already stands there stays. Raises ValidationError when the two are no longer of one part.
    """
    if item.mission is None:
        raise ValidationError(_("The programme changed meanwhile; look at it again."), code="moved")
    Mission._base_manager.select_for_update().get(pk=item.mission.pk)  # One hand at a time.
    seen = Meeting.objects.all().visible_to(by).current().filter(mission=item.mission_id).as_programmed()
    items = {one.pk: one for one in seen}
    moved, other = items.get(item.pk), items.get(beside.pk)
    if moved is None or other is None or moved == other or not are_movable(moved, other):
        raise ValidationError(_("The programme changed meanwhile; look at it again."), code="moved")
    peers = [one for one in items.values() if are_movable(one, moved)]
    orders = sorted({one.order for one in peers})
    if (peers.index(moved) > peers.index(other)) != after:
        peers.remove(moved)
        peers.insert(peers.index(other) + after, moved)
    numbers = orders if len(orders) == len(peers) else list(range(1, len(peers) + 1))
    for one, number in zip(peers, numbers, strict=True):
        if one.order != number:
            one.order = number
            one.save(by=by, update_fields={"order"})


@transaction.atomic
def add_item(
    *, mission: Mission, title: str, day: datetime.date | None, stop: Stop | None, strand: str, by: Writer
) -> Meeting:
    """A new item, at the end of its part of the programme. Raises ValidationError."""
    Mission._base_manager.select_for_update().get(pk=mission.pk)
    last = Meeting._base_manager.filter(mission=mission).aggregate(last=models.Max("order"))["last"] or 0
    item = Meeting(mission=mission, title=title, day=day, stop=stop, strand=strand, order=last + 1)
    item.clean()
    item.save(by=by)
    return item
