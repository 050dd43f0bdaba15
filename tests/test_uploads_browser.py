"""A text put on file and its newer version, by keyboard only and without JavaScript, from the list of agreements."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from agreements.models import Agreement
from tests.test_core_tasks import Hands, Keyboard, hands, rows

__all__ = ["hands"]  # A fixture.

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def choose(hands: Hands, file: Path, content: bytes) -> None:
    """A file, in the window that the browser opens."""
    file.write_bytes(content)
    field = hands.field("file")
    with hands.page.expect_file_chooser() as chooser:
        if isinstance(hands, Keyboard):
            hands.arrive(field)
            hands.page.keyboard.press("Space")
        else:
            hands.go(field)
    chooser.value.set_files(file)


def put_on_file(hands: Hands, file: Path, content: bytes) -> None:
    choose(hands, file, content)
    hands.send()
    expect(hands.page.locator(".message.success")).to_contain_text(file.name)


def test_a_text_and_its_next_version_are_put_on_file(hands: Hands, tmp_path: Path) -> None:
    page = hands.page
    hands.sign_in()
    hands.menu("/agreements/")
    hands.go(page.locator(".shortcuts a[href='?without_text=1']"))
    page.wait_for_url("**without_text=1")
    number = rows(page).first.get_attribute("data-row").split(":")[1]
    hands.go(rows(page).first.locator("th a"))
    page.wait_for_url(f"**/agreements/{number}/")
    new = f"/agreements/{number}/documents/new/"
    hands.go(page.locator(f"#documents a[href='{new}']"))
    page.wait_for_url(f"**{new}")

    hands.write(hands.field("title"), "Ontwerp")
    choose(hands, tmp_path / "ontwerp.pdf", b"MZ")
    hands.go(hands.form.locator("[type=submit]").first)
    expect(page.locator(".error-summary")).to_be_visible()  # Refused: no PDF. What was typed stays.
    expect(hands.field("title")).to_have_value("Ontwerp")
    put_on_file(hands, tmp_path / "ontwerp.pdf", b"%PDF-1.7\n1")

    hands.go(page.locator(f"#documents a[href^='{new}?replaces=']"))
    expect(hands.field("title")).to_have_value("Ontwerp")
    put_on_file(hands, tmp_path / "getekend.pdf", b"%PDF-1.7\n2")
    expect(page.locator("#documents .versions > li")).to_have_count(1)

    link, earlier = Agreement.objects.get(pk=number).documents.order_by("-pk")
    assert (link.role, link.document.file_name, earlier.document.file_name) == ("text", "getekend.pdf", "ontwerp.pdf")
    assert link.document.replaces == earlier.document
    summary = page.locator("#documents .file-facts > summary").first
    hands.go(summary)
    expect(page.locator("#documents .file-facts code").first).to_have_text(link.document.sha256)
