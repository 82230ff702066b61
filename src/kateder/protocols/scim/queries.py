"""A query's parameters (RFC 7644 §3.4.2) as a search request."""

from collections.abc import Mapping
from typing import Any

from scim2_models import Context, InvalidValueException, Resource, ResponseParameters, SearchRequest

_NUMBERS = ("startIndex", "count")
_LISTS = ("attributes", "excludedAttributes")
_TEXTS = ("filter", "sortBy", "sortOrder")


def search_of(model: type[Resource[Any]], parameters: Mapping[str, str]) -> SearchRequest[Any]:
    """What a list is asked for. Parameters that SCIM does not know are left out of account.

    Raises SCIMException or pydantic's ValidationError where a parameter cannot be understood.
    """
    asked: dict[str, Any] = {name: parameters[name] for name in _TEXTS if name in parameters}
    for name in _NUMBERS:
        if name in parameters:
            asked[name] = _number(parameters[name], name=name)
    return SearchRequest[model].model_validate(  # type: ignore[valid-type]
        asked | _selection(parameters), scim_ctx=Context.SEARCH_REQUEST
    )


def selection_of(model: type[Resource[Any]], parameters: Mapping[str, str]) -> ResponseParameters[Any] | None:
    """Which attributes one resource is asked for; None for the usual ones."""
    asked = _selection(parameters)
    if not asked:
        return None
    return ResponseParameters[model].model_validate(asked)  # type: ignore[valid-type]


def _selection(parameters: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [part.strip() for part in parameters[name].split(",")] for name in _LISTS if parameters.get(name)}


def _number(text: str, *, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvalidValueException(detail=f"{name} is not a number") from None
