"""The family of a text: what belongs to what, and what took whose place, as far as one may read."""

import re
from typing import Any

import pytest
from django.db import connection, models
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.rights import Role
from agreements.models import Agreement
from tests import factories as make

pytestmark = pytest.mark.once

Tree = list[tuple[int, str]]


class Family(TestCase):
    def setUp(self) -> None:
        self.reader = make.user(Role.READER, language="en")
        self.client.force_login(self.reader)

    def text(self, title: str, parent: Agreement | None = None, **fields: Any) -> Agreement:
        return make.agreement(title, **{"status": "signed", "parent": parent, **fields})

    def page(self, of: Agreement) -> Any:
        return self.client.get(f"/agreements/{of.pk}/family/")

    def shown(self, of: Agreement) -> Tree:
        """Each text with how deep it hangs, as the nested lists of the page say."""
        depth, found = -1, []
        for mark in re.findall(r'<ul class="tree">|</ul>|<a class="title"[^>]*>[^<]*</a>', tree_in(self.page(of))):
            if mark.startswith("<a"):
                found.append((depth, re.sub("<[^>]*>", "", mark)))
            else:
                depth += 1 if mark.startswith("<ul") else -1
        self.assertEqual(depth, -1)
        return found


def tree_in(page: Any) -> str:
    """The lists of the page, of which every list and every entry is closed."""
    lists = page.content.decode().split('<section class="card"', 1)[1].split("</section>", 1)[0]
    for tag in ("ul", "li"):
        assert len(re.findall(f"<{tag}[ >]", lists)) == lists.count(f"</{tag}>"), tag
    return lists


class TheWholeFamily(Family):
    def test_is_the_same_tree_from_wherever_one_comes(self) -> None:
        head = self.text("Head")
        first, second = self.text("First amendment", head), self.text("Second amendment", head)
        annex = self.text("Annex", first)
        tree = [(0, "Head"), (1, "First amendment"), (2, "Annex"), (1, "Second amendment")]
        for text in (head, first, second, annex):
            self.assertEqual(self.shown(text), tree)

    def test_marks_the_text_one_came_from(self) -> None:
        head = self.text("Head")
        annex = self.text("Annex", head)
        page = self.page(annex)
        self.assertContains(page, f'href="/agreements/{annex.pk}/" aria-current="true"', count=1)
        self.assertNotContains(page, f'href="/agreements/{head.pk}/" aria-current')

    def test_tells_in_the_order_of_time(self) -> None:
        head = self.text("Head")
        day = {"signed_on_precision": "day"}
        for title, signed_on in (("B of 1990", "1990-01-01"), ("A of 2001", "2001-01-01"), ("C of 1703", "1703-12-27")):
            self.text(title, head, signed_on=signed_on, **day)
        self.text("Undated", head)
        self.assertEqual(
            [title for _depth, title in self.shown(head)], ["Head", "C of 1703", "B of 1990", "A of 2001", "Undated"]
        )

    def test_holds_what_took_its_place_with_all_below_that(self) -> None:
        new = self.text("New treaty", signed_on="2010-01-01", signed_on_precision="day")
        self.text("New annex", new)
        old = self.text("Old treaty", status="replaced", replaced_by=new, signed_on="1990-01-01", signed_on_precision="day")  # fmt: skip
        oldest = self.text("Old annex", old)
        self.text("Another family")
        tree = [(0, "Old treaty"), (1, "Old annex"), (0, "New treaty"), (1, "New annex")]
        for text in (new, old, oldest):
            self.assertEqual(self.shown(text), tree)
        said = self.page(old).content.decode()
        self.assertIn(f'Replaced by: <a href="/agreements/{new.pk}/">New treaty</a>', said)
        self.assertIn(f'Takes the place of: <a href="/agreements/{old.pk}/">Old treaty</a>', said)

    def test_is_told_without_end_where_it_goes_round_in_a_circle(self) -> None:
        one, other = self.text("One"), self.text("Other")
        below = self.text("Below", one)
        rows = models.QuerySet(Agreement)
        rows.filter(pk=one.pk).update(replaced_by=other, parent=below)
        rows.filter(pk=other.pk).update(replaced_by=one)
        for text in (one, other, below):
            self.assertEqual(sorted(title for _depth, title in self.shown(text)), ["Below", "One", "Other"])

    def test_shows_archived_texts_as_such(self) -> None:
        head = self.text("Head")
        gone = self.text("Gone", head)
        self.text("Kept", gone)
        gone.archive("Twice on record", by=self.reader)
        self.assertEqual(self.shown(head), [(0, "Head"), (1, "Gone"), (2, "Kept")])
        self.assertContains(self.page(head), "archived", count=1)

    def test_is_one_press_from_the_page_of_a_text(self) -> None:
        head = self.text("Head")
        annex = self.text("Annex", head)
        self.assertContains(self.client.get(f"/agreements/{annex.pk}/"), f"/agreements/{annex.pk}/family/")
        self.assertEqual(self.shown(self.text("Alone")), [(0, "Alone")])


class AHiddenText(Family):
    def test_is_as_if_it_were_not_there_and_connects_nothing(self) -> None:
        head = self.text("Head")
        hidden = self.text("Hidden", head, level=2)
        first, second = self.text("First", hidden), self.text("Second", hidden)
        self.text("Below first", first)
        rows = models.QuerySet(Agreement)
        rows.filter(pk=hidden.pk).update(level=4)  # A child above its parent's level is not made, and could be read.
        self.assertEqual(self.shown(head), [(0, "Head")])
        self.assertEqual(self.shown(first), [(0, "First"), (1, "Below first")])
        self.assertEqual(self.shown(second), [(0, "Second")])
        self.assertEqual(self.page(hidden).status_code, 404)
        self.client.force_login(make.user(Role.MANAGER))
        self.assertEqual(len(self.shown(second)), 5)

    def test_takes_nobodys_place(self) -> None:
        hidden = self.text("Hidden", level=4)
        old, older = (self.text(title, status="replaced", replaced_by=hidden) for title in ("Old", "Older"))
        for text in (old, older):
            self.assertEqual(self.shown(text), [(0, text.title)])
            self.assertNotContains(self.page(text), "Replaced by")


class AFamilyOfAnySize(Family):
    def test_is_told_in_as_many_queries(self) -> None:
        head = last = self.text("Head")
        asked = []
        for count in (1, 60):
            for number in range(count):
                last = self.text(f"Floor {number}", last)
            with CaptureQueriesContext(connection) as captured:
                self.page(head)
            asked.append(len(captured))
        self.assertEqual(asked[0], asked[1])
        self.assertLessEqual(asked[0], 8)
        self.assertEqual(self.shown(last)[-1], (61, "Floor 59"))
        self.assertContains(self.page(head), "level 62")
