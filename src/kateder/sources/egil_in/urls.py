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


urlpatterns = [path("egil/<uuid:source_id>/v2/<path:rest>", serve, name="egil-in")]
