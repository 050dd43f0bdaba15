"""A mission run from its own page, in a browser: at a desk, on a phone, and without JavaScript."""

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from accounts.models import User
from accounts.rights import Role
from follow_ups.models import FollowUp
from missions.models import Meeting, Mission
from tests import factories as make
from tests.served import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
WITHOUT_SCRIPT = pytest.param(False, marks=pytest.mark.long, id="without JavaScript")

Open = Callable[..., Page]


@pytest.fixture(params=[pytest.param(True, id="with a script"), WITHOUT_SCRIPT])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def staff() -> User:
    return make.user(Role.STAFF, language="nl")


@pytest.fixture
def open_at(browser: Browser, live_server: Any, staff: User, settings: Any) -> Iterator[Open]:
    """Opens a page of the site as a staff member who is signed in."""
    settings.DEBUG = False
    opened: list[BrowserContext] = []

    def at(path: str, **options: Any) -> Page:
        context = browser.new_context(locale="nl-BE", **{**DESK, **options})
        context.set_default_timeout(15_000)
        context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": signed_in(staff), "url": live_server.url}]
        )
        opened.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    yield at
    for context in opened:
        context.close()


@pytest.fixture
def trip(staff: User) -> Mission:
    """Two days; three items at one stop of which only their order says which comes first."""
    today = make.today()
    mission = make.mission(
        "Missie naar Lyon", starts_on=today, ends_on=today + make.days(1), status="ongoing", by=staff
    )
    stop = make.stop(mission, make.place("Lyon", name_fr="Lyon"))
    for number, title in enumerate(("Ontvangst", "Werkbezoek", "Rondetafel"), 1):
        make.meeting(title, mission=mission, day=today, stop=stop, order=number, strand="group", status="confirmed")
    return mission


@pytest.fixture
def held(staff: User) -> Mission:
    """It is over; of its one meeting nothing is decided."""
    day = datetime.date(2024, 4, 22)
    mission = make.mission("Missie naar Lyon", starts_on=day, ends_on=day + make.days(3), status="held", by=staff)
    make.meeting("Werkbezoek", mission=mission, day=day, status="held")
    return mission


def open_menu(page: Page, title: str) -> Locator:
    """What can be done with an item, unfolded."""
    item = page.locator("#programme li", has=page.get_by_role("link", name=title, exact=True))
    item.locator("summary").click()
    return item


def titles(page: Page) -> list[str]:
    return page.locator("#programme li strong").all_inner_texts()


def test_the_reviews_are_planned_and_the_mission_is_closed_with_a_reason(
    open_at: Open, held: Mission, has_script: bool
) -> None:
    page = open_at(f"/missions/{held.pk}/", java_script_enabled=has_script)
    page.locator("#reviews button[type=submit]").click()
    expect(page.locator(".message.success")).to_contain_text("4")
    expect(page.locator("#reviews dd a")).to_have_count(4)
    expect(page.locator("#reviews button")).to_have_count(0)
    assert FollowUp.objects.filter(mission=held, kind="review").count() == 4
    page.locator(f"a[href='/missions/{held.pk}/close/']").click()
    page.locator("[name=closed_why]").fill("Van dit bezoek volgt niets meer.")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main h1")).to_contain_text("Missie naar Lyon")
    expect(page.get_by_text("Van dit bezoek volgt niets meer.")).to_be_visible()
    held.refresh_from_db()
    assert (held.status, held.closed_why) == ("closed", "Van dit bezoek volgt niets meer.")
    expect(page.locator(f"a[href='/missions/{held.pk}/close/']")).to_have_count(0)


