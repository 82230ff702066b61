"""What people see of the provider: the resource, and everything it knows about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

import orjson

from kateder.demo.provider.log import Entry, read_log
from kateder.demo.provider.relying_party import SignedIn
from kateder.demo.provider.store import Store

_FOLDER = Path(__file__).parent / "html"
_TEMPLATES = {path.stem: Template(path.read_text()) for path in _FOLDER.glob("*.html")}
STYLE = (_FOLDER / "style.css").read_text()


@dataclass(frozen=True, slots=True)
class Given:
    """One thing we were given about somebody, and how."""

    at: str
    how: str
    content: str


def page(template: str, heading: str, /, **values: str) -> str:
    """Fill a page; every value is escaped but those whose name ends in `_html`."""
    safe = {key: value if key.endswith("_html") else escape(value) for key, value in values.items()}
    body = _TEMPLATES[template].substitute(safe)
    return _TEMPLATES["frame"].substitute(title=escape(heading), body_html=body)


def resource(slug: str, *, who: SignedIn, store: Store, solved: bool) -> str:
    """Draw the resource as the signed-in person sees it."""
    account = store.user(who.subject) or {}
    title = slug.replace("-", " ").capitalize()
    groups = ", ".join(store.groups_of(who.subject)) or "ingen grupp än"
    return page(
        "resource",
        title,
        title=title,
        name=str(account.get("displayName", "du")),
        groups=groups,
        slug=slug,
        praise="Rätt! Tre fjärdedelar är mer än två tredjedelar." if solved else "",
    )


def everything_about(who: SignedIn, *, trace: str, store: Store, log_file: Path) -> str:
    """Draw every byte we were ever given about somebody: accounts, groups, tokens, headers, cookies."""
    given = list(_given(who.subject, trace, log_file))
    account = store.user(who.subject) or {}
    return page(
        "everything",
        "Allt jag vet om dig",
        account=_pretty(account),
        claims=_pretty(who.claims),
        groups=", ".join(store.groups_of(who.subject)) or "inga grupper",
        count=str(len(given)),
        given_html="".join(_drawn(item) for item in given),
    )


def _given(subject: str, trace: str, log_file: Path) -> list[Given]:
    own = [entry for entry in read_log(log_file) if _is_about(entry, subject, trace)]
    return [Given(entry.at, f"{_DOORS[entry.door]}: {entry.method} {entry.target}", _content(entry)) for entry in own]


_DOORS = {
    "scim": "Skolan skickade",
    "tokens": "Skolans inloggning lämnade",
    "pages": "Din webbläsare skickade",
}


def _is_about(entry: Entry, subject: str, trace: str) -> bool:
    return entry.session == trace or subject in entry.body or subject in entry.target


def _content(entry: Entry) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in entry.headers)
    return f"{headers}\n\n{entry.body}".strip()


def _drawn(item: Given) -> str:
    return (
        f"<li><h3>{escape(item.how)}</h3><p class=when>{escape(item.at)}</p>"
        f"<pre tabindex=0>{escape(item.content)}</pre></li>"
    )


def _pretty(value: Mapping[str, object]) -> str:
    return orjson.dumps(dict(value), option=orjson.OPT_INDENT_2).decode()
