"""Local accounts: passkeys, one-time codes, set-up links, the rate limit."""
