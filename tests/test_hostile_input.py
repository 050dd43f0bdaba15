"""Whatever is typed into an address: never a server error, never a row that was not asked for, never markup that runs."""

import itertools
import json
import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, models
from django.test import TestCase
from django.urls import reverse

from accounts.rights import Role
from core.filters import Day, Filters, Records
from core.views import FilteredListView, OptionsView
from follow_ups.views.details import PREFILLED
from tests import factories
from tests.planted import Addresses, World, body_of, client_of, patterns

pytestmark = pytest.mark.once

# As they stand in an address, percent-encoded where a browser would. None of them is a fair answer to any filter but `q`.
VALUES: tuple[str, ...] = (
    "%27",
    "%27%20OR%20%271%27%3D%271",
    "1%20OR%201%3D1",
    "1%3B%20DROP%20TABLE%20missions_mission%3B--",
    "%27%20UNION%20SELECT%20password%20FROM%20accounts_user--",
    "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    "%27%20onfocus%3Dalert(1)%20autofocus%3D%27",
    "javascript%3Aalert(1)",
    "%3C%2Ftitle%3E%3Csvg%2Fonload%3Dalert(1)%3E",
    "%7B%7B7*7%7D%7D",
    "%7B%25%20debug%20%25%7D",
    "%25s%25s%25n",
    "%25(user)s",
    "%7B0.__class__%7D",
    "%00",
    "1%00",
    "%ED%A0%80",
    "%FF%FE",
    "%EF%BB%BF",
    "9" * 19,
    "9" * 400,
    "-1",
    "1e9",
    "0x10",
    "1.0",
    "NaN",
    "Infinity",
    quote("١٢"),
    quote("２"),
    quote("²"),
    "..%2F..%2F..%2Fetc%2Fpasswd",
    "C%3A%5Cboot.ini",
    "9999-99-99",
    "0000-00-00",
    "10000-01-01",
    "2024-02-30",
    quote("🏴‍☠️🦄"),
    quote("\u202egnp.exe\u202c"),
    "%5B%5D",
    "%7B%22%24gt%22%3A%22%22%7D",
    "a" * 5000,
    "%0D%0ASet-Cookie%3A%20x%3D1",
    "null",
)
MARKUP = re.compile(r"<script>alert|<img src=x|<svg/onload|' onfocus=alert")
SEED = 20240425
OFTEN = 200  # times one parameter is repeated
FAR_DAYS = ("0001-01-01", "1000-02-29", "1899-12-31", "2101-01-01", "9999-12-31")  # fair to ask, and past any record


def lists() -> Iterator[tuple[str, type[Filters], bool]]:
    """The address of every list and its CSV, with its filters."""
    for _namespace, name, pattern in patterns():
        view = getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, FilteredListView):
            yield reverse(name), view.filters, pattern.callback.view_initkwargs.get("rendering") == "csv"


def days_asked() -> Iterator[tuple[str, str]]:
    """Every parameter of a list that is a day, with the list's address."""
    for path, filters, _is_csv in lists():
        yield from ((path, name) for name, one in filters.base_filters.items() if isinstance(one, Day))


def suggestions() -> Iterator[str]:
    """Every address that suggests records as one types."""
    for _namespace, name, pattern in patterns():
        view = getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, OptionsView):
            yield reverse(name)


def parameters(filters: type[Filters]) -> list[str]:
    """Everything a list understands."""
    return [*filters.base_filters, "page", "format"]


