"""Where each released thing may stand in the Users and Groups of SCIM 2.0 (RFC 7643 §4.1, §4.2)."""

from typing import Final

from kateder.governance.fields import Field
from kateder.governance.paths.checks import (
    ADDRESS,
    TEXT,
    Identifier,
    Name,
    Rule,
    UserName,
    Value,
    Vocabulary,
    one_of,
)
from kateder.governance.pseudonyms import Kind
from kateder.protocols.scim import resources as scim

_USER: Final = "User"
_GROUP: Final = "Group"
_TRUTH: Final = Value(lambda value: isinstance(value, bool))

_STRUCTURE: Final[tuple[Rule, ...]] = (
    (_USER, "schemas/*", one_of(scim.USER)),
    (_USER, "externalId", Identifier(Kind.PERSON)),
    (_USER, "userName", UserName(Kind.PERSON)),
    (_USER, "displayName", Name(Kind.PERSON)),
    (_USER, "active", _TRUTH),
    (_USER, "userType", one_of(scim.STUDENT, scim.TEACHER)),
    (_GROUP, "schemas/*", one_of(scim.GROUP)),
    (_GROUP, "externalId", Identifier(Kind.GROUP)),
    (_GROUP, "displayName", Name(Kind.GROUP)),
    # The service's own id stands here when it is sent; what is looked at is ours.
    (_GROUP, "members/*/value", Identifier(Kind.PERSON, ties=True)),
)
_BY_FIELD: Final[dict[Field, tuple[Rule, ...]]] = {
    Field.GIVEN_NAME: ((_USER, "name/givenName", TEXT),),
    Field.FAMILY_NAME: ((_USER, "name/familyName", TEXT),),
    Field.USER_NAME: ((_USER, "userName", ADDRESS),),
    Field.EMAILS: (
        (_USER, "userName", ADDRESS),
        (_USER, "emails/*/value", ADDRESS),
        (_USER, "emails/*/type", one_of(scim.WORK)),
        (_USER, "emails/*/primary", _TRUTH),
    ),
}

SCIM2: Final = Vocabulary(
    name="scim2",
    structure=_STRUCTURE,
    by_field=_BY_FIELD,
    in_the_open={
        Kind.PERSON: ((_USER, "displayName", TEXT),),
        Kind.GROUP: ((_GROUP, "displayName", TEXT),),
    },
    speaks_of={_USER: "externalId"},
)
