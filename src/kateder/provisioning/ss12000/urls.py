"""Addresses of the SS 12000 server, below its base URL."""

from django.urls import path

from kateder.provisioning.ss12000 import subscription_views as views

urlpatterns = [
    path("subscriptions", views.all_subscriptions),
    path("subscriptions/<str:subscription_id>", views.one_subscription),
    # The standard has a slash at the end of these two, and clients leave it out.
    path("log", views.log),
    path("log/", views.log),
    path("statistics", views.statistics),
    path("statistics/", views.statistics),
]
