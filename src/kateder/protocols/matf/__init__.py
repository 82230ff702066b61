"""MATF, federated mutual TLS (RFC 9932; Skolfederation calls its federation Moa).

Metadata is accepted by one function (`accepting`), signed by keys that somebody has compared (`keys`, `signatures`),
within its dates (`dates`), entity by entity (`schema`, `metadata`). Keys with self-signed certificates (`identity`) and
connections that compare the server's key with the pins before any byte of HTTP (`pinning`) are how members meet.
"""
