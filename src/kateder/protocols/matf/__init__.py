"""MATF, federated mutual TLS (RFC 9932; Skolfederation calls its federation Moa).

Today: keys with self-signed certificates (`identity`) and connections that compare the server's key with
the pins before any byte of HTTP (`pinning`). The metadata itself is read by later work.
"""
