"""Who may come in where, and what the others are told."""

from __future__ import annotations

import pytest

from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from tests.cast import Cast
from tests.portal.visits import text_of, visit

OFFICE = ["/oversikt/", "/kallor/", "/tjanster/", "/datafloden/", "/licenser/"]


@pytest.mark.parametrize("path", ["/klasser/", "/personer/"])
def test_who_has_not_signed_in_is_sent_to_sign_in_and_back_again(cast: Cast, path: str) -> None:
    answer = visit(cast, None).get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/logga-in?next=%2F{path.strip('/')}%2F"


@pytest.mark.parametrize("path", ["/klasser/", "/personer/"])
def test_pupil_is_refused_and_the_refusal_is_audited(cast: Cast, path: str) -> None:
    assert "Den här sidan får du inte se" in text_of(visit(cast, "elsa"), path, status=403)
    with within(cast.authority.id):
        assert AuditEvent.objects.filter(event="page.refused", subject_id=path).exists()


@pytest.mark.parametrize("path", ["/hjalp/", "/tillganglighet/"])
def test_help_is_open_to_everybody(cast: Cast, path: str) -> None:
    assert "Björkvikens kommun" in text_of(visit(cast, None), path)


def test_page_of_somebody_is_kept_by_no_browser(cast: Cast) -> None:
    assert "no-store" in visit(cast, "tove").get("/klasser/")["Cache-Control"]
    assert "no-store" in visit(cast, "elsa").get("/")["Cache-Control"]


def test_menu_holds_only_what_the_role_reaches(cast: Cast) -> None:
    page = text_of(visit(cast, "tove"), "/klasser/")
    assert 'href="/klasser/" aria-current="page"' in page
    assert not any(f'href="{path}"' in page for path in OFFICE)


def test_address_that_does_not_exist_is_answered_in_the_look(cast: Cast) -> None:
    assert "Sidan finns inte" in text_of(visit(cast, "tove"), "/finns-inte/", status=404)
