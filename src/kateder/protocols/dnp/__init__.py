"""Skolverket's digital national tests (DNP): today the access token that their client shows at our API (`tokens`).

Deliveries and readiness are read and written by later work.
"""
