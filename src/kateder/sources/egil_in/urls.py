"""The addresses to which sources are delivered."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def serve(request: HttpRequest, source_id: UUID, rest: str) -> HttpResponse:
    """Every address below a source's."""
    # Imported with the first delivery: the SCIM library takes 10 MB and a second in each process that serves.
    from kateder.sources.egil_in import views

    return views.serve(request, source_id, rest)


@csrf_exempt
def serve_member(request: HttpRequest, rest: str) -> HttpResponse:
    """Every address below the one that we publish in federations: it is the same for all members."""
    from kateder.sources.egil_in import views

    return views.serve_member(request, rest)


urlpatterns = [
    path("egil/<uuid:source_id>/v2/<path:rest>", serve, name="egil-in"),
    path("egil/v2/<path:rest>", serve_member, name="egil-in-member"),
]
