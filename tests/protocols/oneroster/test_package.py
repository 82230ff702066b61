"""A zip of CSV files from somebody else."""

from __future__ import annotations

import io
import zipfile

import pytest

from kateder.protocols.oneroster import BadPackage, Mode, open_package

MANIFEST = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\nfile.users,delta\n"
FILES = {"manifest.csv": MANIFEST, "orgs.csv": "sourcedId,name\no1,Norrskolan\n", "users.csv": "sourcedId\n"}


def packed(files: dict[str, str | bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    target.seek(0)
    return target


def reason(files: dict[str, str | bytes], **options: int) -> str:
    with pytest.raises(BadPackage) as refusal:
        list(open_package(packed(files), **options).sheets())
    return refusal.value.reason


def test_the_manifest_says_what_is_there_and_how() -> None:
    package = open_package(packed({**FILES, "orgs.csv": '\ufeffsourcedId,name\r\no1,"Norr, skolan"\r\n'}))
    assert package.version == "1.2"
    sheets = {sheet.resource: sheet for sheet in package.sheets()}
    assert {name: sheet.mode for name, sheet in sheets.items()} == {"orgs": Mode.BULK, "users": Mode.DELTA}
    assert sheets["orgs"].rows == [(2, {"sourcedId": "o1", "name": "Norr, skolan"})]


def test_a_row_with_too_few_cells_is_given_as_an_empty_one() -> None:
    package = open_package(packed({**FILES, "orgs.csv": "sourcedId,name\no1\no2,Söder\n"}))
    rows = next(sheet.rows for sheet in package.sheets() if sheet.resource == "orgs")
    assert rows == [(2, {}), (3, {"sourcedId": "o2", "name": "Söder"})]


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "sub/orgs.csv", "..\\evil.csv"])
def test_a_path_in_an_archive_is_refused(name: str) -> None:
    assert reason({**FILES, name: "x"}) == "path"


def test_what_is_unpacked_is_counted_whatever_the_archive_says_of_itself() -> None:
    bomb = packed({**FILES, "orgs.csv": b"sourcedId\n" + b"0" * 5_000_000})
    assert len(bomb.getvalue()) < 10_000
    with pytest.raises(BadPackage) as refusal:
        open_package(bomb, largest=1_000_000)
    assert refusal.value.reason == "too_large"


def test_an_archive_that_lies_about_a_size_is_refused() -> None:
    bomb = packed({**FILES, "orgs.csv": b"sourcedId\n" + b"0" * 5_000_000}).getvalue()
    lying = bomb.replace((5_000_010).to_bytes(4, "little"), (12).to_bytes(4, "little"))
    with pytest.raises(BadPackage):
        open_package(io.BytesIO(lying), largest=1_000_000)


def test_very_many_files_are_refused() -> None:
    assert reason({**FILES, **{f"f{number}.csv": "" for number in range(200)}}) == "too_many_files"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"orgs.csv": b"sourcedId\n\xe5\n"}, "not_utf8"),
        ({"orgs.csv": "sourcedId\n\0\n"}, "not_csv"),
        ({"orgs.csv": "sourcedId,sourcedId\n"}, "column_twice"),
        ({"manifest.csv": MANIFEST.replace("1.2", "1.0")}, "version"),
        ({"manifest.csv": MANIFEST.replace("bulk", "some")}, "mode"),
        ({"manifest.csv": MANIFEST + "file.classes,bulk\n"}, "missing"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(changed: dict[str, str | bytes], expected: str) -> None:
    assert reason({**FILES, **changed}) == expected


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(BadPackage) as refusal:
        open_package(io.BytesIO(b"PK but no zip"))
    assert refusal.value.reason == "no_zip"
