"""Users, departments and the record of exports: for administrators."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User, full_name
from accounts.rights import Role
from core.admin import GuardedAdmin, ReferenceAdmin
from core.exports import Column, words_of
from core.languages import localised
from core.models import ExportRecord

admin.site.unregister(Group)  # Rights come from `accounts.rights`; groups are unused.


@admin.register(Department)
class DepartmentAdmin(ReferenceAdmin):
    """Who does the work in-house."""

    noun = "departments"
    list_display = ("__str__", "abbreviation", "name_nl", "name_fr", "name_en", "is_active")
    fieldsets = ((None, {"fields": ("abbreviation", "name_nl", "name_fr", "name_en", "is_active")}),)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """Django's; what it says about signing in otherwise was put together in the language of the server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "usable_password" in self.fields:
            self.fields["usable_password"].help_text = _("Switched off, the user cannot sign in with a password.")


@admin.register(User)
class UserAdmin(GuardedAdmin, DjangoUserAdmin):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """Colleagues: who they are, and the role that says what they may do."""

    noun = "users"
    change_password_form = PasswordForm
    list_display = ("username", "first_name", "last_name", "role", "department", "is_active", "last_login")
    list_filter = ("role", "is_active", "department")
    list_select_related = ("department",)
    search_fields = ("username", "first_name", "last_name")
    ordering = ("last_name", "first_name", "username")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "department", "language")}),
        (
            _("Rights"),
            {"fields": ("role", "is_active"), "description": _("A user who leaves is switched off, not deleted.")},
        ),
        (_("Record"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "department", "language")}),
        (_("Rights"), {"fields": ("role",)}),
    )
    export_columns: ClassVar[Sequence[Column]] = (
        Column("id", _("number"), "pk"),
        Column("username", _("user name"), "username"),
        Column("first_name", _("first name"), "first_name"),
        Column("last_name", _("last name"), "last_name"),
        Column("role", _("role"), "role", words_of(Role.choices)),
        Column("department", _("department"), lambda reading: localised("department__name")),
        Column("active", _("active"), "is_active"),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj._history_user = request.user
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj._history_user = request.user
        super().delete_model(request, obj)


@admin.register(ExportRecord)
class ExportRecordAdmin(GuardedAdmin):
    """Who took which rows away; only to read."""

    noun = "exports"
    list_display = ("at", "by", "noun", "row_count", "format", "query")
    list_filter = ("noun", "format")
    list_select_related = ("by",)
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fieldsets = ((None, {"fields": ("at", "by", "noun", "query", "row_count", "format")}),)
    readonly_fields = ("at", "by", "noun", "query", "row_count", "format")
    export_columns: ClassVar[Sequence[Column]] = (
        Column("at", _("at"), "at"),
        Column("by", _("by"), lambda reading: full_name("by")),
        Column("list", _("list"), "noun"),
        Column("filter", _("filter"), "query"),
        Column("rows", _("number of rows"), "row_count"),
        Column("format", _("format"), "format"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
