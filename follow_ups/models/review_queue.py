"""The open follow-ups by partner, department, owner, mission or country: how many, how late, whose turn it is.

Each figure counts the rows of a filter of the follow-up list (follow_ups/views/review.py makes the addresses).
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Min, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.access import Viewer
from core.days import start_of
from core.models.levelled import readable
from follow_ups.models.follow_up import FollowUpDirection, FollowUpQuerySet, FollowUpStatus
from missions.models import Meeting, Mission
from partners.models import Organisation

Group = dict[str, Any]  # `key` (a row number, a country's code or nothing) and the figures by name


class Grouping(models.TextChoices):
    """By what the queue is laid out."""

    PARTNER = "partner", _("partner")
    DEPARTMENT = "department", _("department")
    OWNER = "owner", _("owner")
    MISSION = "mission", _("mission")
    COUNTRY = "country", _("country")


def figures(*, on: datetime.date) -> dict[str, Any]:
    """What is counted of open follow-ups, by name; `oldest` is when the first of them was recorded."""
    asked = {
        "open": Q(),
        "late": Q(due_on__lt=on),
        "waiting": Q(status=FollowUpStatus.WAITING),
        "unassigned": Q(owner__isnull=True),
        "undated": Q(due_on__isnull=True),
        "ours": Q(direction=FollowUpDirection.OURS),
        "theirs": Q(direction=FollowUpDirection.THEIRS),
    }
    counts = {name: Count("pk", filter=condition, distinct=True) for name, condition in asked.items()}
    return {**counts, "oldest": Min("created_at")}


def totals(rows: FollowUpQuerySet, *, on: datetime.date) -> Group:
    """The figures over all open ones among these rows (one query)."""
    return rows.open().order_by().aggregate(**figures(on=on))


def grouped(rows: FollowUpQuerySet, by: str, *, user: Viewer, on: datetime.date) -> Any:
    """The groups with their figures, most late ones first: a query set of them, or for countries a list."""
    opened = rows.open().order_by()
    if by == Grouping.COUNTRY:
        return _by_country(opened, user, on)
    keys: dict[str, Any] = {Grouping.PARTNER: "partner", Grouping.DEPARTMENT: "department", Grouping.OWNER: "owner"}
    # A mission that this reader may not see groups nothing.
    key = F(keys[by]) if by in keys else Case(When(readable(Mission, user, "mission"), then=F("mission")))
    groups: Any = opened.values(key=key).annotate(**figures(on=on))
    return groups.order_by("-late", "-open", F("key").asc(nulls_last=True))


def _by_country(rows: FollowUpQuerySet, user: Viewer, on: datetime.date) -> list[Group]:
    """A country for each row, by the rule of `in_country`; a mission through several countries counts in each."""
    elsewhere = rows.filter(Q(partner__isnull=True) | Q(partner__country=""))
    of_meeting = elsewhere.filter(readable(Meeting, user, "meeting"))
    of_mission = elsewhere.filter(
        readable(Mission, user, "mission"), meeting__stop__isnull=True, meeting__place__isnull=True
    )
    stop, place = "meeting__stop__place__country", "meeting__place__country"
    ways = (
        (rows, "partner__country"),
        (of_meeting, stop),
        (of_meeting.exclude(Q(**{f"{stop}__isnull": False}) & Q(**{stop: F(place)})), place),
        (of_mission, "mission__stops__place__country"),
    )
    found: dict[str, Group] = defaultdict(dict)
    for some, path in ways:
        groups: Any = some.filter(**{f"{path}__gt": ""}).values(key=F(path)).annotate(**figures(on=on))
        for group in groups:
            found[group["key"]] = _added(found[group["key"]], group)
    without = rows.without_country(user=user).aggregate(**figures(on=on))
    groups = [*found.values(), *([{"key": None, **without}] if without["open"] else [])]
    return sorted(groups, key=lambda one: (-one["late"], -one["open"], one["key"] or "~"))


def _added(known: Group, more: Group) -> Group:
    if not known:
        return more
    sums = {name: known[name] + more[name] for name in known if name not in ("key", "oldest")}
    return {"key": known["key"], **sums, "oldest": min(known["oldest"], more["oldest"])}


class PartnerReviewQuerySet(models.QuerySet["PartnerReview"]):
    """Words about reviews of partners."""

    def visible_to(self, user: Viewer) -> "PartnerReviewQuerySet":
        """Everyone's: it says no more than that somebody looked."""
        return self.all() if user.is_authenticated else self.none()

    def latest_of(self, partners: Sequence[int]) -> dict[int, "PartnerReview"]:
        """The last review of each of these partners (row numbers)."""
        rows = self.filter(partner__in=partners).order_by("partner", "at").select_related("by")
        return {row.partner_id: row for row in rows}


class PartnerReview(models.Model):
    """Somebody went through all that is open with a partner."""

    partner = models.ForeignKey(Organisation, models.CASCADE, related_name="reviews", verbose_name=_("partner"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = PartnerReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a partner")
        verbose_name_plural = _("reviews of partners")
        ordering = ("-at", "-pk")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["partner", "-at"], name="partner_review_latest")]

    def __str__(self) -> str:
        return f"{self.partner_id} · {self.at:%d/%m/%Y}"

    @classmethod
    def note(cls, partner: Organisation, *, by: User) -> "PartnerReview":
        """Reviewed now."""
        return cls.objects.create(partner=partner, by=by)


def next_partner(rows: FollowUpQuerySet, after: Organisation, *, on: datetime.date) -> int | None:
    """The row number of the partner that follows in the queue and was not reviewed this week; None at the end."""
    monday = start_of(on - datetime.timedelta(days=on.weekday()))
    done = PartnerReview.objects.filter(at__gte=monday).values("partner")
    left = rows.open().order_by().filter(partner__isnull=False).exclude(partner__in=done).exclude(partner=after)
    groups = left.values(key=F("partner")).annotate(late=Count("pk", filter=Q(due_on__lt=on)), open=Count("pk"))
    here = rows.open().filter(partner=after).aggregate(
        late=Count("pk", filter=Q(due_on__lt=on)), open=Count("pk")
    )  # fmt: skip
    behind = Q(late__lt=here["late"]) | Q(late=here["late"], open__lt=here["open"])
    behind |= Q(late=here["late"], open=here["open"], key__gt=after.pk)
    in_order = groups.order_by("-late", "-open", "key")
    for asked in (in_order.filter(behind), in_order):  # From the end of the queue back to what was passed over.
        for group in asked[:1]:
            return int(group["key"])
    return None
