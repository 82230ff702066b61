"""The ground all apps stand on: authorities, people who act, feed, audit, plans, jobs, secrets, database."""
