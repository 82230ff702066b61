"""The demo's own files are understood, and its services say what they are meant to show."""

from datetime import date

import pytest

from kateder.catalogue.models import Resource
from kateder.core.actors import Actor
from kateder.demo.setup.services import add_services
from kateder.governance import api as governance

TODAY = date(2026, 11, 23)


@pytest.mark.usefixtures("tenant")
def test_services_of_the_demo_show_every_answer_of_governance() -> None:
    connected = add_services(pages="http://127.0.0.1:8100", today=TODAY, by=Actor.system("test"))
    flows = {flow.service_name: flow for flow in governance.data_flows(today=TODAY)}
    assert flows["Lärkan"].service_id == connected
    assert flows["Lärkan"].verdict.may_create
    assert flows["Lärkan"].level is governance.Level.PAIRWISE
    assert flows["Talverkstan"].level is governance.Level.FIELDS
    assert flows["Provtjänsten"].cells["civic_no"].knows is governance.Knows.SPECIAL
    assert flows["Spelhyllan"].verdict.reason is governance.Reason.DECISION_REFUSED


@pytest.mark.usefixtures("tenant")
def test_setting_the_services_up_again_changes_nothing() -> None:
    for _ in range(2):
        add_services(pages="http://127.0.0.1:8100", today=TODAY, by=Actor.system("test"))
    assert len(governance.data_flows(today=TODAY)) == 4


@pytest.mark.usefixtures("tenant")
def test_every_digital_resource_of_the_connected_service_has_a_page_of_its_own() -> None:
    connected = add_services(pages="http://127.0.0.1:8100", today=TODAY, by=Actor.system("test"))
    pages = list(Resource.objects.filter(service_id=connected).values_list("target_link_uri", flat=True))
    assert len(pages) == len(set(pages)) > 5
    assert all(page.startswith("http://127.0.0.1:8100/resurs/") for page in pages)