def test_the_programme_is_changed_item_by_item(open_at: Open, trip: Mission, has_script: bool) -> None:
    page = open_at(f"/missions/{trip.pk}/", java_script_enabled=has_script)
    line = page.locator("#add-item")
    line.locator("[name=item-title]").fill("Persmoment")
    line.locator("[name=item-day]").select_option(str(make.today()))
    line.locator("[name=item-stop]").select_option(label="Lyon")
    line.locator("button[type=submit]").click()
    expect(page.locator(".message.success")).to_contain_text("Persmoment")
    assert titles(page) == ["Ontvangst", "Werkbezoek", "Rondetafel", "Persmoment"]

    open_menu(page, "Rondetafel").locator("button[name=before]").click()  # One press, nothing is dragged.
    expect(page.locator("#programme li strong").nth(1)).to_have_text("Rondetafel")
    assert titles(page) == ["Ontvangst", "Rondetafel", "Werkbezoek", "Persmoment"]

    item = open_menu(page, "Ontvangst")
    item.locator("[name=status_why]").fill("Staking op het spoor")
    item.locator("button[value=cancelled]").click()
    expect(page.locator("#programme")).to_contain_text("Staking op het spoor")
    gone = Meeting.objects.get(title="Ontvangst")
    assert (gone.status, gone.status_why) == ("cancelled", "Staking op het spoor")


def test_a_cancellation_without_a_reason_asks_for_one_and_comes_back(
    open_at: Open, trip: Mission, has_script: bool
) -> None:
    page = open_at(f"/missions/{trip.pk}/", java_script_enabled=has_script)
    open_menu(page, "Werkbezoek").locator("button[value=cancelled]").click()
    why = page.locator("main [name=status_why]")
    expect(why).to_have_attribute("aria-invalid", "true")
    why.fill("Ziekte")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#programme")).to_contain_text("Ziekte")
    assert Meeting.objects.get(title="Werkbezoek").status == "cancelled"


def test_the_day_is_followed_on_a_phone(open_at: Open, trip: Mission, has_script: bool) -> None:
    page = open_at(f"/missions/{trip.pk}/", java_script_enabled=has_script, **PHONE)
    page.locator(f"a[href='/missions/{trip.pk}/today/']").tap()
    coming = page.locator("section[aria-labelledby=coming]")
    expect(coming).to_contain_text("Ontvangst")
    coming.locator("button[value=held]").first.tap()
    expect(page.locator("section[aria-labelledby=behind]")).to_contain_text("Ontvangst")
    assert Meeting.objects.get(title="Ontvangst").status == "held"
    page.locator("a[rel=next]").tap()
    page.wait_for_url(re.compile(r"\?day="))
    expect(coming).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def violations(page: Page) -> list[str]:
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found.response["violations"]]


@pytest.mark.long
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_and_nothing_scrolls_sideways(
    open_at: Open, trip: Mission, held: Mission, staff: User, scheme: str, language: str
) -> None:
    staff.language = language
    staff.save(update_fields=["language"])
    narrow = {**PHONE, "viewport": {"width": 320, "height": 740}, "color_scheme": scheme}
    page = open_at(f"/missions/{trip.pk}/", **narrow)
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[state].append("scrolls sideways")

    def press(button: Locator) -> None:
        with page.expect_navigation():
            button.tap()

    item = open_menu(page, "Werkbezoek")
    look("an item unfolded")
    press(item.locator("button[value=cancelled]"))
    look("a reason is asked")
    home = page.url.split("/meetings/")[0]
    page.goto(f"{home}/missions/{trip.pk}/items/new/")
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    press(page.locator("main form button[type=submit]"))
    look("an item without a title")
    page.goto(f"{home}/missions/{trip.pk}/today/")
    look("the day")
    page.goto(f"{home}/missions/{trip.pk}/today/?day=2024-01-01")
    look("a day without items")
    page.goto(f"{home}/missions/{held.pk}/")
    look("over")
    press(page.locator("#reviews button[type=submit]"))
    look("reviews planned")
    page.goto(f"{home}/missions/{held.pk}/close/")
    look("closing")
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    press(page.locator("main form button[type=submit]"))
    look("closing without a reason")
    assert not any(found.values()), found