class World20(TestCase):
    """A row in every list, so that a filter that fails to filter shows it."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.manager = factories.user(Role.MANAGER, language="en")
        mission = factories.mission(starts_on=factories.today())
        meeting = factories.meeting(mission=mission, stop=factories.stop(mission))
        person, partner = factories.contact(), factories.organisation(country="FR")
        factories.position(person, partner)
        factories.follow_up(meeting=meeting, agreement=factories.agreement(), partner=partner, contact=person)

    def setUp(self) -> None:
        self.client = client_of(self.manager)

    def complaint(self, path: str, name: str, value: str, *, is_csv: bool, times: int = 1) -> str:
        """What is wrong with the answer to this value; empty when nothing is."""
        response = self.client.get(f"{path}?{'&'.join([f'{name}={value}'] * times)}")
        text = body_of(response)
        where = f"{path}?{name}={value[:60]} ×{times}"
        if response.status_code >= 500 or response.cookies.get("x"):
            return f"{where}: {response.status_code}"
        if "html" in response["Content-Type"] and MARKUP.search(text):
            return f"{where}: runs"
        is_fair = name == "q" or (name == "format" and not is_csv)
        if is_csv:
            is_refused = response.status_code == 400 and bool(text.strip())
        else:
            is_refused = 'data-count="0"' in text and "data-row" not in text and 'role="alert"' in text
        return (
            "" if is_refused or (is_fair and response.status_code in (200, 400)) else f"{where}: {response.status_code}"
        )


class AnAddress(World20):
    def test_has_forty_four_hostile_values(self) -> None:
        self.assertEqual((len(VALUES), len(set(VALUES))), (44, 44))

    def test_never_shows_a_row_through_a_value_that_is_not_understood(self) -> None:
        """Ten parameters of each list and its CSV with as many values, drawn by lot; `EveryHostileValue` tries all."""
        draw = random.Random(SEED)  # noqa: S311  # The same lots every time.
        found = []
        for path, filters, is_csv in lists():
            names = parameters(filters)
            for name, value in zip(draw.sample(names, min(10, len(names))), draw.sample(VALUES, 10), strict=False):
                found.append(self.complaint(path, name, value, is_csv=is_csv))
        self.assertEqual([one for one in found if one], [])

    @pytest.mark.long
    def test_bears_a_parameter_given_two_hundred_times(self) -> None:
        found = []
        for path, filters, is_csv in lists():
            for name in parameters(filters):
                found.append(self.complaint(path, name, "x", is_csv=is_csv, times=OFTEN))
        self.assertEqual([one for one in found if one], [])

    def test_answers_to_a_day_at_either_end_of_the_calendar(self) -> None:
        days = itertools.cycle(FAR_DAYS)
        for path, name in days_asked():
            self.answers_to(path, name, next(days))

    @pytest.mark.long
    def test_answers_to_any_day_at_either_end_of_the_calendar(self) -> None:
        for (path, name), day in itertools.product(days_asked(), FAR_DAYS):
            self.answers_to(path, name, day)

    def answers_to(self, path: str, name: str, day: str) -> None:
        with self.subTest(path=path, name=name, day=day):
            self.assertIn(self.client.get(f"{path}?{name}={day}").status_code, (200, 400))

    def test_names_an_unknown_parameter_whatever_it_is_called(self) -> None:
        names = itertools.cycle(VALUES)
        for path, _filters, is_csv in lists():
            for name in itertools.islice(names, 8):
                response = self.client.get(f"{path}?{name}=1")
                text = body_of(response)
                with self.subTest(path=path, name=name[:40]):
                    self.assertEqual(response.status_code, 400 if is_csv else 200)
                    self.assertEqual("data-row" in text or bool(MARKUP.search(text) and not is_csv), False)

    def test_of_suggestions_answers_json_to_anything(self) -> None:
        for path, value in itertools.product(suggestions(), VALUES):
            response = self.client.get(f"{path}?q={value}")
            with self.subTest(path=path, value=value[:40]):
                self.assertEqual((response.status_code, response["Content-Type"]), (200, "application/json"))
                self.assertEqual(list(json.loads(response.content)), ["results"])

    def test_says_the_same_of_a_hidden_record_as_of_a_missing_one(self) -> None:
        hidden = {"mission": factories.mission, "meeting": factories.meeting, "agreement": factories.agreement}
        for make in hidden.values():
            make("GEHEIM", pk=987_654, level=4)
        client = client_of(factories.user(Role.STAFF))
        for path, filters, _is_csv in lists():
            for name in hidden.keys() & {key for key, one in filters.base_filters.items() if isinstance(one, Records)}:
                answers = [unnumbered(client.get(f"{path}?{name}={pk}"), pk) for pk in (987_654, 987_655)]
                self.assertEqual(answers[0], answers[1], f"{path}?{name}=")

    def test_of_a_form_takes_hostile_numbers_to_fill_in(self) -> None:
        for name, value in zip(itertools.cycle(PREFILLED), VALUES, strict=False):
            response = self.client.get(f"{reverse('follow-up-new')}?{name}={value}")
            with self.subTest(name=name, value=value[:40]):
                self.assertEqual((response.status_code, bool(MARKUP.search(body_of(response)))), (200, False))


@pytest.mark.long
class EveryHostileValue(World20):
    """For every parameter of every list and its CSV; in quarters, so that they run beside each other.

    On PostgreSQL a parameter is given one value of each quarter's eleven, its neighbour the next: what a database
    makes of a value depends on the kind of field, and every kind has parameters enough to meet them all.
    """

    def never_shows_a_row(self, values: tuple[str, ...]) -> None:
        asked = [(path, name, is_csv) for path, filters, is_csv in lists() for name in parameters(filters)]
        if connection.vendor == "postgresql":
            tried = [(one, (value,)) for one, value in zip(asked, itertools.cycle(values), strict=False)]
        else:
            tried = [(one, values) for one in asked]
        found = [
            self.complaint(path, name, value, is_csv=is_csv) for (path, name, is_csv), some in tried for value in some
        ]
        self.assertEqual([one for one in found if one], [])

    def test_shows_no_row_in_the_first_quarter(self) -> None:
        self.never_shows_a_row(VALUES[0::4])

    def test_shows_no_row_in_the_second_quarter(self) -> None:
        self.never_shows_a_row(VALUES[1::4])

    def test_shows_no_row_in_the_third_quarter(self) -> None:
        self.never_shows_a_row(VALUES[2::4])

    def test_shows_no_row_in_the_last_quarter(self) -> None:
        self.never_shows_a_row(VALUES[3::4])


def unnumbered(response: Any, number: int) -> str:
    """What it says, without the number asked for and the tokens of its forms."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", body_of(response))
    return text.replace(str(number), "N")


class HostileWorld(World):
    """The planted world, in which every text that people type is markup that would run."""

    PAYLOAD = '"><img src=x onerror=p()>'

    def words(self, model: type[models.Model], level: int) -> dict[str, str]:
        return {
            name: f"{words}{self.PAYLOAD}"
            if isinstance(model._meta.get_field(name), models.EmailField | models.URLField)
            else self.PAYLOAD
            for name, words in super().words(model, level).items()
        }


class ATextThatIsMarkup(TestCase):
    @pytest.mark.long
    def test_runs_on_no_page(self) -> None:
        world = HostileWorld().make()
        addresses = Addresses(world, keys=(1, "one"))
        client = client_of(world.people[Role.MANAGER])
        found, shown = [], 0
        for path in (*addresses.on_site(), *addresses.in_admin()):
            response = client.get(path)
            if "html" not in response["Content-Type"]:
                continue
            text = body_of(response)
            shown += "img src=x" in text
            if "<img src=x" in text:
                found.append(path)
        self.assertEqual(found, [])
        self.assertGreater(shown, 100)
