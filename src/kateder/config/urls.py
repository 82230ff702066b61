"""Every address, gathered from the apps."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kateder.trust.urls")),
    path("", include("kateder.sources.egil_in.urls")),
    path("ss12000/v2.0/", include("kateder.provisioning.ss12000.urls")),
    path("", include("kateder.provisioning.oneroster.urls")),
    path("", include("kateder.sources.urls")),
    path("", include("kateder.signin.urls")),
    path("", include("kateder.portal.urls")),
]
