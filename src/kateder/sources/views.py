"""What other systems call: for machines, not for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kateder.core.models import Authority
from kateder.sources.ss12000 import hooks
from kateder.sources.tasks import request_run


@csrf_exempt
@require_POST
def notified(request: HttpRequest, secret: str) -> HttpResponse:
    """A server says that something has changed: ask for a run, whatever it says. 404 for an unknown secret.

    Many notifications before the run begins are one run. A paused authority reads when it goes on.
    """
    hook = hooks.find(secret)
    if hook is None:
        return HttpResponse(status=404)
    hook.heard_at = timezone.now()
    hook.save(update_fields=["heard_at"])
    authority: Authority = request.authority  # type: ignore[attr-defined]
    if authority.paused_at is None:
        request_run(hook.source_id)
    return HttpResponse(status=200)
