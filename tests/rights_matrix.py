"""Who may do what at every address: the expectations of tests/test_rights_matrix.py.

An address that is missing here fails the test. Each line names, for GET and POST, the roles that may; every other role is
refused (403, or the sign-in page for who is not signed in). Whatever the method, who may not POST changes no table.
"""

from accounts.rights import ADMINISTRATORS, DECIDERS, EVERYONE, WRITERS, Role
from agreements.views.steps import SLUGS

ANONYMOUS = "anonymous"
ANYBODY = frozenset({*EVERYONE, ANONYMOUS})
Line = dict[str, frozenset[Role | str]]

READ: Line = {"GET": EVERYONE}
TAKE_AWAY: Line = {"GET": WRITERS}
WRITE: Line = {"GET": WRITERS, "POST": WRITERS}
SEND: Line = {"POST": WRITERS}
DECIDE: Line = {"GET": DECIDERS, "POST": DECIDERS}

SITE: dict[str, Line] = {
    "login": {"GET": ANYBODY, "POST": ANYBODY},
    "logout": {"POST": EVERYONE},
    "set_language": {"GET": ANYBODY, "POST": ANYBODY},
    "healthz": {"GET": ANYBODY},
    "readyz": {"GET": ANYBODY},
    "typed-day": READ,
    "drafts": WRITE,
    "saved-views": {"GET": EVERYONE, "POST": EVERYONE},
    "saved-view": {"GET": EVERYONE, "POST": EVERYONE},
    "last-filter": {"POST": EVERYONE},
    "home": READ,
    "search": READ,
    "search-options": READ,
    "password-change": {"GET": EVERYONE, "POST": EVERYONE},
    "settings": {"GET": EVERYONE, "POST": EVERYONE},
    "calendar-link": {"GET": EVERYONE, "POST": EVERYONE},
    "calendar-link-revoke": {"POST": EVERYONE},
    "calendar-feed": {"GET": ANYBODY},  # Whoever has the secret address; calendar programs cannot sign in.
    "colleague-options": READ,
    **{f"{noun}s": READ for noun in ("mission", "meeting", "organisation", "contact", "agreement", "follow-up")},
    **{
        f"{noun}s-export": TAKE_AWAY
        for noun in ("mission", "meeting", "organisation", "contact", "agreement", "follow-up")
    },
    **dict.fromkeys(("mission", "meeting", "organisation", "contact", "agreement", "follow-up"), READ),
    **{f"{noun}-options": READ for noun in ("mission", "meeting", "organisation", "contact", "agreement")},
    **dict.fromkeys(("place", "place-options"), READ),
    **{f"{noun}-file": READ for noun in ("mission", "meeting", "agreement")},
    "agreements-overview": READ,
    **{f"agreements-register{ending}": TAKE_AWAY for ending in ("", "-csv", "-json", "-dictionary")},
    "agreement-steps": READ,
    "agreement-family": READ,
    **{f"agreement-step-{word}": WRITE for word in SLUGS.values()},
    **{f"{noun}-document-new": WRITE for noun in ("mission", "meeting", "agreement")},
    "mission-today": READ,
    "mission-reviews": READ,
    "organisation-health": READ,
    "organisation-agreements": READ,
    **dict.fromkeys(("mission-close", "mission-item-new", "meeting-status"), WRITE),
    "mission-plan-reviews": SEND,
    "meeting-move": SEND,
    "follow-up-new": WRITE,
    "review": TAKE_AWAY,
    **dict.fromkeys(("figures", "figures-by-week"), TAKE_AWAY),
    **dict.fromkeys(("cabinet-table", "cabinet-table-export"), TAKE_AWAY),
    "organisation-review": WRITE,
    "bulk-change-new": DECIDE,
    "hand-over": DECIDE,
    "bulk-change": {"GET": frozenset({Role.MANAGER}), "POST": frozenset({Role.MANAGER})},  # One's own: this manager's.
    **dict.fromkeys(("meeting-new", "meeting-outcome"), WRITE),
    **{
        f"follow-up-{action}": WRITE
        for action in ("edit", "update", "complete", "postpone", "drop", "reopen", "assign", "visit")
    },
}

# The admin: what each kind of model opens to whom.
RECORDS: dict[str, Line] = {
    "changelist": WRITE,
    "add": WRITE,
    "change": WRITE,
    "history": TAKE_AWAY,
    "delete": {"GET": DECIDERS, "POST": DECIDERS},  # Not the maker of this draft: staff are refused.
}
REFERENCE: dict[str, Line] = {
    "changelist": {"GET": WRITERS, "POST": WRITERS},
    "add": {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS},
    "change": {"GET": WRITERS, "POST": ADMINISTRATORS},
    "history": TAKE_AWAY,
    "delete": {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS},
}
PARTS: dict[str, Line] = {**RECORDS, "delete": WRITE}
LOG: dict[str, Line] = {
    "changelist": {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS},
    "change": {"GET": ADMINISTRATORS},
    **{name: {} for name in ("add", "history", "delete")},
}
KEPT_BY_ADMINISTRATORS: dict[str, Line] = {
    **{
        name: {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS}
        for name in ("changelist", "add", "change", "delete", "password_change")
    },
    "history": {"GET": ADMINISTRATORS},
}
