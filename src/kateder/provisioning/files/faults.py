"""Why files could not be made or put in place."""

from __future__ import annotations

from kateder.core.errors import DomainError
from kateder.provisioning.ways.contract import NotDelivered


class TemplateFault(NotDelivered):
    """The template cannot be used."""

    failure = "bad_template"


class NotToml(TemplateFault):
    """The template is not TOML (line {line})."""


class WrongShape(TemplateFault):
    """{place} in the template is not as it should be: {reason}."""


class UnknownVersion(TemplateFault):
    """The template must begin with: version = 1."""


class BadText(TemplateFault):
    """{place} in the template: {reason}"""


class BadFileName(TemplateFault):
    """{name} cannot be the name of a file. Letters a–z, digits, space and . _ - ( ) are allowed, and {{date}} and {{time}}."""  # noqa: E501 - one sentence for the person


class NameTwice(TemplateFault):
    """Two files of the template are called {name}."""


class NoTemplate(TemplateFault):
    """Choose a ready-made template, or write your own in the field for it."""


class SettingNeeded(DomainError):
    """Fill in {names}: the place that was chosen needs it."""


class FolderMissing(NotDelivered):
    """The folder {folder} does not exist, or is not a folder."""

    failure = "no_such_folder"


class NoPermission(NotDelivered):
    """Kateder may not write in the folder {folder}."""

    failure = "no_permission"


class DiskFull(NotDelivered):
    """There is no room left for the files. Those that were there before are still in place."""

    failure = "disk_full"


class CannotWrite(NotDelivered):
    """The files cannot be written in the folder {folder} ({code}). Those that were there before are still in place."""

    failure = "cannot_write"


class NotWhole(NotDelivered):
    """A file did not arrive as it was sent. Those that were there before are still in place."""

    failure = "not_whole"


class HalfInPlace(NotDelivered):
    """Some of the files are in place and some are not. They are all sent again."""

    failure = "half_in_place"
    is_uncertain = True


class ServerSilent(NotDelivered):
    """{host} does not answer, or broke off the connection."""

    failure = "connection"


class LoginRefused(NotDelivered):
    """{host} does not accept the user name, or neither password nor key."""

    failure = "login_refused"


class KeyUnreadable(NotDelivered):
    """The private key cannot be read. It must be an OpenSSH or PEM key without a passphrase."""

    failure = "bad_key"


class HostKeyUnknown(NotDelivered):
    """{host} shows the key {shown}. Compare it with what the provider has told you by another way, and fill it in."""

    failure = "host_key_unknown"


class HostKeyChanged(NotDelivered):
    """{host} shows the key {shown}, which is not one that you have filled in. Nothing was sent. Ask the provider before you change anything."""  # noqa: E501 - one sentence for the person

    failure = "host_key_changed"
