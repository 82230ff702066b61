"""Files by template to a folder or over SFTP, for providers that have nothing better (docs/handbok/leverans-filer.md).

`template` reads what files there are to be, `rows` makes rows of plain bodies, `formats` writes them, `folder` and
`sftp` put them in place: aside first, then under their names.
"""
