"""Who is master: what several sources say of the same person or thing becomes one row of the register.

`attributes` names what can be decided about, `rules` who decides, `matching` recognises, `contributions` keeps what
each source says of what is shared, `settling` computes the rows, `conflicts` notes where sources disagree.
`corrections` are a person's own words above all sources, `merging` makes one of two and two of one again.

Only what more than one source delivers, or somebody has corrected, passes through here. The rest, and all
memberships, go straight from the one source into the register.
"""
