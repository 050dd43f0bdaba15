"""In a real browser: every page without accessibility faults, without a word in the console, without another host."""

import re
from collections.abc import Iterable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from accounts.models import SavedView, User
from agreements.models import Agreement
from follow_ups.models import BulkAction, BulkChange, FollowUp, Step, change_together
from missions.models import Mission
from partners.models import Organisation
from tests import test_rights_matrix as rights_matrix
from tests.example import load_example
from tests.rights_matrix import SITE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("nl", "fr", "en")
THEMES = ("light", "dark")
NOT_PAGES = (
    "-export",
    "-options",
    "-file",
    "healthz",
    "readyz",
    "set_language",
    "logout",
    "jsi18n",
    "autocomplete",
    "drafts",
    "typed-day",
    "calendar-feed",
    "calendar-link",
    "-register-",
)
# Without preloading: it asks for style sheets again, and the policy of the page rightly refuses how.
AXE = {"resultTypes": ["violations"], "preload": False}
# Lists that are filtered, empty, grouped or refused, and pages that are not there or not allowed.
STATES = (
    "/follow-ups/bulk/?all=1",
    "/follow-ups/?on=2025-01-01",
    "/review/?by=country",
    "/review/table/?q=zzzzzz",
    "/views/?noun=follow-ups&query=overdue%3D1",
    "/follow-ups/?overdue=1&direction=ours",
    "/follow-ups/?overdue=1&o=department",
    "/follow-ups/?q=zzzzzz",
    "/follow-ups/?partnr=1",
    "/follow-ups/?status=nonsense&due_from=never",
    "/follow-ups/?archived=1",
    "/missions/?q=zzzzzz",
    "/meetings/?without_outcome=1",
    "/meetings/?q=zzzzzz",
    "/agreements/?without_text=1",
    "/agreements/?q=zzzzzz",
    "/agreements/overview/?country=FR",
    "/agreements/overview/?q=zzzzzz",
    "/agreements/register/?column=title&column=signatories",
    "/agreements/register/?column=nonsense",
    "/organisations/?q=imec",
    "/agreements/?phase=in_force&phase=awaiting",
    "/organisations/?q=zzzzzz",
    "/contacts/?q=zzzzzz",
    "/missions/999999/",
    "/no-such-page/",
)
SOME = 8  # pages apart: those that make test looks at; make test-all looks at every one
PARTS = 3  # of the walk over every page, so that none takes more than a few minutes


@pytest.fixture
def site(live_server, settings) -> str:
    """The address of a running Entente with the example loaded."""
    settings.DEBUG = False
    load_example()
    return live_server.url


def sign_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", "entente-demo")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site}/")


def pages() -> Iterator[str]:
    """Every address that answers with a page, for the first record of its kind."""
    matrix = rights_matrix.TheRightsMatrix()
    from accounts.rights import Role
    from agreements.models import Agreement
    from documents.models import Document
    from missions.models import Meeting, Mission
    from partners.models import Contact, Organisation, Place

    first = {
        "mission": Mission, "meeting": Meeting, "organisation": Organisation, "contact": Contact,
        "agreement": Agreement, "follow-up": FollowUp, "document": Document, "place": Place,
    }  # fmt: skip
    matrix.own = {  # A page of its own kind of record before that of its noun.
        "organisation-health": Organisation.objects.filter(side="partner", tier__isnull=False).order_by("pk").first(),
        "agreement-steps": Agreement.objects.filter(notice_months__isnull=False).order_by("pk").first(),
        "follow-up-visit": FollowUp.objects.open().filter(kind="invitation", level=2).order_by("pk").first(),
        **{noun: model.objects.order_by("pk").first() for noun, model in first.items()},
    }
    admin = User.objects.get(username="admin")
    matrix.own["saved-view"] = SavedView.keep(admin, noun="follow-ups", query="", name="Alle", sharing="private")
    one = FollowUp.objects.open().filter(level=2).order_by("pk")[:1]
    matrix.own["bulk-change"] = BulkChange.objects.filter(by=admin).first() or change_together(
        FollowUp.objects.filter(pk__in=[row.pk for row in one]), Step(BulkAction.PRIORITISE, priority=1), by=admin
    )
    matrix.users = {Role.READER: User.objects.get(username="reader")}
    for namespace, name, pattern in rights_matrix.addresses():
        if name in rights_matrix.WALKED_ELSEWHERE or any(word in name for word in NOT_PAGES) or name == "login":
            continue
        if namespace != "admin" and "GET" not in SITE[name]:
            continue
        yield matrix.path(namespace, name, pattern)


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{page.url}: {fault['id']} {[node['target'] for node in fault['nodes']][:3]}" for fault in found]


