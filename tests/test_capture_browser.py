"""What came of a meeting, typed with a thumb on a phone; and what happens to the text when something breaks."""

import os
import re
import signal
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, BrowserType, Locator, Page, expect

from accounts.models import User
from core.models import Draft
from follow_ups.models import FollowUp
from missions.models import Meeting, Participant
from partners.models import Contact
from tests import factories
from tests.example import load_example
from tests.served import Server, server, signed_in

__all__ = ["server"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SESSION_COOKIE = settings.SESSION_COOKIE_NAME
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "locale": "nl-BE"}
MOST_TAPS = 12


@pytest.fixture
def site(live_server, settings) -> str:
    """The address, with the example loaded."""
    settings.DEBUG = False
    load_example()
    return live_server.url


@pytest.fixture(params=[True, False], ids=["with a script", "without JavaScript"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**PHONE, java_script_enabled=request.param)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, site: str, path: str = "/") -> None:
    page.goto(f"{site}/accounts/login/?next={path}")
    page.fill("[name=username]", "staff")
    page.fill("[name=password]", "entente-demo")
    page.click("main form.form button[type=submit]")
    page.wait_for_url(f"{site}{path}")


def wait_until(is_so: Callable[[], bool], page: Page) -> None:
    """Looks again until it is so; fails after ten seconds."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")


def a_meeting() -> Meeting:
    return Meeting.objects.without_outcome().order_by("pk").first()


def open_capture(page: Page, site: str) -> Meeting:
    meeting = a_meeting()
    sign_in(page, site, f"/meetings/{meeting.pk}/outcome/")
    return meeting


class Thumb:
    """Counts each time the screen is touched; typing is not counted."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.tap()

    def write(self, target: Locator, text: str) -> None:
        self.tap(target)
        target.press_sequentially(text)


def test_an_outcome_with_three_promises_and_a_new_contact_takes_at_most_twelve_taps(phone: Page, site: str) -> None:
    sign_in(phone, site)
    touched: list[int] = []
    phone.context.expose_function("touched", lambda: touched.append(1))
    phone.context.add_init_script("addEventListener('pointerdown', () => touched(), true)")
    phone.reload()
    thumb = Thumb()
    link = phone.locator("#without-outcome a[href$='/outcome/']").first
    meeting = Meeting.objects.get(pk=re.search(r"\d+", link.get_attribute("href"))[0])
    before = FollowUp.objects.count()
    thumb.tap(link)
    thumb.write(phone.locator("[name=outcome]"), "Ze willen een proefproject in Genk.")
    thumb.write(phone.locator("[name=ours-0-title]"), "Lijst van bedrijven sturen")
    thumb.write(phone.locator("[name=ours-1-title]"), "Contact met imec leggen")
    thumb.write(phone.locator("[name=theirs-0-title]"), "Uitnodiging voor de opening")
    thumb.write(phone.locator("[name=people-0-who_text]"), "Lotte Nieuwenhuis, directeur, Voorbeeld NV")
    thumb.tap(phone.locator(".save-bar [type=submit]"))
    phone.wait_for_url(f"{site}/meetings/{meeting.pk}/")
    expect(phone.locator(".message.success")).to_be_visible()
    meeting.refresh_from_db()
    assert meeting.outcome == "Ze willen een proefproject in Genk."
    promises = list(FollowUp.objects.filter(meeting=meeting).order_by("-pk")[:3].values_list("direction", flat=True))
    assert (FollowUp.objects.count() - before, sorted(promises)) == (3, ["ours", "ours", "theirs"])
    assert Participant.objects.filter(meeting=meeting, contact__family_name="Nieuwenhuis").count() == 1
    assert thumb.taps <= MOST_TAPS
    assert len(touched) in (0, thumb.taps)  # Without a script nothing counts but the test itself.


