"""The truth about organisations, persons, enrolments, duties, groups and activities (SS 12000:2020).

`models/` has the tables, `access` who may see whom, `queries` the questions with a rule in them, `changes`
and `applying` how a whole plan is applied in one transaction. From above, use `register.api` and
`register.access`; `register.models` to read in queries. The register does not know where data came from.
"""
