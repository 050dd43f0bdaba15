"""How often any page asks the database, at most: a promise about each of them, with the example loaded."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.example import load_example
from tests.test_browser import STATES, pages

MOST = 12


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["reader", "staff", "manager", "admin"])
def test_no_page_asks_more_than_twelve_queries(client: Client, name: str) -> None:
    load_example()
    client.force_login(User.objects.get(username=name))
    found = {}
    for path in (path for path in (*pages(), *STATES) if not path.startswith("/admin/")):
        client.get(path)  # A list notes its filter the first time.
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        found[path] = len(captured)
    assert len(found) > 60
    assert {path: count for path, count in found.items() if count > MOST} == {}
