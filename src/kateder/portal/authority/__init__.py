"""The authority's pages: what waits for a person, sources, plans, services, data flows, deliveries, licences."""
