"""Addresses of the agreement pages."""

from django.urls import path

from agreements.views.agreement import agreement_detail
from agreements.views.family import agreement_family
from agreements.views.files import agreement_file
from agreements.views.lists import AgreementList
from agreements.views.options import AgreementOptions
from agreements.views.overview import AgreementOverview
from agreements.views.register import register, register_csv, register_dictionary, register_json
from agreements.views.steps import SLUGS, TakeStep, agreement_steps

urlpatterns = [
    path("agreements/", AgreementList.as_view(), name="agreements"),
    path("agreements/export.csv", AgreementList.as_view(rendering="csv"), name="agreements-export"),
    path("agreements/overview/", AgreementOverview.as_view(), name="agreements-overview"),
    path("agreements/register/", register, name="agreements-register"),
    path("agreements/register.csv", register_csv, name="agreements-register-csv"),
    path("agreements/register.json", register_json, name="agreements-register-json"),
    path("agreements/register-dictionary.csv", register_dictionary, name="agreements-register-dictionary"),
    path("agreements/options/", AgreementOptions.as_view(), name="agreement-options"),
    path("agreements/<int:pk>/", agreement_detail, name="agreement"),
    path("agreements/<int:pk>/family/", agreement_family, name="agreement-family"),
    path("agreements/<int:pk>/steps/", agreement_steps, name="agreement-steps"),
    *(
        path(f"agreements/<int:pk>/steps/{word}/", TakeStep.as_view(step=step), name=f"agreement-step-{word}")
        for step, word in SLUGS.items()
    ),
    path("agreements/<int:pk>/files/<int:document>/", agreement_file, name="agreement-file"),
]
