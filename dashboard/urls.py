"""Addresses of dashboard."""

from django.urls import path

from dashboard.views.figures import figures, figures_by_week
from dashboard.views.home import home
from dashboard.views.search import search_options, search_page

urlpatterns = [
    path("", home, name="home"),
    path("figures/", figures, name="figures"),
    path("figures/weeks/", figures_by_week, name="figures-by-week"),
    path("search/", search_page, name="search"),
    path("search/options/", search_options, name="search-options"),
]
