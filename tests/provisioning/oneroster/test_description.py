"""Our OpenAPI documents of OneRoster say what is answered, and no answer says otherwise."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from kateder.protocols.oneroster.openapi import GRADEBOOK_DOCUMENT, ROSTERING_DOCUMENT
from kateder.protocols.oneroster.resources import ROUTES
from kateder.provisioning.oneroster.gradebook_views import GATES
from tests.provisioning.oneroster.calling import ROSTERING, Consumer
from tests.provisioning.oneroster.test_gradebook import BASE, SCOPES, Book, consumer

Schema = dict[str, Any]


def document(consumer: Consumer, base: str, name: str) -> Schema:
    response = Client(headers={"host": f"{consumer.authority.slug}.test"}).get(f"{base}discovery/{name}")
    assert response.status_code == 200
    return dict(response.json())


def whole(schema: Schema, document: Schema) -> Schema:
    """A schema that finds what it refers to."""
    return {**schema, "components": document["components"]}


def test_every_address_stands_in_the_documents(reads: Consumer) -> None:
    rostering = document(reads, ROSTERING, ROSTERING_DOCUMENT)
    gradebook = document(reads, BASE, GRADEBOOK_DOCUMENT)

    assert len(rostering["paths"]) == len(ROUTES) == 41
    assert len(gradebook["paths"]) == len(GATES)
    assert "/classes/{classesId}/students" in rostering["paths"]
    assert rostering["servers"][0]["url"].endswith("/ims/oneroster/rostering/v1p2")
    flow = gradebook["components"]["securitySchemes"]["OAuth2CC"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"].endswith("/oauth/token")
    assert len(flow["scopes"]) == 5


@pytest.mark.parametrize("path", ["orgs", "academicSessions", "courses", "classes", "users", "enrollments"])
def test_what_is_answered_is_as_the_document_says(reads: Consumer, path: str) -> None:
    told = document(reads, ROSTERING, ROSTERING_DOCUMENT)
    schema = told["paths"][f"/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    jsonschema_rs.validate(whole(schema, told), reads.ask(path).json())
    refused = told["paths"][f"/{path}"]["get"]["responses"]["400"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate(whole(refused, told), reads.ask(path, limit="x").json())


def test_results_and_removals_are_as_the_document_says(reads: Consumer) -> None:
    book = Book(consumer(reads.authority, service_id=reads.client.service_id, scopes=SCOPES))
    told = document(reads, BASE, GRADEBOOK_DOCUMENT)
    book.item()
    book.put("results", "r-1", book.result(late="true", comment="Bra"))
    for path in ("categories", "lineItems", "results"):
        schema = told["paths"][f"/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema_rs.validate(whole(schema, told), book.ask(path).json())
    book.ask("lineItems/li-1", method="DELETE")
    for path in ("lineItems", "results"):
        schema = told["paths"][f"/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        removed = book.ask(path, filter="status='tobedeleted'").json()
        assert len(removed[path]) == 1
        jsonschema_rs.validate(whole(schema, told), removed)
