"""The administration in a browser: entered by hand, named for who does not see it, nothing refused by its own policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

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
    page.locator(f"{field} .select2-selection").first.click()
    page.keyboard.type(text)
    page.locator(".select2-results__option--highlighted", has_text=text).wait_for()
    page.keyboard.press("Enter")


def test_a_mission_is_entered_by_hand(staff, console_errors, page, live_server):
    place("Parijs", name_en="Paris"), contact("Jambon"), organisation("Agoria")
    page.goto(live_server.url + admin_url(Mission, "add"))
    page.fill("#id_title", "Mission to Paris")
    page.fill("#id_starts_on", "2027-01-10")
    page.fill("#id_ends_on", "2027-01-12")
    choose(page, ".field-lead", "Jambon")
    page.click("#stops-group .add-row a")
    choose(page, "#stops-0", "Paris")
    page.click("#delegates-group .add-row a")
    choose(page, "#delegates-0 .field-organisation", "Agoria")
    page.click("#meetings-group .add-row a")
    page.fill("#id_meetings-0-title", "Bilateral meeting")
    page.click("[name=_continue]")
    page.locator(".messagelist .success").wait_for()
    trip = Mission.objects.get()
    assert (trip.lead.family_name, trip.created_by) == ("Jambon", staff)
    assert [str(one) for one in (*trip.delegates.all(), *trip.meetings.all())] == ["Agoria", "Bilateral meeting"]
    assert trip.stops.get().place.name_en == "Paris"
    assert console_errors == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
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
    assert page.locator("#id_participants-0-position").input_value() == str(post.pk)
    choose(page, "#participants-0 .field-contact", "Ferrari")
    assert page.locator("#id_participants-0-position").input_value() == ""
    page.locator("#participants-0 .fieldBox.field-position .select2-selection").click()
    page.locator(".select2-results__option--highlighted").wait_for()
    assert page.locator(".select2-results__option").all_inner_texts() == ["Ferrari, minister"]
    assert console_errors == []


def test_a_field_that_finds_nothing_says_what_to_do(staff, console_errors, page, live_server):
    page.goto(live_server.url + admin_url(Mission, "add"), wait_until="load")
    page.click("#stops-group .add-row a")
    page.locator("#stops-0 .select2-selection").click()
    page.keyboard.type("Genua")
    page.locator(".select2-results__message", has_text="An administrator adds what is missing here.").wait_for()
    assert console_errors == []
