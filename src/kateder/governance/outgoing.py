"""Compiles a service's allow-list from its policy and from what has been stored for it."""

import contextlib
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from kateder.core import db
from kateder.governance.allow_list import AllowList, Known
from kateder.governance.context import AUTHORITY_TYPE
from kateder.governance.fields import ProtectedRule
from kateder.governance.paths import EGIL, VOCABULARIES
from kateder.governance.people import PROTECTED
from kateder.governance.policies import Policy, Rules, policy_of
from kateder.governance.pseudonyms import Kind

_THINGS = """
SELECT kind, released_id::text FROM governance_pseudonym
 WHERE service_id = %(service)s AND epoch = %(epoch)s AND kind <> 'person'
   AND (%(everything)s OR root_id = ANY(%(only)s))
"""
_THING_NAMES = """
SELECT kind, alias FROM governance_alias WHERE service_id = %(service)s AND kind <> 'person'
   AND (%(everything)s OR root_id = ANY(%(only)s))
"""
_PEOPLE = f"""
SELECT s.released_id::text, a.alias, {PROTECTED}
  FROM governance_pseudonym s
  JOIN register_person p ON p.id = s.root_id
  LEFT JOIN governance_alias a ON a.service_id = s.service_id AND a.kind = 'person' AND a.root_id = s.root_id
 WHERE s.service_id = %(service)s AND s.epoch = %(epoch)s AND s.kind = 'person'
   AND (%(everything)s OR s.root_id = ANY(%(only)s))
"""
_AUTHORITIES = "SELECT display_name FROM register_organisation WHERE organisation_type = %(authority)s"


def allow_list(
    service_id: UUID,
    *,
    today: date,
    people: Collection[UUID] | None = None,
    only: Collection[UUID] | None = None,
    vocabulary: str = EGIL.name,
    rules: Rules | None = None,
) -> AllowList:
    """Compile what may leave to a service today; `people` (root ids) narrows it to claims about them, `only` to what
    bodies say of these people and things. `vocabulary` says which bodies are meant; `rules` are the service's, where
    they have been read in this transaction.

    Compile it after `release_many` and `release_context`: only stored identifiers pass. A person who has
    become protected, and a service that has no rule for that, are no longer among them.
    """
    policy = rules.policy if rules else policy_of(service_id, today=today)
    return AllowList(
        service_id,
        fields=policy.approved.keys(),
        in_the_open=policy.in_the_open,
        known=_known(policy, today, only if people is None else people, things=people is None),
        vocabulary=VOCABULARIES[vocabulary],
    )


def _known(policy: Policy, today: date, only: Collection[UUID] | None, *, things: bool) -> Known:
    ids: defaultdict[Kind, set[str]] = defaultdict(set)
    names: defaultdict[Kind, set[str]] = defaultdict(set)
    alias_only: set[str] = set()
    values = {
        "service": policy.service_id,
        "epoch": policy.epoch,
        "today": today,
        "authority": AUTHORITY_TYPE,
        "everything": only is None,
        "only": db.uuids(only or ()),
    }
    with db.cursor() as cursor:
        if things:
            for kind, released in cursor.execute(_THINGS, values).fetchall():
                ids[Kind(kind)].add(released)
            for kind, alias in cursor.execute(_THING_NAMES, values).fetchall():
                names[Kind(kind)].add(alias)
            names[Kind.ORGANISATION].update(name for (name,) in cursor.execute(_AUTHORITIES, values))
        with db.whole_sets(cursor) if only is None else contextlib.nullcontext():
            for released, alias, is_protected in cursor.execute(_PEOPLE, values):
                if is_protected and policy.protected_rule is ProtectedRule.NONE:
                    continue
                ids[Kind.PERSON].add(released)
                if alias is not None:
                    names[Kind.PERSON].add(alias)
                if is_protected:
                    alias_only.add(released)
    return Known(
        {kind: frozenset(values) for kind, values in ids.items()},
        {kind: frozenset(values) for kind, values in names.items()},
        frozenset(alias_only),
        may_tie=not policy.reveals_school,
    )
