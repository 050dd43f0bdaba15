"""Addresses of follow_ups."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
