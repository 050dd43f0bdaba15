"""Answers Django's permission questions from the table of rights."""

from typing import Any, cast

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from accounts import rights
from accounts.models import User


class RightsBackend(ModelBackend):
    """Signs in with a password; groups and permission rows are unused."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        return isinstance(user_obj, User) and user_obj.is_active and rights.has_permission(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return rights.may(cast(AbstractBaseUser, user_obj), rights.Right.ENTER_ADMIN)

    def get_all_permissions(self, user_obj: Any, obj: models.Model | None = None) -> set[str]:
        return set()

    get_user_permissions = get_group_permissions = get_all_permissions
