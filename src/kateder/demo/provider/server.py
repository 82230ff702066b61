"""Opens both doors, and closes them on SIGINT and SIGTERM."""

import asyncio
import os
import signal
import ssl

import aiohttp
import orjson
from aiohttp import web

from kateder.demo.provider.certificates import KnownClients, own_identity, server_context
from kateder.demo.provider.doors import PagesDoor
from kateder.demo.provider.log import Log
from kateder.demo.provider.orders import Orders
from kateder.demo.provider.relying_party import RelyingParty
from kateder.demo.provider.scim import ScimDoor
from kateder.demo.provider.settings import HOST, Settings
from kateder.demo.provider.store import read_store


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    for folder in (settings.state, settings.clients_folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    log = Log(settings.log_file)
    store = read_store(settings.log_file)
    identity = own_identity(settings.identity_file, hosts=[HOST, "localhost"])
    context = server_context(identity)
    clients = KnownClients(settings.clients_folder, context=context)
    orders = Orders(settings.orders_file)
    # No proxy from the environment and no cookies: the issuer is spoken to directly.
    async with aiohttp.ClientSession(
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=15),
    ) as http:
        scim = ScimDoor(store=store, log=log, orders=orders, clients=clients)
        relying_party = RelyingParty(settings, http=http, log=log)
        doors = PagesDoor(settings, store=store, log=log, orders=orders, relying_party=relying_party)
        scim_runner, scim_port = await _open(scim.application(), settings.scim_port, context)
        pages_runner, pages_port = await _open(doors.application(), settings.pages_port, None)
        _announce(settings, scim_port=scim_port, pages_port=pages_port, pin=identity.pin)
        await stop.wait()
        settings.address_file.unlink(missing_ok=True)
        await asyncio.gather(scim_runner.cleanup(), pages_runner.cleanup())
    log.close()


async def _open(application: web.Application, port: int, context: ssl.SSLContext | None) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, HOST, port, ssl_context=context).start()
    return runner, runner.addresses[0][1]


def _announce(settings: Settings, *, scim_port: int, pages_port: int, pin: str) -> None:
    address = {
        "pid": os.getpid(),
        "pages": f"http://{HOST}:{pages_port}",
        "scim": f"https://{HOST}:{scim_port}",
        "pin": pin,
    }
    whole = settings.address_file.with_suffix(".new")
    whole.write_bytes(orjson.dumps(address))
    whole.replace(settings.address_file)