def test_a_contact_moment_starts_on_the_home_page(phone: Page, site: str) -> None:
    sign_in(phone, site)
    thumb = Thumb()
    thumb.tap(phone.locator("main a[href='/meetings/new/']"))
    thumb.write(phone.locator("[name=outcome]"), "Koffie op de beurs.")
    thumb.write(phone.locator("[name=organisations-0-organisation_text]"), "soitec")
    option = phone.locator("#id_organisations-0-organisation_options [role=option]").first
    if phone.evaluate("document.documentElement.classList.contains('js')"):
        thumb.tap(option)
    thumb.tap(phone.locator(".save-bar [type=submit]"))
    expect(phone.locator("main h1")).to_contain_text("Soitec")
    assert Meeting.objects.latest("pk").outcome == "Koffie op de beurs."


@pytest.mark.long
def test_a_browser_that_is_killed_ten_seconds_after_typing_loses_nothing(
    browser_type: BrowserType, browser_type_launch_args: dict, browser: Browser, site: str
) -> None:
    doomed = browser_type.launch(**browser_type_launch_args)
    page = doomed.new_context(**PHONE).new_page()
    meeting = open_capture(page, site)
    page.locator("[name=outcome]").press_sequentially("Alles wat ik nog weet.")
    page.locator("[name=theirs-1-title]").press_sequentially("Ze bellen terug")
    page.wait_for_timeout(10_000)
    processes = doomed.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    os.kill(next(one["id"] for one in processes if one["type"] == "browser"), signal.SIGKILL)
    context = browser.new_context(**PHONE)
    again = context.new_page()
    sign_in(again, site, f"/meetings/{meeting.pk}/outcome/")
    expect(again.locator("[name=outcome]")).to_have_value("Alles wat ik nog weet.")
    expect(again.locator("[name=theirs-1-title]")).to_have_value("Ze bellen terug")
    expect(again.locator(".capture-offer")).to_be_visible()
    context.close()


def test_a_page_that_is_left_at_once_keeps_its_text(page: Page, site: str) -> None:
    meeting = open_capture(page, site)
    page.locator("[name=outcome]").press_sequentially("Weg voor het bewaard is")
    page.goto(f"{site}/meetings/")
    wait_until(lambda: Draft.objects.exists(), page)  # sent while the page went away, and nobody waits for the answer
    page.goto(f"{site}/meetings/{meeting.pk}/outcome/")
    expect(page.locator("[name=outcome]")).to_have_value("Weg voor het bewaard is")


def test_a_session_that_ends_while_typing_goes_on_after_signing_in_elsewhere(page: Page, site: str) -> None:
    meeting = open_capture(page, site)
    outcome = page.locator("[name=outcome]")
    outcome.press_sequentially("Eerste zin.")
    expect(page.locator("#save-state")).to_have_text(re.compile(r"\d\d:\d\d"))
    Session.objects.all().delete()
    outcome.press_sequentially(" Tweede zin.")
    link = page.locator("#save-trouble a")
    expect(link).to_be_visible()
    with page.context.expect_page() as opened:
        link.click()
    tab = opened.value
    tab.fill("[name=username]", "staff")
    tab.fill("[name=password]", "entente-demo")
    tab.click("main form.form button[type=submit]")
    tab.wait_for_url(f"{site}/")
    expect(page.locator("#save-trouble")).to_be_empty(timeout=12_000)
    assert Draft.objects.get().data["outcome"] == ["Eerste zin. Tweede zin."]
    page.locator(".save-bar [type=submit]").click()
    page.wait_for_url(f"{site}/meetings/{meeting.pk}/")
    meeting.refresh_from_db()
    assert (meeting.outcome, Draft.objects.count()) == ("Eerste zin. Tweede zin.", 0)


