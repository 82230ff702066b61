"""A federation with members, something wrong in it, and a key of ours that is being changed."""

from __future__ import annotations

from uuid import UUID

from kateder.core.models import Authority
from kateder.trust import api as trust
from kateder.trust.api import Federation, KeyUse
from tests.protocols.matf.federating import digest, endpoint, member
from tests.trust.federated import federate, serving


def make_federation(authority: Authority) -> UUID:
    """Give the id of the federation; call it outside transactions."""
    names = ("Läromedelsförlaget Björken", "Grannkommunen", "Skolgruppen i Norr", "Provtjänsten")
    members = [
        member(
            f"https://medlem-{number}.example.se", organization=name, organization_id=f"SE556000000{number}",
            servers=[endpoint(digest(100 + number), base_uri=f"https://scim-{number}.example.se/v2")],
            clients=[endpoint(digest(number), tags=["bolv1"])],
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    with serving() as site:
        federated = federate(authority, site, name="Skolfederation Moa (prov)")
        with federated.inside():
            entity = trust.describe_entity(
                federated.federation_id, entity_id="https://bjorkviken.se", organization="Björkvikens kommun",
                organization_id="SE2120000000", server_uri="https://egil.bjorkviken.se/egil/v2",
                server_tags=["egilv1"], by=federated.actor, now=federated.now,
            )  # fmt: skip
            ours = trust.entity_json(entity)
        federated.publish(*members, ours)
        with federated.inside():
            trust.begin_rotation(entity.pk, KeyUse.CLIENT, by=federated.actor, now=federated.now)
            both = trust.entity_json(entity)
        federated.publish(*members, both, {"entity_id": "https://fel.example.se"})
    with federated.inside():
        # What is asked for by itself would ask a site that is gone.
        Federation.objects.update(address="https://fed.example.se/prov/md.jws")
    return federated.federation_id
