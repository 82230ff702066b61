"""Every address, gathered from the apps."""

from django.urls import URLPattern, URLResolver, path

from kateder.core.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("halsa", health, name="health"),
]