def test_a_session_that_ended_before_saving_asks_to_sign_in_and_shows_the_text_again(phone: Page, site: str) -> None:
    meeting = open_capture(phone, site)
    phone.locator("[name=outcome]").press_sequentially("Een hele zin.")
    phone.locator("[name=ours-2-title]").press_sequentially("Derde toezegging")
    Session.objects.all().delete()
    phone.locator(".save-bar [type=submit]").click()
    phone.fill("[name=username]", "staff")
    phone.fill("[name=password]", "entente-demo")
    phone.click("main form.form button[type=submit]")
    expect(phone.locator("[name=outcome]")).to_have_value("Een hele zin.")
    expect(phone.locator("[name=ours-2-title]")).to_have_value("Derde toezegging")
    phone.locator(".save-bar [type=submit]").click()
    phone.wait_for_url(f"{site}/meetings/{meeting.pk}/")
    assert Meeting.objects.get(pk=meeting.pk).outcome == "Een hele zin."


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_server_that_is_restarted_while_typing_gets_the_text_and_offers_it_again(
    server: Server, browser: Browser, how: signal.Signals
) -> None:
    staff, meeting = factories.user(language="nl"), factories.meeting("Soitec", status="held")
    path = f"{server.url}/meetings/{meeting.pk}/outcome/"

    def at_the_desk() -> Page:
        context = browser.new_context(**PHONE)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": SESSION_COOKIE, "value": signed_in(staff), "url": server.url}])
        opened = context.new_page()
        opened.goto(path)
        return opened

    page = at_the_desk()
    outcome = page.locator("[name=outcome]")
    outcome.press_sequentially("Voor de herstart.")
    wait_until(lambda: Draft.objects.exists(), page)
    server.stop(how)
    outcome.press_sequentially(" Tijdens de herstart.")
    page.locator("[name=ours-0-title]").press_sequentially("Lijst sturen")
    expect(page.locator("#save-trouble")).to_have_text(page.locator("#save-state").get_attribute("data-failed"))
    page.wait_for_timeout(6_000)  # Tried again at least once, in vain, and the text is still there.
    expect(page.locator("#save-trouble")).not_to_be_empty()
    expect(outcome).to_have_value("Voor de herstart. Tijdens de herstart.")
    assert Draft.objects.get().data["outcome"] == ["Voor de herstart."]
    server.start()
    expect(page.locator("#save-trouble")).to_be_empty()
    assert Draft.objects.get().data["ours-0-title"] == ["Lijst sturen"]

    again = at_the_desk()
    expect(again.locator(".capture-offer")).to_be_visible()
    expect(again.locator("[name=outcome]")).to_have_value("Voor de herstart. Tijdens de herstart.")
    expect(again.locator("[name=ours-0-title]")).to_have_value("Lijst sturen")
    again.locator(".save-bar [type=submit]").click()
    again.wait_for_url(f"{server.url}/meetings/{meeting.pk}/")
    meeting.refresh_from_db()
    assert (meeting.outcome, FollowUp.objects.count(), Draft.objects.count()) == (
        "Voor de herstart. Tijdens de herstart.", 1, 0,
    )  # fmt: skip
    for opened in (page, again):
        opened.context.close()


def test_a_line_that_drops_is_tried_again_until_the_server_has_the_text(page: Page, site: str) -> None:
    open_capture(page, site)
    page.context.set_offline(True)
    page.locator("[name=outcome]").press_sequentially("In de tunnel.")
    expect(page.locator("#save-trouble")).not_to_be_empty(timeout=10_000)
    assert Draft.objects.count() == 0
    page.context.set_offline(False)
    expect(page.locator("#save-trouble")).to_be_empty(timeout=12_000)
    assert Draft.objects.get().data["outcome"] == ["In de tunnel."]


def test_nothing_is_kept_in_the_browser(page: Page, site: str) -> None:
    open_capture(page, site)
    page.locator("[name=outcome]").press_sequentially("Geheim.")
    expect(page.locator("#save-state")).to_have_text(re.compile(r"\d\d:\d\d"))
    kept = page.evaluate(
        """async () => [JSON.stringify([{...localStorage}, {...sessionStorage}]).includes("Geheim"),
            localStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length]"""
    )
    assert kept == [False, 0, 0, 0]  # htmx notes the address of the page for the session, and nothing else.


