"""Reconciliation with the population register: Navet (term files, REST) and SPAR (XML files, personsök).

It never creates or removes anybody. `asking` has the ways to ask, `running` a reconciliation, `reconciling` what
follows from the answers in SQL, `deciding` what a person does about it. A new protection marking acts at once; one
that has been taken away waits for a person.
"""
