"""What every page knows of its reader's rights."""

from django.http import HttpRequest

from accounts.rights import can


def rights(request: HttpRequest) -> dict[str, dict[str, bool]]:
    """`can.write`, `can.read_private` … in every template."""
    user = getattr(request, "user", None)
    return {"can": can(user) if user is not None else {}}
