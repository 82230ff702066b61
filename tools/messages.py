"""Messages of the interface: English in the code, Swedish in each app's own catalogue.

python tools/messages.py extract   gather new messages into every app's django.po
python tools/messages.py compile   make the .mo files that Django reads
python tools/messages.py check     say what is not translated; exit code 1 when anything is not
"""

from __future__ import annotations

import inspect
import io
import re
import sys
from ast import ClassDef, get_docstring, literal_eval, parse, walk
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "kateder"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
HEADER = b"""msgid ""
msgstr ""
"Language: sv\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
STRING = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext)\({STRING}(?:,\s*{STRING})?")
Message = tuple[str | tuple[str, str], str | None]


def apps() -> list[Path]:
    """The folders of the apps, and of the command line, which is no app and has refusals of its own."""
    return sorted([*(path.parent for path in SOURCE.glob("*/apps.py")), SOURCE / "config"])


def po_file(app: Path) -> Path:
    """An app's Swedish catalogue."""
    return app / "locale" / "sv" / "LC_MESSAGES" / "django.po"


def messages(app: Path) -> Iterator[Message]:
    """Every message of an app: (text or (singular, plural), context)."""
    for path in sorted(app.rglob("*")):
        if "migrations" in path.parts or "built" in path.parts or "node_modules" in path.parts:
            continue
        if path.suffix == ".py":
            yield from _python(path.read_text())
            yield from ((sentence, None) for sentence in _refusals(path.read_text()))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield from _template(path)


def _python(text: str) -> Iterator[Message]:
    for _line, found, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        yield found, context  # type: ignore[misc]


def _template(path: Path) -> Iterator[Message]:
    for name, *texts in CALL.findall(templatize(path.read_text(), origin=str(path))):
        found = [literal_eval(text) for text in texts if text]
        if name == "pgettext":
            yield found[1], found[0]
        else:
            yield (found[0], found[1]) if name == "ngettext" else found[0], None


def _refusals(text: str) -> Iterator[str]:
    """The first paragraph of a DomainError's docstring is what the person sees."""
    for node in walk(parse(text)):
        if isinstance(node, ClassDef) and any(ast_name(base) in REFUSALS for base in node.bases):
            document = get_docstring(node)
            if document:
                yield inspect.cleandoc(document).split("\n\n", 1)[0].replace("\n", " ")


def ast_name(node: object) -> str:
    """The last part of a dotted name."""
    return str(getattr(node, "id", None) or getattr(node, "attr", ""))


def refusals() -> set[str]:
    """The names of all classes that descend from DomainError."""
    known, grew = {"DomainError"}, True
    classes = [
        (node.name, [ast_name(base) for base in node.bases])
        for path in SOURCE.rglob("*.py")
        for node in walk(parse(path.read_text()))
        if isinstance(node, ClassDef)
    ]
    while grew:
        found = {name for name, bases in classes if known.intersection(bases)} - known
        known |= found
        grew = bool(found)
    return known


REFUSALS = refusals()


def catalogue(app: Path) -> Catalog:
    """An app's translations as they stand."""
    path = po_file(app)
    if not path.exists():
        return Catalog(locale="sv", project="Kateder", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="sv", charset="utf-8")


def template(app: Path) -> Catalog:
    """What an app says, without translations."""
    made = Catalog(project="Kateder", charset="utf-8")
    for text, context in messages(app):
        made.add(text, context=context)
    return made


def extract_all() -> None:
    """Bring every catalogue up to date; what is no longer said goes."""
    for app in apps():
        wanted = template(app)
        if not len(wanted):
            continue
        current = catalogue(app)
        current.update(wanted, no_fuzzy_matching=True)
        current.obsolete.clear()
        path = po_file(app)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(HEADER)
            write_po(file, current, width=110, sort_output=True, omit_header=True, no_location=True)


def compile_all() -> None:
    """Make the .mo files that are older than their .po."""
    for app in apps():
        path = po_file(app)
        built = path.with_suffix(".mo")
        if path.exists() and (not built.exists() or built.stat().st_mtime < path.stat().st_mtime):
            fresh = built.with_suffix(f".{id(path)}.part")
            with fresh.open("wb") as file:
                write_mo(file, catalogue(app))
            fresh.replace(built)


def untranslated() -> list[str]:
    """What the interface says that has no Swedish, as `app: message`."""
    missing = []
    for app in apps():
        known = catalogue(app)
        for wanted in template(app):
            if not wanted.id:
                continue
            translated = known.get(wanted.id[0] if isinstance(wanted.id, tuple) else wanted.id, wanted.context)
            texts = translated.string if translated else ""
            if not texts or not all(texts if isinstance(texts, tuple | list) else [texts]) or translated.fuzzy:  # type: ignore[union-attr]
                missing.append(f"{app.name}: {wanted.id}")
    return missing


def main() -> int:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["extract"]:
            extract_all()
        case ["compile"]:
            compile_all()
        case ["check"]:
            missing = untranslated()
            sys.stdout.write("".join(f"{line}\n" for line in missing))
            return 1 if missing else 0
        case _:
            sys.stderr.write(str(__doc__))
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
