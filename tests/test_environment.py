"""What the environment may say; anything else stops the boot in one line that names the variable."""

import pytest

from config.environment import PRODUCTION_VARIABLES, Environment, WrongEnvironment, read_environment

PRODUCTION, DEVELOPMENT = Environment(is_production=True), Environment(is_production=False)


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    for name in (*PRODUCTION_VARIABLES, "DEBUG", "ENTENTE_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_word_is_development():
    assert not read_environment().is_production


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE", "SECRET_KEY_FILE", "ALLOWED_HOSTS_FILE"])
def test_a_production_variable_means_production_also_from_a_file(monkeypatch, name):
    monkeypatch.setenv(name, "x")
    assert read_environment().is_production


def test_debug_is_on_in_development_and_off_in_production():
    assert (DEVELOPMENT.debug(), PRODUCTION.debug()) == (True, False)


@pytest.mark.parametrize("value", ["1", "yes", "maybe"])
def test_production_does_not_start_with_debug(monkeypatch, value):
    monkeypatch.setenv("DEBUG", value)
    with pytest.raises(WrongEnvironment, match=r"^DEBUG: "):
        PRODUCTION.debug()


def test_a_file_that_is_no_text_is_named(monkeypatch, tmp_path):
    path = tmp_path / "key"
    path.write_bytes(b"\xff\xfe\xfb")
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    with pytest.raises(WrongEnvironment, match=r"^SECRET_KEY_FILE: "):
        PRODUCTION.secret_key()


@pytest.mark.parametrize("key", ["", "short", "a" * 60, "django-insecure-" + "abcdefghij" * 6])
def test_a_weak_key_is_refused_in_production(monkeypatch, key):
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(WrongEnvironment, match=r"^SECRET_KEY: "):
        PRODUCTION.secret_key()
