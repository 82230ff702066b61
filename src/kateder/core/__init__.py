"""What every part rests on: the authority as tenant, users and actors, audit, feed, plans, findings, jobs, leases."""
