"""The addresses to which sources are delivered."""

from django.urls import path

from kateder.sources.egil_in import views

urlpatterns = [path("egil/<uuid:source_id>/v2/<path:rest>", views.serve, name="egil-in")]
