"""The SS 12000 server: an edition of the register per client, and the questions that can be put to it.

What a client may see is its `profiles.Profile`. From it and the register an edition is made (`editions`): ready JSON,
row by row, with the ids, names and fields that the client may have and no others. Everything that is answered, be it
a list, one by id, a lookup, an expansion, a name in a reference or a removal, is read from the client's own edition;
what is outside its profile is not there to be found.
"""
