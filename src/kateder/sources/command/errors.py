"""Why a program could not be used."""

from __future__ import annotations

from kateder.sources.errors import PassingFault, SourceFault


class CommandsForbidden(SourceFault):
    """Programs may not be run here. Whoever runs Kateder allows it by naming a folder (KATEDER_COMMANDS_DIR)."""


class NotAllowed(SourceFault):
    """{program} is not a program in the folder from which programs may be run."""


class SecretNotAllowed(SourceFault):
    """{file} is not a file in the folder from which programs may be given secrets (KATEDER_COMMAND_SECRETS_DIR)."""


class BadSecretLine(SourceFault):
    """A line of the secrets must be NAME=file, with a name in capitals."""


class CommandFailed(SourceFault):
    """{program} ended with code {code} when asked for {entity}. It last said: {said}"""


class CommandSlow(PassingFault):
    """{program} had not finished {entity} after {seconds} seconds and was stopped."""


class CommandPrintsTooMuch(SourceFault):
    """{program} printed more than {megabytes} MB of {entity} and was stopped."""


class CommandNotJson(SourceFault):
    """What {program} printed of {entity} is not JSON: an array, a line for each, or objects one after another."""
