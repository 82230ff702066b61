"""How people sign in and launch: accounts, passkeys, one-time codes, OpenID Connect."""