def is_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def speak(page: Page, site: str, name: str, language: str) -> None:
    """The user's own language, which goes before the cookie's."""
    User.objects.filter(username=name).update(language=language)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])


def walk(
    page: Page, site: str, paths: Iterable[str], language: str, themes: tuple[str, ...], widths: tuple[int, ...]
) -> list[str]:
    """What is wrong with these pages in a language and widths (pixels); at the last width in these themes too."""
    wrong = []
    page.emulate_media(reduced_motion="reduce")  # Colours that are still on their way to another theme are no fault.
    speak(page, site, "admin", language)
    for path in paths:
        response = page.goto(site + path)
        if response.status not in (200, 404, 405) and "core/exportrecord" not in path:
            wrong.append(f"{path}: {response.status}")
        for width in widths if response.status != 405 else ():
            page.set_viewport_size({"width": width, "height": 800})
            if is_wider_than_the_window(page):
                wrong.append(f"{path} at {width} px scrolls sideways")
        for theme in themes if response.status != 405 else ():
            page.emulate_media(color_scheme=theme)
            wrong += faults(page)
        if response.status == 200 and page.locator("html").get_attribute("lang") != language:
            wrong.append(f"{path}: not in {language}")
        if response.status == 200 and not page.title().strip(" ·"):
            wrong.append(f"{path}: no title")
    return wrong


def serious(errors: list[str]) -> list[str]:
    """A page that is refused on purpose is itself a line in the console."""
    return [error for error in errors if "status of 40" not in error and "status of 42" not in error]


