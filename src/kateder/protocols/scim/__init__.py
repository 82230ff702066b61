"""What a SCIM 2.0 server (RFC 7643, RFC 7644) needs around scim2-models, and what a client says to one.

The library has the schemas, filters, PATCH and messages; here is what HTTP adds: `queries` reads addresses,
`versions` entity tags, `problems` makes errors out of exceptions. For the client, in plain values: `resources`
builds Users and Groups, `patching` says what has to change. No Django, no storage.
"""
