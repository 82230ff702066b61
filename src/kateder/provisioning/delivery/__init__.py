"""Carry out a plan at a target, whatever the protocol: no Django here, and no database.

    store.next_window → send (as many at a time as the target bears, in order of types) → store.record → …

`operations` are what is to be done and what came of it, `patience` says when to try again and when to stop, `flow` how
many requests may be under way, `line` keeps that many lanes full, and `engine` drives: it stores intents before and
results after. A connector gives an `Exchange`: one operation over the wire, judged by its protocol.
"""
