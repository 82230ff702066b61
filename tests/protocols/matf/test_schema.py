"""What the published schema takes we take, what it refuses we refuse, entity by entity."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.protocols.matf.federating import NOW, Signer, digest, endpoint, member, signed

from kateder.protocols.matf.accepting import accept
from kateder.protocols.matf.refusals import BadEntity
from kateder.protocols.matf.schema import entity_of

SPECS = os.environ.get("KATEDER_SPECS", "")
published = pytest.mark.skipif(not SPECS, reason="KATEDER_SPECS names no folder with the published documents")
WHOLE = member(
    "https://a.example", servers=[endpoint(digest(1), base_uri="https://a.example/scim", description="SCIM")],
    clients=[endpoint(digest(2), tags=["bolv1"])],
)  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "x", "sha256", "https://a.example", digest(3)]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["alg", "digest", "z"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def is_taken(entity: object) -> bool:
    try:
        entity_of(entity)
    except BadEntity:
        return False
    return True


@published
def test_published_example_is_accepted() -> None:
    example = json.loads((Path(SPECS) / "matf-metadata-example.json").read_text())
    signer = Signer()
    found = accept(signed(signer, example["entities"]), keys=signer.keys, now=NOW)
    assert found.dropped == ()
    server = found.metadata.server("https://example.com", "scim")
    assert server is not None
    assert server.base_uri == "https://scim.example.com/"
    caller = found.metadata.caller(server.pins[0])
    assert caller is not None
    assert caller.tags == frozenset()


@published
@settings(max_examples=300, derandomize=True)
@given(data=st.data())
def test_whatever_the_draft_takes_is_taken_and_what_it_refuses_is_refused(data: st.DataObject) -> None:
    """Any place of an entity is changed to anything, or removed."""
    entity = _changed(deepcopy(WHOLE), data)
    # A name that is empty is a string to the schema; to us it is nobody.
    is_named = entity.get("entity_id") != ""
    assert is_taken(entity) == (is_named and _draft()({"version": "1.0.0", "entities": [entity]}))


def _changed(entity: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    place: Any = entity
    while True:
        steps: list[Any] = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        step = data.draw(st.sampled_from(steps))
        if isinstance(place[step], dict | list) and place[step] and data.draw(st.integers(0, 2)):
            place = place[step]
            continue
        if data.draw(st.booleans()):
            place[step] = data.draw(JSON)
        else:
            del place[step]
        return entity


_known: list[Callable[[object], bool]] = []


def _draft() -> Callable[[object], bool]:
    if not _known:
        schema = yaml.safe_load((Path(SPECS) / "matf-metadata-schema-draft02.yaml").read_text())
        _known.append(jsonschema_rs.validator_for(schema).is_valid)
    return _known[0]


@pytest.mark.parametrize(
    ("of_rfc", "of_draft"),
    [
        ({}, {"issuers": []}),
        ({}, {"clients": [{"pins": []}]}),
        ({}, {"issuers": [{}]}),
        ({}, {"clients": [{"pins": [{"alg": "sha256", "digest": "AAAA"}]}]}),
    ],
)  # fmt: skip
def test_rfc_asks_for_more_than_the_draft(of_rfc: dict[str, Any], of_draft: dict[str, Any]) -> None:
    assert not entity_of({**WHOLE, **of_rfc}).follows_draft
    assert entity_of({**WHOLE, **of_draft}).follows_draft


def test_pins_of_either_form_are_read_but_no_mixture_with_more() -> None:
    assert is_taken({**WHOLE, "clients": [{"pins": [{"name": "sha256", "value": digest(3)}]}]})
    assert not is_taken({**WHOLE, "clients": [{"pins": [{"alg": "sha256", "digest": digest(3), "more": 1}]}]})
    assert not is_taken({**WHOLE, "clients": [{"pins": [{"name": "sha1", "value": digest(3)}]}]})