def test_a_line_more_comes_with_enter_and_with_a_button(page: Page, site: str) -> None:
    open_capture(page, site)
    last = page.locator("[name=ours-2-title]")
    last.press_sequentially("Derde")
    last.press("Enter")
    expect(page.locator("[name=ours-3-title]")).to_be_focused()
    page.locator("[data-add=people]").click()
    expect(page.locator("[name=people-1-who_text]")).to_be_focused()
    page.keyboard.type("ferrari")
    expect(page.locator("#id_people-1-who_options:not([aria-busy]) [role=option]").first).to_contain_text("Ferrari")


def test_a_typed_day_is_said_in_full_beside_the_field(page: Page, site: str) -> None:
    open_capture(page, site)
    page.locator("[data-lines=ours] summary").first.click()
    page.locator("[name=ours-0-due_on]").press_sequentially("30 juni 2030")
    expect(page.locator("[data-lines=ours] [data-day-shown]").first).to_have_text("zondag 30 juni 2030")


def test_a_look_alike_shows_while_typing_and_is_asked_about_when_saving(page: Page, site: str) -> None:
    open_capture(page, site)
    before = Contact.objects.count()
    who = page.locator("[name=people-0-who_text]")
    who.press_sequentially("Decoster, vice-president")
    expect(page.locator("#id_people-0-who_options:not([aria-busy]) [role=option]").first).to_contain_text("Decoster")
    page.keyboard.press("Escape")
    page.locator("[name=outcome]").fill("Cultuur.")
    page.locator(".save-bar [type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("[name=people-0-who_choice]").first.check()
    page.locator(".save-bar [type=submit]").click()
    expect(page.locator(".message.success")).to_be_visible()
    assert Contact.objects.count() == before


def violations(page: Page) -> list[str]:
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found.response["violations"]]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_in_any_state_and_nothing_scrolls_sideways(browser: Browser, site: str, scheme: str) -> None:
    context: BrowserContext = browser.new_context(
        **{**PHONE, "viewport": {"width": 320, "height": 740}}, color_scheme=scheme
    )
    page = context.new_page()
    meeting = open_capture(page, site)
    found = {"empty": violations(page)}
    page.locator("[data-lines=ours] summary").first.click()
    page.locator("[name=ours-0-due_on]").fill("onzin")
    page.locator("[name=people-0-who_text]").fill("F. Decoster")
    page.locator("[name=status][value=cancelled]").check(force=True)
    page.locator(".save-bar [type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found["errors"] = violations(page)
    page.goto(f"{site}/meetings/{meeting.pk}/outcome/")
    expect(page.locator(".capture-offer")).to_be_visible()
    found["draft"] = violations(page)
    page.locator("[name=status][value=held]").check(force=True)
    page.locator("[name=outcome]").fill("Mijn tekst")
    page.locator("[name=ours-0-due_on]").fill("")
    page.locator("[name=people-0-who_text]").fill("")
    theirs = Meeting.objects.get(pk=meeting.pk)
    theirs.outcome = "Hun tekst"
    theirs.save(by=User.objects.get(username="manager"))
    page.locator(".save-bar [type=submit]").click()
    expect(page.locator("#merge")).to_contain_text("Hun tekst")
    found["two versions"] = violations(page)
    Session.objects.all().delete()
    page.locator(".save-bar [type=submit]").click()
    expect(page.locator("[name=password]")).to_be_visible()
    found["signed out"] = violations(page)
    assert not any(found.values()), found
    page.fill("[name=username]", "staff")
    page.fill("[name=password]", "entente-demo")
    page.click("main form.form button[type=submit]")
    expect(page.locator(".capture-offer")).to_be_visible()
    page.goto(f"{site}/meetings/new/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
