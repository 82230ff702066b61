"""Asking over the network: Navet's REST service and SPAR's personsök, by the numbers that our register has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import uuid4

import httpx2
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings, Step, StepName
from kateder.core.setup.reaching import TLS_FIELDS
from kateder.protocols.population import Batch, navet_rest, spar
from kateder.protocols.population.records import joined
from kateder.protocols.population.xml import BadXml
from kateder.sources.authorising import ClientCredentials, context_of
from kateder.sources.http import Credentials, Server
from kateder.sources.population.asking import NAVET_FILES, SPAR_FILES, Asking
from kateder.sources.population.errors import BadAnswer, NoPersons

NAVET_ADDRESS = "https://api.skatteverket.se/folkbokforing/folkbokforingsuppgifter-for-offentliga-aktorer/v3"
NAVET_TOKENS = "https://sysorgoauth2.skatteverket.se/oauth2/v1/sysorg/token"


class Gateway(Credentials):
    """A token, and beside it what Skatteverket's gateway asks for: a client id and secret of its own, and an id that
    names the request in their logs and is nobody's.
    """

    def __init__(self, token: Credentials, *, client_id: str, secret: str) -> None:
        self._token, self._id, self._secret = token, client_id, secret

    def sign(self, request: httpx2.Request) -> None:
        """Add all of it."""
        self._token.sign(request)
        request.headers["skv_client_correlation_id"] = str(uuid4())
        if self._id:
            request.headers["client_id"] = self._id
            request.headers["client_secret"] = self._secret

    def renew(self) -> bool:
        """Have another token."""
        return self._token.renew()

    def close(self) -> None:
        """Let go of what the token holds."""
        self._token.close()


class Service:
    """What the two have in common: people are asked for by number, so nobody else is told of."""

    tells_of_others = False
    at_once = 1

    def is_whole(self, settings: Settings) -> bool:
        """An answer says of each that was asked for whether they are there."""
        return True

    def check(self, settings: Settings, *, numbers: Sequence[str]) -> Iterator[Step]:
        """Reach the server, then ask for one person, if our register has anybody to ask for."""
        with self.server(settings, tries=1) as server:
            yield Step(StepName.SETTINGS)
            server.reach()
            yield Step(StepName.CONNECTION)
            batch = self.question(server, settings, list(numbers[:1]))
            yield Step(StepName.CREDENTIALS)
            if numbers and not batch.records and not batch.unknown:
                raise NoPersons
            yield Step(StepName.RECORD)

    def ask(self, settings: Settings, *, numbers: Sequence[str]) -> Batch:
        """Ask for everybody. Raises a SourceFault."""
        with self.server(settings) as server:
            return joined(
                self.question(server, settings, list(numbers[first : first + self.at_once]))
                for first in range(0, len(numbers), self.at_once)
            )

    def server(self, settings: Settings, *, tries: int = 5) -> Server:
        """The server that the settings describe. Raises BadAddress or BadCertificate."""
        return Server(_text(settings, "address"), context=context_of(settings), tries=tries)

    def question(self, server: Server, settings: Settings, numbers: list[str]) -> Batch:
        """Ask for some at once."""
        raise NotImplementedError


class NavetRest(Service):
    """Navet: folkbokföringsuppgifter för offentliga aktörer, REST, version 3."""

    kind = "navet_rest"
    label = _("Navet: REST")
    at_once = navet_rest.MOST_NUMBERS
    fields: tuple[Field, ...] = (
        Field("address", _("Address"), FieldKind.URL, required=True, default=NAVET_ADDRESS),
        Field("token_address", _("OAuth 2: address of the token endpoint"), FieldKind.URL, default=NAVET_TOKENS),
        Field("client_id", _("OAuth 2: client id"), required=True),
        Field("client_secret", _("OAuth 2: secret"), FieldKind.SECRET),
        Field("scope", _("OAuth 2: scope, if any"), default=navet_rest.SCOPE),
        Field("gateway_id", _("The API gateway's client id")),
        Field("gateway_secret", _("The API gateway's secret"), FieldKind.SECRET),
        Field("organisation_number", _("Organisation number, twelve digits"), required=True),
        Field("order", _("The order's identity (beställningsidentitet)"), required=True),
        *TLS_FIELDS,
    )

    def server(self, settings: Settings, *, tries: int = 5) -> Server:
        """With the token that Skatteverket's authorisation server gives for our certificate."""
        context = context_of(settings)
        token = ClientCredentials(
            _text(settings, "token_address"),
            client_id=_text(settings, "client_id"),
            secret=_text(settings, "client_secret"),
            scope=_text(settings, "scope"),
            context=context,
        )
        gateway = Gateway(token, client_id=_text(settings, "gateway_id"), secret=_text(settings, "gateway_secret"))
        return Server(_text(settings, "address"), context=context, credentials=gateway, tries=tries)

    def question(self, server: Server, settings: Settings, numbers: list[str]) -> Batch:
        """Ask for up to 900 at once."""
        body = navet_rest.question(
            numbers,
            organisation_number=_text(settings, "organisation_number"),
            order=_text(settings, "order"),
        )
        answer = server.send("POST", "hamta", body=body).json()
        if not isinstance(answer, dict) or not answer.keys() & navet_rest.LISTS:
            raise BadAnswer
        return navet_rest.read_answer(answer, asked=numbers)


class SparService(Service):
    """SPAR: personsök program-program, for authorities that may not use Navet. One person a request."""

    kind = "spar_service"
    label = _("SPAR: personsök")
    fields: tuple[Field, ...] = (
        Field(
            "address", _("Address"), FieldKind.URL, required=True, help=_("From SPAR, with the schema version 2023.1.")
        ),
        Field("customer", _("Customer number"), required=True),
        Field("assignment", _("Assignment (uppdrags-id)"), required=True),
        *TLS_FIELDS,
    )

    def question(self, server: Server, settings: Settings, numbers: list[str]) -> Batch:
        """Ask for one."""
        found = []
        for number in numbers:
            body = spar.question(number, customer=_text(settings, "customer"), assignment=_text(settings, "assignment"))
            try:
                answer = server.send_text("POST", "", content=body, media_type="text/xml; charset=utf-8").body
                found.append(spar.read_answer(answer, asked=[number]))
            except BadXml:
                raise BadAnswer from None
        return joined(found)


KINDS: tuple[Asking, ...] = (NAVET_FILES, NavetRest(), SPAR_FILES, SparService())


def _text(settings: Settings, name: str) -> str:
    return str(settings.get(name) or "").strip()
