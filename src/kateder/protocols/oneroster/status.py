"""How a OneRoster service says that it could not do what was asked (imsx_StatusInfo, 1.2 appendix B)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Minor(StrEnum):
    """Why: the standard's own codes."""

    INVALID_FILTER = "invalid_filter_field"
    INVALID_SELECTION = "invalid_selection_field"
    INVALID_DATA = "invaliddata"
    UNAUTHORISED = "unauthorisedrequest"
    FORBIDDEN = "forbidden"
    BUSY = "server_busy"
    UNKNOWN = "unknownobject"
    INTERNAL = "internal_server_error"


def failure(minor: Minor, description: str) -> dict[str, Any]:
    """The body of a refusal."""
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": description,
        "imsx_CodeMinor": {
            "imsx_codeMinorField": [
                {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor.value}
            ]
        },
    }
