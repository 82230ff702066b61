"""Why metadata is not accepted."""


class MetadataRefused(Exception):
    """The metadata as a whole is not to be used. `code` says why; nothing of what was refused is in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadEntity(Exception):
    """One entity follows neither schema. `where` is the member that is wrong, such as `servers.0.pins`."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class BadKeys(Exception):
    """What was given is no set of public keys that metadata may be signed with. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
