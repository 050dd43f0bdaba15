"""The main job from end to end, as a browser does it: links that stand on the page, forms with the values they came with."""

import csv
import html
import io
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.management import call_command
from django.test import Client, TestCase

from accounts.rights import Role
from core.models import ExportRecord
from follow_ups.models import FollowUp
from missions.models import Meeting, Mission
from partners.models import Organisation
from tests import factories
from tests.factories import days, today


class _Page(HTMLParser):
    """The links of a page, each with its words, and its forms that send something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[list[str]] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.inside: dict[str, Any] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "a":
            self.links.append([found.get("href", ""), ""])
            self.inside["a"] = True
        elif tag == "form":
            self.inside["form"] = found.get("method") == "post"
            if self.inside["form"]:
                self.forms.append((found.get("action", ""), {}))
        elif not self.inside.get("form"):
            return
        elif (
            tag == "input" and name and (found.get("type") not in ("checkbox", "radio", "submit") or "checked" in found)
        ):
            self.forms[-1][1][name] = value
        elif tag in ("textarea", "select") and name:
            self.inside[tag] = name
            self.forms[-1][1][name] = ""
        elif tag == "option" and "selected" in found:
            self.forms[-1][1][self.inside["select"]] = value

    def handle_endtag(self, tag: str) -> None:
        self.inside[tag] = False

    def handle_data(self, data: str) -> None:
        if self.inside.get("a"):
            self.links[-1][1] += data
        if self.inside.get("textarea"):
            self.forms[-1][1][self.inside["textarea"]] += data.removeprefix("\n")


class Visitor:
    """Somebody at a browser, whose forms must carry the token of their page."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.address, self.response = "", None

    def visit(self, address: str) -> None:
        """Types an address; redirections are followed."""
        self._arrive(self.client.get(urljoin(self.address, address), follow=True))

    def click(self, words: str) -> None:
        """Follows the first link that says this. Raises LookupError."""
        for address, said in _Page(self.text).links:
            if words in " ".join(said.split()):
                return self.visit(html.unescape(address))
        raise LookupError(f"{self.address} has no link “{words}”")

    def send(self, **filled_in: str) -> None:
        """Sends the page's form that has these fields, with what else stands in it. Raises LookupError."""
        for action, values in _Page(self.text).forms:
            if filled_in.keys() <= values.keys():
                target = urljoin(self.address, action)
                return self._arrive(self.client.post(target, {**values, **filled_in}, follow=True))
        raise LookupError(f"{self.address} has no form with {', '.join(filled_in)}")

    def _arrive(self, response: Any) -> None:
        self.response = response
        self.address = response.request["PATH_INFO"]
        if response.request.get("QUERY_STRING"):
            self.address += f"?{response.request['QUERY_STRING']}"

    @property
    def text(self) -> str:
        """The page before the visitor."""
        return self.response.content.decode()

    @property
    def path(self) -> str:
        """Where the visitor is."""
        return urlsplit(self.address).path

    @property
    def words(self) -> str:
        """What the page says."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    def figure(self, key: str) -> int:
        """A badge of the home page."""
        return int(re.search(rf'data-figure="{key}" data-count="(\d+)"', self.text)[1])

    def open_figure(self, key: str) -> None:
        """Follows a badge to its rows."""
        self.visit(html.unescape(re.search(rf'href="([^"]+)" data-figure="{key}"', self.text)[1]))

    @property
    def result_count(self) -> int:
        """How many rows a list says it has."""
        return int(re.search(r'id="result-count" data-count="(\d+)"', self.text)[1])

    @property
    def rows(self) -> list[str]:
        """The follow-ups on a page."""
        return re.findall(r'data-row="(follow-up:\d+)"', self.text)

    def export(self) -> list[dict[str, str]]:
        """The rows of the CSV behind the button of a list."""
        list_address, list_response = self.address, self.response
        self.click("Export to CSV")
        text = b"".join(self.response.streaming_content).decode("utf-8-sig")
        self.address, self.response = list_address, list_response
        return list(csv.DictReader(io.StringIO(text), delimiter=";"))


class TheMissionToFrance(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_example", only="france", verbosity=0)
        cls.sofie = factories.user(Role.STAFF, username="sofie", first_name="Sofie", last_name="Staf", language="en")
        # Neither a colleague's late work nor her own that was done late is late work of hers.
        factories.follow_up("A colleague's", owner=factories.user(), due_on=today() - days(9))
        factories.follow_up("Done late", owner=cls.sofie, due_on=today() - days(9), status="done", result="Done.")
        cls.mission, cls.region = Mission.objects.get(), Organisation.objects.get(name="Hauts-de-France")
        cls.meeting = Meeting.objects.get(title__startswith="Ontmoeting met François Decoster")

    def assert_same_number_everywhere(self, key: str, count: int) -> None:
        """Badge, list, its rows and its CSV."""
        self.sofie_at.visit("/")
        badge = self.sofie_at.figure(key)
        self.sofie_at.open_figure(key)
        exported = self.sofie_at.export()
        numbers = (badge, self.sofie_at.result_count, len(self.sofie_at.rows), len(exported))
        self.assertEqual(numbers, (count,) * 4, key)

    def test_is_followed_up(self) -> None:
        sofie = self.sofie_at = Visitor()

        sofie.visit("/")
        self.assertEqual(sofie.path, "/accounts/login/")
        sofie.send(username="sofie", password="entente-demo")
        self.assertEqual(sofie.path, "/")
        self.assert_same_number_everywhere("late", 0)

        sofie.visit("/")
        sofie.click("Missions")
        sofie.click(self.mission.title)
        self.assertIn("No follow-ups recorded", sofie.words)
        sofie.click(self.meeting.title)
        self.assertEqual(sofie.path, f"/meetings/{self.meeting.pk}/")

        sofie.click("New follow-up")
        last_week, next_week = today() - days(7), today() + days(7)
        sofie.send(
            title="Send the text of the MoU to Lille", partner_text="Hauts-de-France", partner=str(self.region.pk),
            due_on=last_week.isoformat(),
        )  # fmt: skip
        follow_up = FollowUp.objects.get(meeting=self.meeting)
        self.assertEqual(sofie.path, f"/follow-ups/{follow_up.pk}/")
        self.assertEqual(
            (follow_up.mission, follow_up.meeting, follow_up.partner, follow_up.direction, follow_up.owner),
            (self.mission, self.meeting, self.region, "ours", None),
        )
        self.assert_same_number_everywhere("unassigned", 1)

        sofie.click(follow_up.title)
        sofie.click("Assign")
        sofie.send(owner=str(self.sofie.pk), owner_text="Sofie Staf", text="I know the file.")
        self.assertEqual(sofie.path, f"/follow-ups/{follow_up.pk}/")
        self.assertIn("I know the file.", sofie.words)
        self.assert_same_number_everywhere("late", 1)

        sofie.click(follow_up.title)
        sofie.click("Postpone")
        sofie.send(due_on=next_week.isoformat(), reason="")
        self.assertEqual(sofie.response.status_code, 422)
        sofie.send(due_on=next_week.isoformat(), reason="The region changed its legal department.")
        self.assertEqual(sofie.path, f"/follow-ups/{follow_up.pk}/")
        self.assertIn("The region changed its legal department.", sofie.words)
        self.assert_same_number_everywhere("late", 0)
        self.assert_same_number_everywhere("later", 1)

        sofie.click(follow_up.title)
        sofie.click("Complete")
        sofie.send(result="Sent, and received with thanks.", closed_on=today().isoformat())
        self.assertIn("Sent, and received with thanks.", sofie.words)
        self.assert_same_number_everywhere("later", 0)

        sofie.visit("/")
        sofie.click("Organisations")
        sofie.click("Hauts-de-France")
        self.assertEqual((sofie.path, sofie.rows), (f"/organisations/{self.region.pk}/", [f"follow-up:{follow_up.pk}"]))

        sofie.click("All follow-ups")
        self.assertEqual((sofie.result_count, len(sofie.rows)), (1, 1))
        (row,) = sofie.export()
        self.assertEqual(
            [row[key] for key in ("title", "partner", "meeting", "owner", "status", "result", "due date", "days late")],
            [
                follow_up.title, "Hauts-de-France", self.meeting.title, "Sofie Staf", "done",
                "Sent, and received with thanks.", next_week.strftime("%d/%m/%Y"), "",
            ],
        )  # fmt: skip
        record = ExportRecord.objects.latest("pk")
        self.assertEqual((record.by, record.noun, record.row_count), (self.sofie, "follow-ups", 1))

        follow_up.refresh_from_db()
        self.assertEqual((follow_up.status, follow_up.closed_by, follow_up.closed_on), ("done", self.sofie, today()))
        self.assertEqual([line.by for line in follow_up.updates.all()], [self.sofie] * 4)
