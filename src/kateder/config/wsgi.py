"""What granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
_django = get_wsgi_application()

from kateder.provisioning.ss12000.passing import ShortWay  # noqa: E402 - its models need Django

application = ShortWay(_django)
