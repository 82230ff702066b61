"""Exceptions as SCIM's error messages (RFC 7644 §3.12)."""

from pydantic import ValidationError
from scim2_models import Error, SCIMException

Problem = SCIMException | ValidationError


def error_of(problem: Problem) -> Error:
    """The message for a refusal; of several faults in a body the first is told."""
    if isinstance(problem, SCIMException):
        return problem.to_error()
    return Error.from_validation_errors(problem)[0]
