"""XML from outside: no DTD, no entities, no network, nothing huge."""

from collections.abc import Iterator
from typing import IO

from lxml import etree

Element = etree._Element  # noqa: SLF001 - the class of what lxml yields has no public name


class BadXml(ValueError):
    """It is not XML, or holds what we refuse to read (a document type declaration)."""


def elements(stream: IO[bytes], *, names: frozenset[str]) -> Iterator[Element]:
    """The elements with one of these local names, each let go when the next is asked for. Raises BadXml."""
    try:
        for _, element in etree.iterparse(
            stream, events=("end",), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        ):
            if element.getroottree().docinfo.doctype:
                raise BadXml("a document type declaration")
            if local(element) in names:
                yield element
                element.clear()
    except etree.XMLSyntaxError as error:
        raise BadXml("not well-formed") from error


def local(element: Element) -> str:
    """An element's name without its namespace; empty for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """The direct children with a local name."""
    return (child for child in element if local(child) == name)


def text(element: Element | None, *path: str) -> str:
    """The text at a path of local names, first of each; empty where there is none."""
    for name in path:
        element = None if element is None else next(children(element, name), None)
    return "" if element is None or element.text is None else element.text.strip()
