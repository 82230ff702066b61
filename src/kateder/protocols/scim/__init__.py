"""What a SCIM 2.0 server (RFC 7643, RFC 7644) needs around scim2-models.

The library has the schemas, filters, PATCH and messages; here is what HTTP adds: `queries` reads addresses,
`versions` entity tags, `problems` makes errors out of exceptions. No Django, no storage.
"""
