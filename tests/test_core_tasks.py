"""The eleven core tasks of docs/core-tasks.md, each by keyboard only and each without JavaScript.

A task is written once, in what a person does; `Keyboard` and `WithoutJavaScript` do it. Nobody types an address but that
of the home page. By keyboard, every place where the focus comes must show it, and nothing may lie over it.
"""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from follow_ups.models import FollowUp
from missions.models import Meeting
from tests.example import load_example

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 400
SKIP_LINK = ".skip-link, .skip-to-content-link"
# What a Tab came to: whether it is `target`, and whether one sees that the focus is there.
FOCUS = """(target) => {
    const element = document.activeElement, style = getComputedStyle(element);
    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    const above = document.elementFromPoint(x, y);
    return {
        nowhere: element === document.body,
        landed: element.tabIndex < 0, // where the skip link leads: the content as a whole
        arrived: element === target,
        passed: Boolean(element.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING),
        marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        clear: Boolean(above) && (element.contains(above) || above.contains(element)),
        what: element.outerHTML.slice(0, 150),
    };
}"""


class Hands:
    """What a person does in a page."""

    takes_script = True

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site

    @property
    def form(self) -> Locator:
        """The form at hand: in a dialog, or on a page of its own."""
        return self.page.locator("#dialog form.form, main form.form, #content-main form")

    def field(self, name: str) -> Locator:
        return self.form.locator(f"[name={name}]")

    def go(self, target: Locator) -> None:
        """Follows a link, presses a button, opens what is folded."""
        raise NotImplementedError

    def write(self, target: Locator, text: str) -> None:
        raise NotImplementedError

    def tick(self, target: Locator) -> None:
        raise NotImplementedError

    def find(self, label: str, typed: str, wanted: str) -> None:
        """A record, in the field with this id."""
        raise NotImplementedError

    def day(self, target: Locator) -> None:
        """12 December 2030: the same in whatever order the browser asks day and month."""
        raise NotImplementedError

    def send(self) -> None:
        """The form at hand, which must be taken."""
        self.go(self.form.locator("[type=submit]").first)
        expect(self.page.locator(".error-summary, .errornote")).to_have_count(0)

    def menu(self, path: str) -> None:
        """An entry of the main navigation."""
        self.go(self.page.locator(f".site-nav a[href='{path}']"))
        self.page.wait_for_url(self.site + path)

    def sign_in(self, name: str = "staff") -> None:
        self.page.goto(f"{self.site}/")
        self.write(self.page.locator("[name=username]"), name)
        self.write(self.page.locator("[name=password]"), "entente-demo")
        self.go(self.page.locator("main form.form button[type=submit]"))
        self.page.wait_for_url(f"{self.site}/")

    def shown(self) -> int:
        """How many results the list says it has."""
        return int(self.page.locator("#result-count").get_attribute("data-count"))


