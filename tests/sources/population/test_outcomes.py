"""Reconciliation with the population register gives outcomes, protects at once, and makes or removes nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cast import TODAY, Cast
from tests.sources.population.people import (
    CHILD,
    ELSEWHERE,
    HERE,
    NUMBERS,
    everybody,
    files,
    number,
    outcomes,
    reconcile,
    record,
    write,
)

from kateder.core.findings import open_findings
from kateder.core.models import FeedEntry
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources.population import api as population
from kateder.sources.population.api import Decision, OutcomeKind
from kateder.sources.population.errors import ManyMarked, NoPersons, NotForThat, NumberTaken
from kateder.sources.population.models import PopulationOutcome, PopulationRun
from kateder.sources.population.reconciling import differences

NEW = "201503092999"
BORN_HERE = {
    "01001": CHILD, "01012": "Nova", "01014": "Ny", "01022": HERE[:2], "01023": HERE[2:],
    "01033": "Nygatan 2", "01034": "26232", "01035": "ÄNGELHOLM",
}  # fmt: skip
SECRET, PROTECTED = {"01003": "J"}, {"01020": "J"}


@pytest.fixture
def town(cast: Cast) -> Cast:
    """The cast with numbers."""
    number(cast)
    return cast


def test_who_lives_and_goes_to_school_here_is_only_counted(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town))
    counts = reconcile(town, files(town, tmp_path))
    assert counts["totals"] == {"here": 4}
    assert counts["units"] == {str(town["bjork"]): {"here": 3}, str(town["lund"]): {"here": 1}}


def test_who_is_enrolled_and_lives_elsewhere_is_an_outcome_and_no_error(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town, olle={"01022": ELSEWHERE[:2], "01023": ELSEWHERE[2:]}))
    counts = reconcile(town, files(town, tmp_path))
    (olle,) = outcomes(town, OutcomeKind.ELSEWHERE)
    assert (olle.person_id, olle.unit_id, olle.details) == (town["olle"], town["bjork"], {"municipality": ELSEWHERE})
    assert counts["units"][str(town["bjork"])] == {"here": 2, "elsewhere": 1}
    with within(town.authority.id):
        assert not open_findings().filter(scope__startswith="population").exists()


def test_a_child_of_school_age_who_lives_here_and_goes_nowhere_of_ours_is_listed(town: Cast, tmp_path: Path) -> None:
    young = {**BORN_HERE, "01001": "202104052389"}
    grown = {**BORN_HERE, "01001": "200704052387"}
    neighbour = {**BORN_HERE, "01001": "201604062388", "01023": ELSEWHERE[2:]}
    write(tmp_path, [*everybody(town), BORN_HERE, young, grown, neighbour])
    reconcile(town, files(town, tmp_path))
    (nova,) = outcomes(town, OutcomeKind.NOT_ENROLLED)
    assert (nova.civic_no, nova.name, nova.address) == (CHILD, "Nova Ny", "Nygatan 2, 26232 ÄNGELHOLM")
    with within(town.authority.id):
        assert not Person.objects.filter(civic_no=CHILD).exists(), "nobody is made"


def test_a_protected_child_who_is_not_here_is_a_number_and_nothing_more(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, [*everybody(town), {**BORN_HERE, **SECRET}])
    counts = reconcile(town, files(town, tmp_path))
    assert counts["protected_not_here"] == 1
    assert outcomes(town, OutcomeKind.NOT_ENROLLED) == []


def test_a_new_marking_protects_before_the_next_delivery(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town, elsa=PROTECTED, tove=SECRET))
    register = files(town, tmp_path)
    with within(town.authority.id):
        before = FeedEntry.objects.count()
    reconcile(town, register)
    with within(town.authority.id):
        assert town.person("elsa").security_marking == "Skyddad folkbokföring"
        assert town.person("tove").security_marking == "Sekretessmarkering"
        assert FeedEntry.objects.count() > before
    assert {one.person_id for one in outcomes(town, OutcomeKind.MARKED)} == {town["elsa"], town["tove"]}


def test_nothing_else_is_said_of_who_is_protected(town: Cast, tmp_path: Path) -> None:
    elsewhere = {"01022": ELSEWHERE[:2], "01023": ELSEWHERE[2:], "01014": "Annan"}
    write(tmp_path, everybody(town, elsa={**PROTECTED, **elsewhere}))
    reconcile(town, files(town, tmp_path))
    with within(town.authority.id):
        kinds = set(PopulationOutcome.objects.filter(person_id=town["elsa"]).values_list("kind", flat=True))
        assert kinds == {"marked"}
        assert not PopulationOutcome.objects.filter(person_id=town["elsa"]).exclude(name="", address="").exists()


def test_a_marking_that_is_gone_waits_for_a_person(town: Cast, tmp_path: Path) -> None:
    register = files(town, tmp_path)
    write(tmp_path, everybody(town, elsa=SECRET))
    reconcile(town, register)
    write(tmp_path, everybody(town))
    reconcile(town, register)
    (gone,) = outcomes(town, OutcomeKind.UNMARKED)
    with within(town.authority.id):
        assert town.person("elsa").security_marking == "Sekretessmarkering"
        population.decide(gone.pk, Decision.TAKEN_OVER, actor=town.actor("alva"))
        assert town.person("elsa").security_marking == "Ingen"


def test_kept_protection_stays_until_somebody_says_otherwise(town: Cast, tmp_path: Path) -> None:
    register = files(town, tmp_path)
    write(tmp_path, everybody(town, elsa=SECRET))
    reconcile(town, register)
    write(tmp_path, everybody(town))
    reconcile(town, register)
    with within(town.authority.id):
        population.decide(outcomes(town, OutcomeKind.UNMARKED)[0].pk, Decision.KEPT, actor=town.actor("alva"))
    reconcile(town, register)
    with within(town.authority.id):
        assert town.person("elsa").security_marking == "Sekretessmarkering"
    assert outcomes(town, OutcomeKind.UNMARKED)[0].decision == Decision.KEPT


def test_a_file_of_changes_says_nothing_of_what_it_leaves_out(town: Cast, tmp_path: Path) -> None:
    register = files(town, tmp_path, whole="false")
    write(tmp_path, [record("elsa", town, **SECRET), record("olle", town, **{"01023": ELSEWHERE[2:]})])
    reconcile(town, register)
    write(tmp_path, [record("elsa", town)])
    reconcile(town, register)
    assert outcomes(town, OutcomeKind.UNMARKED) == []
    assert [one.person_id for one in outcomes(town, OutcomeKind.ELSEWHERE)] == [town["olle"]]


def test_many_markings_at_once_are_looked_at_first(town: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kateder.sources.population.running.FEW_MARKED", 2)
    write(tmp_path, everybody(town, **dict.fromkeys(("elsa", "olle", "nils"), SECRET)))
    register = files(town, tmp_path)
    with pytest.raises(ManyMarked):
        reconcile(town, register)
    with within(town.authority.id):
        assert town.person("elsa").security_marking == "Ingen"
    assert reconcile(town, register, confirmed=True)["totals"]["marked"] == 3


@pytest.mark.parametrize("code", ["AV", "UV", "OB"])
def test_who_is_no_longer_registered_is_somebodys_to_act_upon_and_stays(town: Cast, tmp_path: Path, code: str) -> None:
    write(tmp_path, everybody(town, olle={"01006": code}))
    reconcile(town, files(town, tmp_path))
    (olle,) = outcomes(town, OutcomeKind.DEPARTED)
    with within(town.authority.id):
        (finding,) = open_findings().filter(rule="population.departed")
        assert (finding.subject_id, finding.unit_id, finding.severity) == (str(town["olle"]), town["bjork"], "error")
        assert Person.objects.filter(pk=town["olle"], person_status="Aktiv").exists()
        population.decide(olle.pk, Decision.SEEN, actor=town.actor("alva"))
        assert not open_findings().filter(rule="population.departed").exists()


def test_a_changed_number_keeps_the_person_and_can_be_taken_over(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town, elsa={"01006": "GN", "01005": NEW}))
    reconcile(town, files(town, tmp_path))
    (changed,) = outcomes(town, OutcomeKind.NUMBER)
    with within(town.authority.id):
        population.decide(changed.pk, Decision.TAKEN_OVER, actor=town.actor("alva"))
        assert Person.objects.get(civic_no=NEW).pk == town["elsa"]


def test_a_number_that_another_has_is_not_taken_over(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town, elsa={"01006": "GN", "01005": NUMBERS["olle"]}))
    reconcile(town, files(town, tmp_path))
    (changed,) = outcomes(town, OutcomeKind.NUMBER)
    with within(town.authority.id), pytest.raises(NumberTaken):
        population.decide(changed.pk, Decision.TAKEN_OVER, actor=town.actor("alva"))


def test_a_different_name_is_a_suggestion(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town, elsa={"01012": "Elsa Maria", "01014": "Ek"}))
    reconcile(town, files(town, tmp_path))
    (differs,) = outcomes(town, OutcomeKind.DIFFERS)
    assert differs.details == {"family_name": ["Åberg", "Ek"]}
    with within(town.authority.id):
        assert town.person("elsa").family_name == "Åberg"
        population.decide(differs.pk, Decision.TAKEN_OVER, actor=town.actor("alva"))
        assert town.person("elsa").full_name == "Elsa Ek"


def test_what_was_decided_about_stays_decided_until_it_is_something_else(town: Cast, tmp_path: Path) -> None:
    register = files(town, tmp_path)
    write(tmp_path, [*everybody(town), BORN_HERE])
    reconcile(town, register)
    with within(town.authority.id):
        decided = outcomes(town, OutcomeKind.NOT_ENROLLED)[0].pk
        population.decide(decided, Decision.OTHER_SCHOOL, actor=town.actor("alva"))
    reconcile(town, register)
    assert outcomes(town, OutcomeKind.NOT_ENROLLED)[0].decision == Decision.OTHER_SCHOOL
    write(tmp_path, everybody(town))
    reconcile(town, register)
    assert outcomes(town, OutcomeKind.NOT_ENROLLED) == []


def test_a_dry_run_counts_and_changes_nothing(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town, elsa=SECRET))
    counts = reconcile(town, files(town, tmp_path), dry_run=True)
    assert counts["totals"]["marked"] == 1
    assert outcomes(town, OutcomeKind.MARKED) == []
    with within(town.authority.id):
        assert town.person("elsa").security_marking == "Ingen"


def test_an_answer_without_persons_changes_nothing(town: Cast, tmp_path: Path) -> None:
    register = files(town, tmp_path)
    write(tmp_path, [*everybody(town), BORN_HERE])
    reconcile(town, register)
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(NoPersons):
        reconcile(town, register)
    assert len(outcomes(town, OutcomeKind.NOT_ENROLLED)) == 1
    with within(town.authority.id):
        assert PopulationRun.objects.latest("started_at").error == "NoPersons"


def test_only_what_fits_can_be_said_of_an_outcome(town: Cast, tmp_path: Path) -> None:
    write(tmp_path, everybody(town, elsa=SECRET))
    reconcile(town, files(town, tmp_path))
    with within(town.authority.id), pytest.raises(NotForThat):
        population.decide(outcomes(town, OutcomeKind.MARKED)[0].pk, Decision.TAKEN_OVER, actor=town.actor("alva"))


def test_a_name_in_daily_use_is_no_difference() -> None:
    there = ("Anna Karin Maria", "Berg", "Öst", "", "", "")
    assert differences("Anna-Karin", None, "Öst", [], *there) == {}
    assert differences("Maria", None, "Berg Öst", [], *there) == {}
    assert differences("Anja", None, "Öst", [], *there) == {"given_name": ["Anja", "Anna Karin Maria"]}


def test_an_address_differs_by_street_or_postal_code() -> None:
    ours = [{"type": "Folkbokföring", "streetAddress": "Storgatan 1", "postalCode": "262 32", "locality": "Ängelholm"}]
    same = ("Anna", "", "Öst", "STORGATAN 1", "26232", "ÄNGELHOLM")
    assert differences("Anna", None, "Öst", ours, *same) == {}
    moved = (*same[:3], "LILLGATAN 2", "26233", "ÄNGELHOLM")
    assert differences("Anna", None, "Öst", ours, *moved) == {
        "address": ["Storgatan 1, 262 32 Ängelholm", "LILLGATAN 2, 26233 ÄNGELHOLM"]
    }


def test_today_decides_who_is_of_school_age() -> None:
    assert TODAY.year - int(CHILD[:4]) == 10
