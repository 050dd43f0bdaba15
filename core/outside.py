"""What leaves the house, by mail or calendar feed: whole addresses, and how a record is named on other servers."""

from django.conf import settings

from core.access import AccessLevel
from core.models import LevelledWhole
from core.text import clean_line

# Above this level only the kind of a record is named outside; who follows the link reads the rest here.
NAMED_UP_TO = AccessLevel.GOVERNMENT


def whole_address(path: str) -> str:
    """The address of a page as one opens it from anywhere."""
    return f"{settings.ENTENTE_URL}{path}"


def may_travel(row: LevelledWhole) -> bool:
    """Whether a record may be named on a server that is not ours."""
    return bool(row.level <= NAMED_UP_TO)


def named_outside(row: LevelledWhole, otherwise: str) -> str:
    """Its title, or the neutral words when it may not be named."""
    return clean_line(str(row)) if may_travel(row) else otherwise
