"""Plain bodies: what ways that make something of their own at the door (files, a directory) are given.

`bodies` projects a roster into them; `slots` fills texts such as `{person.givenName}` from them.
"""
