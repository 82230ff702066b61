"""Services that fetch from us as OneRoster 1.2 (REST): who is entitled, and what each may know, in its own edition.

`projecting` writes the edition, `reading` answers out of it, `views` are the addresses. The edition is stored and kept
following as that of an SS 12000 client is (decision 0070).
"""