def test_pages_are_accessible_quiet_and_keep_to_themselves(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    some = [path for path in (*pages(), *STATES) if not path.startswith("/admin/")][::SOME]
    assert walk(page, site, some, "nl", ("light",), (1280,)) == []
    assert serious(console_errors) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_in_every_theme_and_width(
    console_errors, page: Page, site: str, language: str, part: int
) -> None:
    sign_in(page, site, "admin")
    paths = [*pages(), *STATES][part::PARTS]
    assert walk(page, site, paths, language, THEMES, (320, 1280)) == []
    assert serious(console_errors) == []


def refused(page: Page, path: str, fields: dict[str, str], button: str) -> None:
    """A form that the server sends back: what the browser would ask itself is switched off."""
    page.goto(path)
    page.eval_on_selector_all("form", "forms => forms.forEach((form) => { form.noValidate = true; })")
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.locator(button).first.click()


def states_that_are_made(page: Page, site: str) -> Iterator[str]:
    """Brings the page, one after another, in what no address alone leads to: errors, dialogs, questions, messages."""
    form, admin_form = "main form.form button[type=submit]", "input[name=_save]"
    refused(page, f"{site}/follow-ups/new/", {"title": "", "partner_text": "zzz"}, form)
    expect(page.locator(".error-summary")).to_be_focused()
    yield "a new follow-up, refused"
    refused(page, f"{site}/follow-ups/new/", {"title": "x", "partner_text": "example"}, form)
    yield "a partner that several names fit"
    refused(
        page, f"{site}/accounts/password/", {"old_password": "wrong", "new_password1": "a", "new_password2": "b"}, form
    )
    yield "a password, refused"
    refused(page, f"{site}/agreements/{Agreement.objects.order_by('pk').first().pk}/documents/new/", {}, form)
    expect(page.locator(".error-summary")).to_be_focused()
    yield "a text without its file, refused"
    for title in ("Ontwerp", "Getekend"):
        page.fill("[name=title]", title)
        page.set_input_files("[name=file]", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
        page.locator(form).first.click()
        page.locator("#documents .file-facts > summary").first.click()
        if title == "Ontwerp":
            page.locator("#documents a[href*='replaces=']").last.click()
    yield "a text on file, with its earlier version"
    page.goto(f"{site}/accounts/settings/")
    page.click("main form[action$='/calendar-link/'] button")
    expect(page.locator("#calendar-url")).to_be_focused()
    yield "a new calendar link"
    follow_up = FollowUp.objects.filter(closed_at__isnull=True, due_on__isnull=False, level=2).first()
    for action in ("update", "complete", "postpone", "assign", "drop"):
        page.goto(f"{site}/follow-ups/{follow_up.pk}/")
        page.click(f"main a[href$='/{action}/']")
        expect(page.locator("#dialog")).to_be_visible()
        yield f"the dialog to {action}"
    refused(page, f"{site}/follow-ups/{follow_up.pk}/postpone/", {"reason": ""}, form)
    yield "another date without a reason, as a page"
    page.goto(f"{site}/follow-ups/?overdue=1")
    page.click(".filters summary")
    page.locator(".row-menu summary").first.click()
    yield "filters and a row's menu, open"
    refused(page, f"{site}/admin/missions/mission/add/", {"title": ""}, admin_form)
    expect(page.locator(".errornote")).to_be_visible()
    yield "a mission in the administration, refused"
    page.goto(f"{site}/admin/partners/organisation/")
    page.locator("#result_list input.action-select").first.check()
    page.select_option("select[name=action]", "archive_selected")
    with page.expect_navigation():
        page.click("#changelist .actions button")
    yield "the question before archiving"
    page.fill("[name=why]", "Bestaat niet meer")
    with page.expect_navigation():
        page.click("main input[type=submit], #content input[type=submit]")
    yield "archived, said"
    archived = Organisation.objects.filter(archived_at__isnull=False).first()
    page.goto(f"{site}/organisations/{archived.pk}/")
    yield "an archived organisation"
    page.goto(f"{site}/admin/partners/organisation/{archived.pk}/delete/")
    yield "the question before deleting, or what stands in the way"


def check_states(page: Page, site: str, language: str, theme: str) -> list[str]:
    page.emulate_media(reduced_motion="reduce", color_scheme=theme)
    speak(page, site, "admin", language)
    wrong = []
    for state in states_that_are_made(page, site):
        wrong += [f"{state}: {fault}" for fault in faults(page)]
        if is_wider_than_the_window(page):
            wrong.append(f"{state} scrolls sideways")
    return wrong


@pytest.mark.long
def test_errors_dialogs_and_questions_are_accessible(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "admin")
    assert check_states(page, site, "nl", "light") == []
    assert serious(console_errors) == []


@pytest.mark.long
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_dialogs_and_questions_are_accessible_in_every_language_and_theme(
    console_errors, page: Page, site: str, language: str, theme: str
) -> None:
    sign_in(page, site, "admin")
    assert check_states(page, site, language, theme) == []
    assert serious(console_errors) == []


def test_what_a_reader_may_not_open_is_refused_accessibly(page: Page, site: str) -> None:
    sign_in(page, site, "reader")
    for path in ("/follow-ups/new/", "/admin/", "/follow-ups/export.csv"):
        assert page.goto(site + path).status == 403
        assert faults(page) == []


def test_the_sign_in_page_is_accessible_in_every_language_and_theme(console_errors, page: Page, site: str) -> None:
    for language in LANGUAGES:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.goto(f"{site}/accounts/login/")
            assert faults(page) == []
            assert page.locator("html").get_attribute("lang") == language
    assert console_errors == []


def test_a_follow_up_is_completed_from_the_list_without_leaving_it(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    page.goto(f"{site}/follow-ups/?mine=1&status=open")
    row = page.locator("tr[data-row]").first
    number = row.get_attribute("data-row").split(":")[1]
    before = int(page.locator("#result-count").get_attribute("data-count"))
    row.locator("summary").click()
    row.locator(f"a[href='{reverse('follow-up-complete', args=[number])}']").click()
    expect(page.locator("#dialog")).to_be_visible()
    assert faults(page) == []
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog [name=result]")).to_be_focused()  # The browser itself asks for the result.
    page.fill("#dialog [name=result]", "Brief verstuurd")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#result-count")).to_have_attribute("data-count", str(before - 1))
    assert page.url.endswith("/follow-ups/?mine=1&status=open")
    assert FollowUp.objects.get(pk=number).result == "Brief verstuurd"
    assert console_errors == []


def test_what_is_refused_in_a_dialog_says_so_there_and_keeps_the_text(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    follow_up = FollowUp.objects.filter(closed_at__isnull=True, due_on__isnull=False, level=2).first()
    page.goto(f"{site}/follow-ups/{follow_up.pk}/")
    page.locator(f"a[href='{reverse('follow-up-postpone', args=[follow_up.pk])}']").click()
    page.fill("#dialog [name=due_on]", str(follow_up.due_on))
    page.fill("#dialog [name=reason]", "mijn reden")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog .error-summary")).to_be_focused()
    expect(page.locator("#dialog [name=reason]")).to_have_value("mijn reden")
    assert faults(page) == []
    assert serious(console_errors) == []


def test_a_partner_is_found_as_one_types(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    page.goto(f"{site}/follow-ups/new/")
    page.fill("[name=title]", "Programma sturen")
    box = page.locator("#id_partner")
    box.press_sequentially("hauts")
    expect(page.locator("#id_partner_options:not([aria-busy]) [role=option]").first).to_contain_text("Hauts-de-France")
    box.press("ArrowDown")
    assert faults(page) == []
    box.press("Enter")
    expect(box).to_have_value("Hauts-de-France")
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/follow-ups/\d+/$"))
    assert FollowUp.objects.get(title="Programma sturen").partner.name == "Hauts-de-France"
    assert console_errors == []


def test_what_was_chosen_gives_way_to_what_is_typed(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    partner = Organisation.objects.get(name="Soitec")
    page.goto(f"{site}/follow-ups/new/?partner={partner.pk}")
    page.click("#id_partner")
    page.keyboard.type("hauts")
    expect(page.locator("#id_partner")).to_have_value("hauts")
    assert console_errors == []


def test_after_a_dialog_the_focus_is_where_it_was_opened(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    follow_up = FollowUp.objects.filter(closed_at__isnull=True, level=2).first()
    page.goto(f"{site}/follow-ups/{follow_up.pk}/")
    link = page.locator(f"a[href='{reverse('follow-up-update', args=[follow_up.pk])}']")
    link.focus()
    page.keyboard.press("Enter")
    page.fill("#dialog [name=text]", "Gebeld.")
    page.locator("#dialog button[type=submit]").press("Enter")
    expect(page.locator(".timeline")).to_contain_text("Gebeld.")
    expect(link).to_be_focused()
    assert console_errors == []


def test_anything_is_found_from_the_header_by_keyboard(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    box, listed = (
        page.locator(".site-search input"),
        page.locator("#site-search-options:not([aria-busy]) [role=option]"),
    )
    box.press_sequentially("haut de frnace")
    expect(listed.first).to_contain_text("Hauts-de-France")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", listed.first.get_attribute("id"))
    assert faults(page) == []
    box.press("Enter")
    page.wait_for_url(f"{site}{reverse('organisation', args=[Organisation.objects.get(name='Hauts-de-France').pk])}")
    assert console_errors == []


def test_enter_alone_shows_all_that_is_found(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    box = page.locator(".site-search input")
    box.press_sequentially("decoster")
    expect(page.locator("#site-search-options:not([aria-busy]) [role=option]").first).to_contain_text("Decoster")
    box.press("Enter")
    page.wait_for_url(f"{site}{reverse('search')}?q=decoster")
    expect(page.locator("[data-hit]").first).to_have_attribute("data-hit", re.compile("^contact:"))
    assert faults(page) == []
    assert console_errors == []


def test_escape_closes_what_the_header_offers_and_keeps_what_was_typed(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    box, offer = page.locator(".site-search input"), page.locator("#site-search-options")
    box.press_sequentially("zzzzzz")
    expect(offer).to_be_visible()
    expect(offer.locator("[role=option]:not([aria-disabled])")).to_have_count(0)
    assert faults(page) == []
    box.press("Escape")
    expect(offer).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("zzzzzz")
    expect(box).to_be_focused()
    assert console_errors == []


@pytest.fixture
def without_javascript(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=False, locale="nl-BE", viewport={"width": 360, "height": 740})
    yield context
    context.close()


def test_the_main_work_is_done_without_javascript(without_javascript: BrowserContext, site: str) -> None:
    page = without_javascript.new_page()
    sign_in(page, site, "staff")
    page.goto(f"{site}/follow-ups/new/")
    page.fill("[name=title]", "Zonder script")
    page.fill("[name=partner_text]", "soitec")
    page.locator("main form.form button[type=submit]").first.click()
    follow_up = FollowUp.objects.get(title="Zonder script")
    assert follow_up.partner.name == "Soitec"
    for action, fields in (
        ("update", {"text": "gebeld"}),
        ("postpone", {"due_on": "2030-01-31"}),
        ("assign", {"owner_text": "Staf"}),
        ("complete", {"result": "verstuurd"}),
    ):
        page.goto(f"{site}{reverse('follow-up', args=[follow_up.pk])}")
        page.click(f"a[href='{reverse(f'follow-up-{action}', args=[follow_up.pk])}']")
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        page.locator("main form.form button[type=submit]").click()
    follow_up.refresh_from_db()
    assert (follow_up.status, str(follow_up.due_on)) == ("done", "2030-01-31")


def test_the_language_is_switched_where_one_stands(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    page.goto(f"{site}/missions/?direction=out")
    for language in ("fr", "en", "nl"):
        page.click(f"button[name=language][value={language}]")
        assert page.locator("html").get_attribute("lang") == language
        assert page.url == f"{site}/missions/?direction=out"
    assert console_errors == []


@pytest.mark.long
def test_letters_twice_as_large_make_no_phone_scroll_sideways(page: Page, site: str) -> None:
    sign_in(page, site, "manager")
    page.set_viewport_size({"width": 360, "height": 740})
    agreement = reverse("agreement", args=[Agreement.objects.get(title__startswith="MoU grens").pk])
    for path in ("/", "/follow-ups/", "/missions/", "/follow-ups/new/", agreement):
        page.goto(site + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not is_wider_than_the_window(page), path


def printed(page: Page) -> bytes:
    """The page on A4, asked for twice: on a machine that has much to do, Chromium gives up printing now and then."""
    try:
        return page.pdf(format="A4", prefer_css_page_size=True)
    except Error:
        return page.pdf(format="A4", prefer_css_page_size=True)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.long
def test_a_partner_fits_on_one_sheet(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    for name in ("Hauts-de-France", "Example-Region Nordküste"):  # The real one, and the busiest of the example.
        page.goto(f"{site}{reverse('organisation', args=[Organisation.objects.get(name=name).pk])}")
        for language in ("nl", "fr"):
            page.click(f"button[name=language][value={language}]")
            assert pages_of(printed(page)) == 1, (name, language)
    assert console_errors == []


def merges(page: Page, site: str) -> Iterator[str]:
    """Brings the page to what two people see who wrote the same: in the administration, on a page, in a dialog."""
    form, admin_form = "main form.form button[type=submit]", "input[name=_save]"
    manager = User.objects.get(username="manager")
    trip, promise = Mission.objects.filter(stops__isnull=False).first(), FollowUp.objects.open().filter(level=2).first()
    page.goto(f"{site}/admin/missions/mission/{trip.pk}/change/")
    page.fill("[name=title]", "Mijn titel")
    page.fill("[name=delegates-0-label]", "Mijn omschrijving")
    trip.refresh_from_db()
    trip.title, trip.objective = f"Hun titel {trip.version}", "Hun doel"
    trip.save(by=manager)
    trip.delegates.first().delete(by=manager)
    with page.expect_navigation():
        page.click(admin_form)
    expect(page.locator("#merge")).to_contain_text("Hun titel")
    expect(page.locator("#merge")).to_be_focused()
    yield "a mission in the administration, of two people"
    page.locator("#merge [name=take]").first.check()
    with page.expect_navigation():
        page.click(admin_form)
    assert Mission.objects.get(pk=trip.pk).title == trip.title
    for path in ("edit", "drop"):
        page.goto(f"{site}/follow-ups/{promise.pk}/{path}/")
        page.fill("[name=title]" if path == "edit" else "[name=reason]", "Mijn tekst")
        promise.refresh_from_db()
        promise.title = f"Hun titel {promise.version}"
        promise.save(by=manager)
        with page.expect_navigation():
            page.locator(form).first.click()
        expect(page.locator("#merge")).to_contain_text("Hun titel")
        yield f"a follow-up of two people: {path}"
    page.goto(f"{site}/follow-ups/{promise.pk}/")
    page.click("main a[href$='/drop/']")
    page.fill("#dialog [name=reason]", "Mijn tekst")
    promise.refresh_from_db()
    promise.title = f"Hun titel {promise.version}"
    promise.save(by=manager)
    page.click("#dialog button[type=submit]")
    expect(page.locator("#dialog #merge")).to_contain_text("Hun titel")
    yield "a follow-up of two people, in a dialog"


@pytest.mark.long
@pytest.mark.parametrize(("theme", "width"), [("light", 320), ("dark", 320), ("light", 1280)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_two_people_wrote_is_accessible(
    console_errors, page: Page, site: str, language: str, theme: str, width: int
) -> None:
    sign_in(page, site, "admin")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce", color_scheme=theme)
    speak(page, site, "admin", language)
    wrong = []
    for state in merges(page, site):
        wrong += [f"{state}: {fault}" for fault in faults(page)]
        if is_wider_than_the_window(page):
            wrong.append(f"{state} scrolls sideways")
    assert wrong == []
    assert serious(console_errors) == []


@pytest.mark.long
def test_the_reviews_of_a_mission_fit_on_two_sheets(console_errors, page: Page, site: str) -> None:
    sign_in(page, site, "staff")
    for mission in Mission.objects.filter(status__in=("held", "reported")):  # The real one, and one with promises.
        page.goto(f"{site}{reverse('mission-reviews', args=[mission.pk])}")
        assert pages_of(printed(page)) <= 2, mission
    assert console_errors == []
