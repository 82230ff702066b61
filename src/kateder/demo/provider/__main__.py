"""Starts the demo provider from the command line."""

import argparse
import asyncio
from pathlib import Path

from kateder.demo.provider.server import serve
from kateder.demo.provider.settings import Settings


def main() -> None:
    """Read the arguments and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="kateder.demo.provider", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder for its log, keys and orders")
    parser.add_argument("--pages-port", type=int, default=8100, help="port of the pages; 0 takes a free one")
    parser.add_argument("--scim-port", type=int, default=8101, help="port of SCIM; 0 takes a free one")
    parser.add_argument("--issuer", default="http://localhost:8000", help="who signs people in")
    arguments = parser.parse_args()
    settings = Settings(
        state=arguments.state,
        issuer=arguments.issuer,
        pages_port=arguments.pages_port,
        scim_port=arguments.scim_port,
    )
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
