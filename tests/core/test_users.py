"""Accounts."""

import uuid

import pytest

from kateder.core import users
from kateder.core.actors import Actor, Role
from kateder.core.models import AuditEvent


@pytest.mark.usefixtures("tenant")
def test_a_new_account_cannot_sign_in_yet_and_is_audited() -> None:
    person = uuid.uuid4()
    user = users.add("anna", display_name="A", person_id=person, staff_roles=[Role.OFFICER], by=Actor.system("test"))
    assert not user.has_usable_password()
    assert (user.person_id, user.staff_roles) == (person, ["officer"])
    assert AuditEvent.objects.filter(event="user_added", subject_id=str(user.id)).exists()


@pytest.mark.usefixtures("tenant")
def test_a_user_name_is_given_once() -> None:
    users.add("anna", display_name="A", by=Actor.system("test"))
    with pytest.raises(users.UserNameTaken):
        users.add("anna", display_name="B", by=Actor.system("test"))
