"""A released id tells nothing about the root id and differs between services."""

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from kateder.governance.pseudonyms import Kind, released_id, service_key

AUTHORITY = b"a" * 32
keys = st.binary(min_size=32, max_size=32)


@given(keys, st.uuids(), st.sampled_from(Kind))
def test_a_released_id_is_a_uuid_of_version_5(key: bytes, root: UUID, kind: Kind) -> None:
    pseudonym = released_id(key, kind=kind, root_id=root)
    assert (pseudonym.version, pseudonym.variant) == (5, RFC_4122)
    assert pseudonym != root


@given(st.uuids(), st.uuids(), st.uuids())
def test_two_services_cannot_compare_their_ids(one: UUID, other: UUID, root: UUID) -> None:
    ids = {
        released_id(service_key(AUTHORITY, service_id=service, epoch=1), kind=Kind.PERSON, root_id=root)
        for service in {one, other}
    }
    assert len(ids) == len({one, other})


@given(st.uuids(), st.uuids())
def test_rotation_kind_and_authority_each_change_the_id(service: UUID, root: UUID) -> None:
    first = service_key(AUTHORITY, service_id=service, epoch=1)
    second = service_key(AUTHORITY, service_id=service, epoch=2)
    neighbour = service_key(b"b" * 32, service_id=service, epoch=1)
    ids = [released_id(key, kind=Kind.PERSON, root_id=root) for key in (first, second, neighbour)]
    ids.append(released_id(first, kind=Kind.GROUP, root_id=root))
    assert len(set(ids)) == 4


def test_a_released_id_never_changes_between_versions_of_the_code() -> None:
    key = service_key(bytes(32), service_id=UUID(int=1), epoch=1)
    assert released_id(key, kind=Kind.PERSON, root_id=UUID(int=2)) == UUID("a2021c5e-9a38-5af8-9b33-b92554ab4460")
