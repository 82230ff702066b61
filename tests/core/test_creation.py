"""Making many models in one migration operation."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.state import ProjectState

from kateder.core.creation import CreateModels


def creations() -> list[migrations.CreateModel]:
    """Two models, of which the first refers to the second."""
    key = ("id", models.BigAutoField(primary_key=True))
    book = [key, ("shelf", models.ForeignKey("tests.Shelf", models.CASCADE, related_name="books"))]
    return [
        migrations.CreateModel(
            "Book", fields=book, options={"indexes": [models.Index(fields=["shelf"], name="book_ix")]}
        ),
        migrations.CreateModel("Shelf", fields=[key]),
    ]


def test_models_made_together_are_what_they_are_made_one_by_one() -> None:
    together, one_by_one = ProjectState(), ProjectState()
    CreateModels(creations()).state_forwards("tests", together)
    for creation in creations():
        creation.state_forwards("tests", one_by_one)
    assert together == one_by_one
    assert together.apps.get_model("tests", "Shelf").books.rel.related_model.__name__ == "Book"


def test_models_made_together_are_rendered_when_the_last_is_there_and_not_for_each() -> None:
    state = ProjectState()
    assert not list(state.apps.get_models()), "rendered once, as Django does before it begins"
    CreateModels(creations()).state_forwards("tests", state)
    assert "apps" not in state.__dict__
    assert {model.__name__ for model in state.apps.get_models()} == {"Book", "Shelf"}


def test_a_migration_that_makes_models_together_can_be_read_aloud() -> None:
    assert CreateModels(creations()).describe() == "Create models Book, Shelf"
