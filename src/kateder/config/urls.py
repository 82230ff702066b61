"""Every address, gathered from the apps."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kateder.trust.urls")),
    path("", include("kateder.sources.egil_in.urls")),
    path("", include("kateder.signin.urls")),
    path("", include("kateder.portal.urls")),
]