class Keyboard(Hands):
    """Tab, Enter, Space, arrows and letters."""

    def arrive(self, target: Locator) -> None:
        """Tabs to it, forward or back; past the navigation with the skip link."""
        target = target.element_handle()
        for _ in range(MOST_TABS):
            focus = self.page.evaluate(FOCUS, target)
            if not focus["nowhere"] and not focus["landed"]:
                assert focus["marked"], f"the focus does not show on {focus['what']}"
                assert focus["clear"], f"something lies over {focus['what']}"
            if focus["arrived"]:
                return
            if (
                focus["nowhere"]
                and "#" not in self.page.url
                and target.evaluate("element => Boolean(element.closest('main, #content'))")
            ):
                self.skip()
                continue
            self.page.keyboard.press("Shift+Tab" if focus["passed"] else "Tab")
        raise AssertionError(f"the keyboard does not come to {target.evaluate('element => element.outerHTML')[:200]}")

    def skip(self) -> None:
        """The first thing on every page leads past the navigation."""
        self.page.keyboard.press("Tab")
        expect(self.page.locator(SKIP_LINK)).to_be_focused()
        expect(self.page.locator(SKIP_LINK)).to_be_in_viewport()
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("location.hash !== '' && !document.activeElement.matches('a')")

    def go(self, target: Locator) -> None:
        self.arrive(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.arrive(target)
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        self.arrive(target)
        self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def find(self, label: str, typed: str, wanted: str) -> None:
        self.write(self.form.locator(f"#{label}"), typed)
        expect(self.page.locator(f"#{label}_options:not([aria-busy]) [role=option]").first).to_contain_text(wanted)
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        expect(self.form.locator(f"#{label}")).to_have_value(wanted)

    def day(self, target: Locator) -> None:
        self.arrive(target)
        is_typed = target.get_attribute("data-typed-day") is not None
        self.page.keyboard.type("12/12/2030" if is_typed else "12122030")
        expect(target).to_have_value("12/12/2030" if is_typed else "2030-12-12")


class WithoutJavaScript(Hands):
    """A mouse, and a browser that runs no script."""

    takes_script = False

    def go(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def tick(self, target: Locator) -> None:
        target.check()

    def find(self, label: str, typed: str, wanted: str) -> None:
        self.form.locator(f"#{label}").fill(typed)  # What it stands for is found when the form is sent.

    def day(self, target: Locator) -> None:
        target.fill("2030-12-12")


@pytest.fixture(
    params=[Keyboard, pytest.param(WithoutJavaScript, marks=pytest.mark.long)],
    ids=["by keyboard", "without JavaScript"],
)
def hands(request: pytest.FixtureRequest, browser: Browser, live_server, settings) -> Iterator[Hands]:
    """Somebody at the start page, with the example loaded."""
    settings.DEBUG = False
    load_example()
    kind: Callable[[Page, str], Hands] = request.param
    context = browser.new_context(
        java_script_enabled=request.param.takes_script, locale="nl-BE", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(15_000)
    yield kind(context.new_page(), live_server.url)
    context.close()


def rows(page: Page) -> Locator:
    return page.locator("tr[data-row]")


def open_an_own_follow_up(hands: Hands) -> FollowUp:
    """The first of those that are mine and open, from the list."""
    hands.sign_in()
    hands.menu("/follow-ups/")
    hands.go(hands.page.locator(".shortcuts a").first)
    hands.page.wait_for_url("**mine=1**")
    row = rows(hands.page).first
    number = row.get_attribute("data-row").split(":")[1]
    hands.go(row.locator("th a"))
    hands.page.wait_for_url(f"**/follow-ups/{number}/")
    return FollowUp.objects.get(pk=number)


def act(hands: Hands, follow_up: FollowUp, action: str, fill: Callable[[], None]) -> None:
    """One of the buttons of a follow-up: a dialog, or a page of its own."""
    hands.go(hands.page.locator(f"main a[href='/follow-ups/{follow_up.pk}/{action}/']"))
    expect(hands.form).to_be_visible()
    fill()
    hands.send()
    expect(hands.page.locator("main h1")).to_have_text(follow_up.title)
    expect(hands.page.locator("#dialog")).to_be_hidden()


def test_1_sign_in_and_see_what_i_must_do_this_week(hands: Hands) -> None:
    hands.sign_in()
    figure = hands.page.locator("#own a[data-figure*=week]")
    expected = int(figure.get_attribute("data-count"))
    assert expected > 0
    hands.go(figure)
    hands.page.wait_for_url("**/follow-ups/?**")
    assert (hands.shown(), rows(hands.page).count()) == (expected, expected)


@pytest.mark.long
def test_2_find_what_is_late_with_a_country_and_take_it_along(hands: Hands, tmp_path: Path) -> None:
    hands.sign_in()
    hands.menu("/follow-ups/")
    hands.go(hands.page.locator(".filters summary"))
    hands.tick(hands.page.locator(".filters [name=overdue]"))
    hands.tick(hands.page.locator(".filters [name=country][value=IT]"))
    hands.go(hands.page.locator(".filters details button[type=submit]"))
    hands.page.wait_for_url("**country=IT**")
    assert hands.shown() == rows(hands.page).count() > 0
    with hands.page.expect_download() as download:
        hands.go(hands.page.locator("a[download]"))
    download.value.save_as(tmp_path / "late.csv")
    with (tmp_path / "late.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file, delimiter=";"))) == hands.shown() + 1


def test_3_note_a_promise_with_a_partner_found_while_typing(hands: Hands) -> None:
    hands.sign_in()
    hands.menu("/follow-ups/")
    hands.go(hands.page.locator("main a[href='/follow-ups/new/']"))
    hands.page.wait_for_url("**/follow-ups/new/")
    hands.write(hands.field("title"), "Programma van het festival sturen")
    hands.find("id_partner", "hauts", "Hauts-de-France")
    hands.send()
    expect(hands.page.locator("main h1")).to_have_text("Programma van het festival sturen")
    assert FollowUp.objects.get(title="Programma van het festival sturen").partner.name == "Hauts-de-France"
    expect(hands.page.locator(".message.success")).to_contain_text("Programma van het festival sturen")


@pytest.mark.long
def test_4_complete_a_follow_up_with_its_result(hands: Hands) -> None:
    follow_up = open_an_own_follow_up(hands)
    act(hands, follow_up, "complete", lambda: hands.write(hands.field("result"), "Verstuurd en bevestigd."))
    expect(hands.page.locator("main .badge.good").first).to_be_visible()
    follow_up.refresh_from_db()
    assert (follow_up.status, follow_up.result) == ("done", "Verstuurd en bevestigd.")


@pytest.mark.long
def test_5_postpone_a_follow_up_with_a_reason(hands: Hands) -> None:
    follow_up = open_an_own_follow_up(hands)

    def fill() -> None:
        hands.day(hands.field("due_on"))
        hands.write(hands.field("reason"), "De partner vraagt uitstel.")

    act(hands, follow_up, "postpone", fill)
    expect(hands.page.locator(".timeline")).to_contain_text("De partner vraagt uitstel.")
    follow_up.refresh_from_db()
    assert str(follow_up.due_on) == "2030-12-12"


@pytest.mark.long
def test_6_give_a_follow_up_to_a_colleague(hands: Hands) -> None:
    follow_up = open_an_own_follow_up(hands)
    act(hands, follow_up, "assign", lambda: hands.find("id_owner", "mira", "Mira Voorbeeld"))
    expect(hands.page.locator(".facts")).to_contain_text("Mira Voorbeeld")
    follow_up.refresh_from_db()
    assert follow_up.owner.username == "manager"


@pytest.mark.long
def test_7_add_a_line_to_the_story(hands: Hands) -> None:
    follow_up = open_an_own_follow_up(hands)
    act(hands, follow_up, "update", lambda: hands.write(hands.field("text"), "Vandaag gebeld."))
    expect(hands.page.locator(".timeline li").first).to_contain_text("Vandaag gebeld.")


def test_8_write_the_outcome_of_a_meeting_that_lacks_it(hands: Hands) -> None:
    hands.sign_in()
    hands.menu("/meetings/")
    hands.go(hands.page.locator(".shortcuts a[href='?without_outcome=1']"))
    hands.page.wait_for_url("**without_outcome=1")
    before = hands.shown()
    row = rows(hands.page).first
    number = row.get_attribute("data-row").split(":")[1]
    hands.go(row.locator("th a"))
    hands.page.wait_for_url(f"**/meetings/{number}/")
    edit = f"/admin/missions/meeting/{number}/change/"
    hands.go(hands.page.locator(f"main .page-head a[href='{edit}']"))
    hands.page.wait_for_url(f"**{edit}")
    hands.write(hands.page.locator("#id_outcome"), "Er komt een tegenbezoek.")
    hands.go(hands.page.locator("input[name=_save]").last)
    expect(hands.page.locator(".message.success")).to_be_visible()
    assert Meeting.objects.get(pk=number).outcome == "Er komt een tegenbezoek."
    assert Meeting.objects.without_outcome().count() < before + 1


@pytest.mark.long
def test_9_find_who_holds_culture_in_hauts_de_france(hands: Hands) -> None:
    hands.sign_in()
    hands.menu("/organisations/")
    hands.write(hands.page.locator(".filters [name=q]"), "hauts de france")
    hands.go(hands.page.locator(".filters .search-row button"))
    hands.page.wait_for_url("**q=hauts**")
    hands.go(rows(hands.page).filter(has_text="Hauts-de-France").locator("th a").first)
    hands.page.wait_for_url("**/organisations/*/")
    holder = hands.page.locator("#people li", has_text="Cultuur")
    expect(holder).to_have_count(1)
    hands.go(holder.locator("a").first)
    expect(hands.page.locator("main h1")).to_contain_text("Decoster")


@pytest.mark.long
def test_10_find_an_agreement_without_lead_and_read_its_history(hands: Hands) -> None:
    hands.sign_in()
    hands.menu("/agreements/")
    hands.go(hands.page.locator(".shortcuts a[href='?without_lead=1']"))
    hands.page.wait_for_url("**without_lead=1")
    assert hands.shown() == rows(hands.page).count() > 0
    hands.go(rows(hands.page).first.locator("th a"))
    hands.page.wait_for_url("**/agreements/*/")
    hands.go(hands.page.locator("main .page-head a[href$='/change/']"))
    hands.page.wait_for_url("**/change/")
    hands.go(hands.page.locator("a.historylink"))
    hands.page.wait_for_url("**/history/")
    expect(hands.page.locator("table.history tbody tr").first).to_be_visible()


def test_11_find_a_partner_under_another_name(hands: Hands) -> None:
    hands.sign_in()
    search = hands.page.locator(".site-search")
    hands.write(search.locator("[name=q]"), "enterprise bord")  # formerly Example Enterprise Board, with a typing error
    if hands.takes_script:
        expect(search.locator("[role=option]").first).to_contain_text("Example Agency for Enterprise")
        hands.page.keyboard.press("ArrowDown")
        hands.page.keyboard.press("Enter")
    else:
        hands.go(search.locator("button"))
        hands.page.wait_for_url("**/search/?q=enterprise**")
        hands.go(hands.page.locator("[data-hit] a").first)
    hands.page.wait_for_url("**/organisations/*/")
    expect(hands.page.locator("main h1")).to_have_text("Example Agency for Enterprise")
