"""The administration in a browser: entered by hand, named for who does not see it, nothing refused by its own policy."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from accounts.rights import Role
from missions.models import Mission
from tests.admin_pages import admin_url
from tests.factories import (
    agreement,
    contact,
    delegate,
    document,
    follow_up,
    meeting,
    mission,
    organisation,
    participant,
    party,
    place,
    position,
    stop,
    theme,
    user,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(console_errors, page, live_server):
    """A staff member, signed in."""
    who = user(Role.STAFF, language="en")
    page.goto(live_server.url + reverse("login"))
    page.fill("[name=username]", who.username)
    page.fill("[name=password]", "entente-demo")
    page.click("main button[type=submit]")
    return who


def choose(page, field, text):
    """Finds a record as one types, in a field of the page."""
    box = page.locator(f"{field} [role=combobox]").first
    box.click()
    page.keyboard.type(text)
    page.locator("[role=listbox]:visible:not([aria-busy]) [role=option]:first-child", has_text=text).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[role=listbox]:visible")).to_have_count(0)


def shown(page):
    """The words in the list that is open, once it answers to what was typed."""
    options = page.locator("[role=listbox]:visible:not([aria-busy]) [role=option]")
    options.first.wait_for()
    return options.all_inner_texts()


def chosen(page, field):
    """The numbers that a field would send."""
    return page.locator(f"select[name={field}]").evaluate(
        "(select) => [...select.selectedOptions].map((one) => one.value)"
    )


def test_a_mission_is_entered_by_hand(staff, console_errors, page, live_server):
    place("Parijs", name_en="Paris"), contact("Jambon"), organisation("Agoria")
    page.goto(live_server.url + admin_url(Mission, "add"))
    page.fill("#id_title", "Mission to Paris")
    page.fill("#id_starts_on", "2027-01-10")
    page.fill("#id_ends_on", "2027-01-12")
    choose(page, ".field-lead", "Jambon")
    page.click("#stops-group .add-row button")
    choose(page, "#stops-0", "Paris")
    page.click("#delegates-group .add-row button")
    choose(page, "#delegates-0 .field-organisation", "Agoria")
    page.click("#meetings-group .add-row button")
    page.fill("#id_meetings-0-title", "Bilateral meeting")
    page.click("[name=_continue]")
    page.locator(".messagelist .success").wait_for()
    trip = Mission.objects.get()
    assert (trip.lead.family_name, trip.created_by) == ("Jambon", staff)
    assert [str(one) for one in (*trip.delegates.all(), *trip.meetings.all())] == ["Agoria", "Bilateral meeting"]
    assert trip.stops.get().place.name_en == "Paris"
    assert console_errors == []


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_named_and_legible(staff, console_errors, page, live_server, scheme):
    where, subject = organisation("Soitec"), theme()
    leader = contact("Leclerc")
    post = position(leader, where)
    trip = mission("Reis", lead=leader, by=staff)
    trip.themes.add(subject)
    delegate(trip, contact=leader)
    talk = meeting("Gesprek", mission=trip, stop=stop(trip))
    participant(talk, contact=leader, position=post)
    text = agreement("Pact")
    party(text, where)
    promise = follow_up("Belofte", meeting=talk, agreement=text)
    rows = (where, leader, trip, talk, text, promise, document("Verslag"))
    urls = [reverse("admin:index"), admin_url(trip, "history"), admin_url(trip, "delete"), admin_url(Mission, "add")]
    urls += [admin_url(row) for row in rows] + [admin_url(type(row), "changelist") for row in rows]
    page.emulate_media(color_scheme=scheme)
    found = []
    for url in urls:
        page.goto(live_server.url + url, wait_until="load")
        assert console_errors == [], url
        found += [(url, one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]]
        console_errors.clear()  # The looking itself applies styles, which the policy refuses.
    assert found == []


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_do_not_scroll_sideways(staff, page, live_server, width):
    trip = mission("Reis", by=staff)
    meeting("Een gesprek met een lange titel over industriële samenwerking", mission=trip, stop=stop(trip))
    promise = follow_up("Belofte", mission=trip, owner=staff)
    page.set_viewport_size({"width": width, "height": 800})
    for url in (
        reverse("admin:index"), admin_url(Mission, "changelist"), admin_url(Mission, "add"), admin_url(trip),
        admin_url(trip, "history"), admin_url(promise), admin_url(type(promise), "changelist"),
    ):  # fmt: skip
        page.goto(live_server.url + url)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url


def test_a_position_follows_the_contact_beside_it(staff, console_errors, page, live_server):
    where = organisation("Soitec")
    first, second = contact("Leclerc"), contact("Ferrari")
    post = position(first, where, title_en="mayor")
    position(second, where, title_en="minister")
    talk = meeting("Gesprek", by=staff)
    participant(talk, contact=first, position=post)
    page.goto(live_server.url + admin_url(talk), wait_until="load")
    assert chosen(page, "participants-0-position") == [str(post.pk)]
    choose(page, "#participants-0 .field-contact", "Ferrari")
    assert chosen(page, "participants-0-position") == [""]
    page.click("#id_participants-0-position")
    assert shown(page) == ["Ferrari, minister"]
    assert console_errors == []


def test_a_field_that_finds_nothing_says_what_to_do(staff, console_errors, page, live_server):
    page.goto(live_server.url + admin_url(Mission, "add"), wait_until="load")
    page.click("#stops-group .add-row button")
    page.click("#id_stops-0-place")
    page.keyboard.type("Genua")
    page.locator("[role=option].none", has_text="An administrator adds what is missing here.").wait_for()
    assert console_errors == []


def test_several_are_chosen_and_one_is_taken_off_by_keyboard_alone(staff, console_errors, page, live_server):
    trip = mission("Reis", by=staff)
    first, second = agreement("Pact een"), agreement("Pact twee")
    page.goto(live_server.url + admin_url(trip))
    page.focus("#id_builds_on")
    for text in ("Pact een", "Pact twee"):
        page.keyboard.type(text)
        assert shown(page) == [text]
        page.keyboard.press("Enter")  # the only one
        expect(page.locator("#id_builds_on")).to_have_value("")
    assert chosen(page, "builds_on") == [str(first.pk), str(second.pk)]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Pact een")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#id_builds_on")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    console_errors.clear()
    page.locator("[name=_continue]").press("Enter")
    page.locator(".messagelist .success").wait_for()
    assert list(trip.builds_on.all()) == [second]
    assert console_errors == []


def test_what_was_found_for_fewer_letters_is_not_taken_for_more(staff, console_errors, page, live_server):
    agreement("Pact een")
    page.goto(live_server.url + admin_url(mission("Reis", by=staff)))
    page.focus("#id_builds_on")
    page.keyboard.type("Pact")
    assert shown(page) == ["Pact een"]
    page.route("**/autocomplete/**", lambda _route: None)  # a line that does not answer
    page.keyboard.type(" twee")
    page.keyboard.press("Enter")
    assert chosen(page, "builds_on") == []
    page.unroute_all()
    page.keyboard.press("End")
    for _letter in " twee":
        page.keyboard.press("Backspace")
    assert shown(page) == ["Pact een"]
    page.keyboard.press("Enter")
    assert len(chosen(page, "builds_on")) == 1
    assert console_errors == []


def test_an_answer_to_fewer_letters_that_comes_late_is_not_shown(staff, console_errors, page, live_server):
    agreement("Pact een")
    page.clock.install()
    page.goto(live_server.url + admin_url(mission("Reis", by=staff)))
    page.focus("#id_builds_on")
    held = []
    page.route("**/autocomplete/**", lambda route: held.append(route))
    with page.expect_request("**/autocomplete/**"):
        page.keyboard.type("Pact twee")
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # the pause after typing does not end by itself
    for _letter in " twee":
        page.keyboard.press("Backspace")
    for route in held:
        route.fulfill(json={"results": []})
    page.unroute_all()
    page.evaluate("fetch('/healthz').then((answer) => answer.text())")  # the held answer has come before
    assert page.locator("#id_builds_on_options").inner_text() == ""
    page.clock.resume()
    assert shown(page) == ["Pact een"]
    assert console_errors == []


def test_words_that_choose_nothing_give_way_and_an_emptied_field_is_empty(staff, console_errors, page, live_server):
    leader = contact("Jambon")
    trip = mission("Reis", lead=leader, by=staff)
    page.goto(live_server.url + admin_url(trip))
    box = page.locator("#id_lead")
    expect(box).to_have_value(str(leader))
    box.fill("iemand")
    box.press("Enter")  # sends nothing
    box.press("Tab")
    expect(box).to_have_value(str(leader))
    assert chosen(page, "lead") == [str(leader.pk)]
    box.fill("")
    box.press("Tab")
    assert chosen(page, "lead") == [""]
    page.click("[name=_continue]")
    page.locator(".messagelist .success").wait_for()
    trip.refresh_from_db()
    assert trip.lead is None
    assert console_errors == []


def test_a_row_is_taken_away_and_the_others_keep_their_text(staff, console_errors, page, live_server):
    trip = mission("Reis", by=staff)
    delegate(trip, label="kabinet")
    organisation("Agoria")
    page.goto(live_server.url + admin_url(trip))
    for number, label in ((1, "pers"), (2, "bedrijven")):
        page.click("#delegates-group .add-row button")
        expect(page.locator(f"#id_delegates-{number}-order")).to_be_focused()
        page.fill(f"#id_delegates-{number}-label", label)
    choose(page, "#delegates-2 .field-organisation", "Agoria")
    page.click("#delegates-1 button.inline-deletelink")
    expect(page.locator("#id_delegates-TOTAL_FORMS")).to_have_value("2")
    expect(page.locator("#id_delegates-1-organisation")).to_have_value("Agoria")
    page.click("#id_delegates-1-organisation")
    assert shown(page) == ["Agoria"]
    page.keyboard.press("Escape")
    page.check("#id_delegates-0-DELETE")
    page.click("[name=_continue]")
    page.locator(".messagelist .success").wait_for()
    assert [(one.label, str(one.organisation)) for one in trip.delegates.all()] == [("bedrijven", "Agoria")]
    assert console_errors == []


def test_a_related_record_is_added_and_changed_in_a_window(staff, console_errors, page, live_server):
    trip = mission("Reis", by=staff)
    page.goto(live_server.url + admin_url(trip))
    with page.expect_popup() as window:
        page.click("#add_id_lead")
    window.value.fill("#id_family_name", "Leclerc")
    with window.value.expect_event("close"):
        window.value.click("[name=_save]")
    expect(page.locator("#id_lead")).to_have_value("Leclerc")
    with page.expect_popup() as window:
        page.click("#change_id_lead")
    window.value.fill("#id_family_name", "Ferrari")
    with window.value.expect_event("close"):
        window.value.click("[name=_save]")
    expect(page.locator("#id_lead")).to_have_value("Ferrari")
    page.click("[name=_continue]")
    page.locator(".messagelist .success").wait_for()
    trip.refresh_from_db()
    assert trip.lead.family_name == "Ferrari"
    assert console_errors == []


def test_without_scripts_a_form_keeps_what_was_chosen(staff, browser, page, live_server):
    leader, text = contact("Jambon"), agreement("Pact")
    trip = mission("Reis", lead=leader, by=staff)
    trip.builds_on.add(text)
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(live_server.url + admin_url(trip))
    plain.fill("#id_title", "Andere reis")
    plain.click("[name=_continue]")
    plain.locator(".messagelist .success").wait_for()
    context.close()
    trip.refresh_from_db()
    assert (trip.title, trip.lead, list(trip.builds_on.all())) == ("Andere reis", leader, [text])


def test_a_long_list_says_that_there_is_more(staff, console_errors, page, live_server):
    for number in range(21):
        contact(f"Janssens {number:02}")
    page.goto(live_server.url + admin_url(Mission, "add"))
    page.click("#id_lead")
    words = shown(page)
    assert (words[0], words[19:]) == ("Janssens 00", ["Janssens 19", "There are more: type to narrow them down."])
    assert console_errors == []
