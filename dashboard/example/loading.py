"""What both parts of the example share."""

from typing import Any

from core.models import Recorded, Reference

Row = dict[str, Any]  # What a data file says of one record.


def is_loaded(model: type[Recorded], why: str) -> bool:
    """Whether this load ever made a row of `model`.

    The history says so, also when somebody has since renamed, corrected or removed what was loaded: loading again
    must neither undo their work nor put a second copy beside it.
    """
    return bool(model.history.filter(history_type="+", history_change_reason=why).exists())


def known(model: type[Reference], name_nl: str) -> Any:
    """The entry of a list (a place, a theme, a department) with this Dutch name, None when there is none yet."""
    return model.objects.filter(name_nl=name_nl).first()
