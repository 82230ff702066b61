"""Long lists, a page at a time: 10,000 pupils never make one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

T = TypeVar("T")
SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, with the addresses of its neighbours (empty where there is none)."""

    rows: Sequence[T]
    first: int
    last: int
    total: int
    previous_address: str
    next_address: str

    @property
    def has_other_pages(self) -> bool:
        """Whether there is anything to turn to."""
        return bool(self.previous_address or self.next_address)


def page_of(request: HttpRequest, rows: "QuerySet[Any, T] | Sequence[T]", *, size: int = SIZE) -> Page[T]:
    """The page that `?sida=` asks for; a number outside the list gives the nearest page that exists."""
    page = Paginator(rows, size).get_page(request.GET.get("sida"))
    return Page(
        rows=list(page.object_list),
        first=page.start_index(),
        last=page.end_index(),
        total=page.paginator.count,
        previous_address=_address(request, page.previous_page_number()) if page.has_previous() else "",
        next_address=_address(request, page.next_page_number()) if page.has_next() else "",
    )


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["sida"] = str(number)
    return f"{request.path}?{query.urlencode()}"
