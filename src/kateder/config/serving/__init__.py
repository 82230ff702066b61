"""`kateder serve`: one process that keeps web, worker, embedded database and (in a demo) the provider running.

`ports` looks before anything starts, `parts` says what is run, `child` is one process with its restarts, and
`supervisor` is the loop. Everything it runs may be killed at any time: it is started again.
"""
