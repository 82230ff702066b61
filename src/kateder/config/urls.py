"""Every address, gathered from the apps."""

from django.urls import URLPattern, URLResolver, include, path

from kateder.core.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("halsa", health, name="health"),
    path("", include("kateder.signin.urls")),
    path("", include("kateder.portal.urls")),
]
