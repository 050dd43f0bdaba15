"""Addresses of the agreement pages."""

from django.urls import path

from agreements.views.agreement import agreement_detail
from agreements.views.files import agreement_file
from agreements.views.lists import AgreementList
from agreements.views.options import AgreementOptions

urlpatterns = [
    path("agreements/", AgreementList.as_view(), name="agreements"),
    path("agreements/export.csv", AgreementList.as_view(rendering="csv"), name="agreements-export"),
    path("agreements/options/", AgreementOptions.as_view(), name="agreement-options"),
    path("agreements/<int:pk>/", agreement_detail, name="agreement"),
    path("agreements/<int:pk>/files/<int:document>/", agreement_file, name="agreement-file"),
]
