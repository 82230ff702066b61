"""Addresses for API clients."""

from django.urls import path

from kateder.trust import views

urlpatterns = [
    path("oauth/token", views.token, name="api-token"),
    path("oauth/revoke", views.revoke, name="api-revoke"),
]
