"""Every address of Entente. Each app keeps its own; the rights matrix in the tests walks them all."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from accounts.views.language import choose_language
from core import views

urlpatterns = [
    path("accounts/login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("language/", choose_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("typed-day/", views.typed_day, name="typed-day"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("partners.urls")),
    path("", include("agreements.urls")),
    path("", include("missions.urls")),
    path("", include("follow_ups.urls")),
    path("", include("dashboard.urls")),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler500 = "core.views.server_error"
