"""What was ordered, for whom, and who has it: lots, assignments and an append-only ledger."""
