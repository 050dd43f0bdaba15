"""Views that every colleague of a role finds ready: to open, or to pin as a private copy of their own."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rights import ADMINISTRATORS, DECIDERS, EVERYONE, WRITERS, Role

STILL_OPEN = "status=open&status=in_progress&status=waiting"


@dataclass(frozen=True)
class ReadyView:
    """A query string of a list under a name, and the roles whose work it is."""

    key: str
    noun: str
    name: str | Promise
    query: str
    roles: frozenset[Role]


ONLY_STAFF, ONLY_MANAGERS = frozenset({Role.STAFF}), frozenset({Role.MANAGER})

READY = (
    ReadyView("mine-late", "follow-ups", _("Mine, late"), "mine=1&overdue=1", WRITERS),
    ReadyView("mine-this-week", "follow-ups", _("Mine, this week"), "mine=1&this_week=1", WRITERS),
    ReadyView("mine-waiting", "follow-ups", _("Mine, waiting for partner"), "mine=1&status=waiting", ONLY_STAFF),
    ReadyView("late", "follow-ups", _("Late, everyone’s"), "overdue=1&o=due", DECIDERS | {Role.READER}),
    ReadyView("without-owner", "follow-ups", _("Nobody owns it"), "unassigned=1", ONLY_MANAGERS),
    ReadyView(
        "waiting", "follow-ups", _("Waiting, no change for 30 days"), "status=waiting&unchanged_days=30", DECIDERS
    ),
    ReadyView("moved", "follow-ups", _("Moved twice or more"), f"moved=1&{STILL_OPEN}", ONLY_MANAGERS),
    ReadyView(
        "without-department",
        "follow-ups",
        _("Open, without department"),
        f"without=department&{STILL_OPEN}",
        ADMINISTRATORS,
    ),
    ReadyView(
        "without-partner", "follow-ups", _("Open, without partner"), f"without=partner&{STILL_OPEN}", ADMINISTRATORS
    ),
    ReadyView("ours", "follow-ups", _("What we still owe"), f"direction=ours&{STILL_OPEN}", frozenset({Role.READER})),
    ReadyView("coming", "missions", _("Coming missions"), "coming=1", EVERYONE),
    ReadyView("unready", "missions", _("Not ready to leave"), "unready=1", WRITERS),
    ReadyView("without-outcome", "meetings", _("Took place, without outcome"), "without_outcome=1", WRITERS),
    ReadyView("neglected", "organisations", _("Neglected"), "neglected=1", WRITERS),
    ReadyView("without-manager", "organisations", _("Without relationship manager"), "without_manager=1", DECIDERS),
    ReadyView("to-look-at", "agreements", _("Agreements to look at"), "to_look_at=1", WRITERS),
    ReadyView("without-lead", "agreements", _("Without lead department"), "without_lead=1", DECIDERS),
)


def ready_for(role: str, noun: str) -> list[ReadyView]:
    """Those of one list for one role, the most usual first."""
    return [one for one in READY if one.noun == noun and role in one.roles]
