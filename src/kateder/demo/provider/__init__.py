"""A small provider of learning resources, for the demo and the tests: a process of its own.

It plays the other side, so it shares nothing with Kateder but the published standards: no Django, no
database, and rules for what it accepts (`rules`) that were written from recordings, not from our builders.

    python -m kateder.demo.provider --state FOLDER --pages-port 8100 --scim-port 8101 --issuer URL

Everything it is ever given, by any door, goes to one append-only log (`log`), which is also its memory: a
kill at any time loses nothing it has answered for.
"""
