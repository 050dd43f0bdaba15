"""Who writes: a user, or Entente itself when a command loads or repairs data."""

from django.contrib.auth.base_user import AbstractBaseUser


class System:
    """Entente itself, as the writer of what no person typed (imports, repairs); shown as "Entente"."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()
Writer = AbstractBaseUser | System


class WriterUnknown(TypeError):
    """A write did not say who makes it (`by=`)."""


def user_of(by: Writer | None) -> AbstractBaseUser | None:
    """The user behind `by`, None for Entente itself. Raises WriterUnknown when `by` was left out."""
    if isinstance(by, System):
        return None
    if by is None or not by.is_authenticated:
        raise WriterUnknown("Say who writes: save(by=user), or by=SYSTEM for a command.")
    return by
