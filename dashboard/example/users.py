"""The example's users, one for each role, and the departments they work in. Never made in production."""

from accounts.models import Department, User
from core.actors import SYSTEM
from dashboard.example.loading import Row, known

PASSWORD = "entente-demo"  # noqa: S105  # Printed in the README; the command refuses to run in production.


def load_departments(rows: dict[str, Row]) -> dict[str, Department]:
    """The departments by key; those that stand in the list already are used as they are."""
    departments = {}
    for key, row in rows.items():
        departments[key] = known(Department, row["name_nl"]) or Department(**row)
        if departments[key].pk is None:
            departments[key].save(by=SYSTEM)
    return departments


def load_users(rows: dict[str, Row], departments: dict[str, Department]) -> dict[str, User]:
    """The users by name; one that exists keeps its password, role and department."""
    users = {}
    for name, row in rows.items():
        given = {**row, "department": departments[row["department"]], "email": f"{name}@entente.example"}
        found = User.objects.filter(username=name).first()
        users[name] = found or User.objects.create_user(name, PASSWORD, **given)
    return users
