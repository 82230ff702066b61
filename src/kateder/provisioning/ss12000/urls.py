"""Addresses of the SS 12000 server, below its base URL."""

from django.urls import URLPattern, path, re_path

from kateder.protocols.ss12000.endpoints import AGGREGATED, ENDPOINTS
from kateder.provisioning.ss12000 import subscription_views, views
from kateder.provisioning.ss12000.description import openapi

LOOKED_UP = "|".join(endpoint.path for endpoint in ENDPOINTS.values() if endpoint.lookup)
EVERY = "|".join(ENDPOINTS)

urlpatterns: list[URLPattern] = [
    path("openapi.json", openapi, name="ss12000-openapi"),
    path("subscriptions", subscription_views.all_subscriptions),
    path("subscriptions/<str:subscription_id>", subscription_views.one_subscription),
    # The standard has a slash at the end of these two, and clients leave it out.
    path("log", subscription_views.log),
    path("log/", subscription_views.log),
    path("statistics", subscription_views.statistics),
    path("statistics/", subscription_views.statistics),
    path("deletedEntities", views.gone, name="ss12000-deleted"),
    path(AGGREGATED.path, views.sums, name="ss12000-sums"),
    re_path(rf"^(?P<path>{LOOKED_UP})/lookup$", views.lookup, name="ss12000-lookup"),
    re_path(rf"^(?P<path>{EVERY})$", views.things, name="ss12000-things"),
    re_path(rf"^(?P<path>{EVERY})/(?P<id_>[^/]+)$", views.thing, name="ss12000-thing"),
    re_path("", views.nothing, name="ss12000-nothing"),
]
