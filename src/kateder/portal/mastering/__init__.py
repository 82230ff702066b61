"""Who is master: who decides about what, who may be the same, and where one person's details come from."""
