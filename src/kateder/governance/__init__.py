"""May we use it, and what may it know: agreements, decisions, release policies, pseudonyms and aliases."""
