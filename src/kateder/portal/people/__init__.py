"""Finding a person, for those whose work it is: the way to "why can't she open it" and to what was sent of her."""
