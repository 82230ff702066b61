"""Figures for Prometheus at `/metrics`, read from the database at each scrape: the same whatever process answers.

`exposition` writes the text format, `figures` asks the database, `door` lets in who has the token.
"""
