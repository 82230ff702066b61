"""Carry out a plan at a target, whatever the protocol: no Django here, and no database.

    store.next_window → send (bounded, in order of types, with patience) → store.record → …

`operations` are what is to be done and what came of it, `patience` says when to try again and when to stop,
`engine` drives. A connector gives an `Exchange`: one operation over the wire, judged by its protocol.
"""
