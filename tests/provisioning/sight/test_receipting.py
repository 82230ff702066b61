"""A receipt says which fields were sent, by name, and on what grounds: shared rows, no values."""

from __future__ import annotations

from kateder.governance import api as governance
from kateder.governance.api import Display, Field, FieldChoice, Level
from kateder.governance.models import Agreement, Decision
from kateder.provisioning import api as provisioning
from kateder.provisioning.models import FieldSet, Grounds, Receipt
from kateder.provisioning.sight.receipting import paths_of
from tests.deliveries import Delivery


def of_user(delivery: Delivery, name: str) -> Receipt:
    with delivery.inside():
        found = provisioning.receipts(person_id=delivery.cast[name]).select_related("fields", "grounds")
        return found.filter(resource_type="User")[0]


def test_a_receipt_names_the_fields_that_were_sent(delivery: Delivery) -> None:
    with delivery.inside():
        governance.set_policy(
            delivery.offer.service.id,
            level=Level.FIELDS,
            display=Display.FULL_NAME,
            fields=[FieldChoice(Field.GIVEN_NAME, "Tilltal", "3.1"), FieldChoice(Field.FAMILY_NAME, "Tilltal", "3.1")],
            by=delivery.offer.by,
        )
    delivery.first()
    receipt = of_user(delivery, "elsa")
    assert receipt.fields is not None
    assert {"displayName", "name/givenName", "name/familyName", "userName"} <= set(receipt.fields.paths)
    assert "Elsa" not in str(receipt.fields.paths)


def test_a_receipt_names_the_lot_the_decision_and_the_agreement_of_its_day(delivery: Delivery) -> None:
    delivery.first()
    grounds = of_user(delivery, "elsa").grounds
    assert grounds is not None
    with delivery.inside():
        assert grounds.agreement_id == Agreement.objects.get(service=delivery.offer.service).id
        assert grounds.decision_id == Decision.objects.get(service=delivery.offer.service).id
    (cause,) = grounds.causes
    assert (cause["kind"], cause["subject"]) == ("group", str(delivery.cast["class_5b"]))
    assert cause["lot"] is not None


def test_very_many_receipts_share_few_rows(delivery: Delivery) -> None:
    delivery.first()
    delivery.join(15)
    delivery.run()
    with delivery.inside():
        assert FieldSet.objects.filter(resource_type="User").count() == 2  # with a school, and without
        assert Grounds.objects.count() == 3  # the class, its teacher, and what concerns nobody
        assert not Receipt.objects.exclude(action="remove").filter(fields=None).exists()


def test_a_body_says_its_paths_by_name_and_not_by_number() -> None:
    body = b'{"emails":[{"value":"a\\":\\"b"},{"value":"c","primary":true}],"name":{"givenName":":"}}'
    assert paths_of("User", body) == ("emails/*/primary", "emails/*/value", "name/givenName")
    assert paths_of("User", body) == paths_of("User", body)
