"""Addresses at which other systems tell a source something."""

from django.urls import path

from kateder.sources import views
from kateder.sources.ss12000.hooks import PATH

urlpatterns = [path(f"{PATH}<str:secret>", views.notified, name="source-notified")]
