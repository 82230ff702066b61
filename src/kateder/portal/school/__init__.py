"""A school's own pages: who is let in today, who is on leave, which children live here."""
