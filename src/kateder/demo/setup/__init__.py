"""Turns an empty Kateder into the demo: an authority, its register, services, licences, accounts, a connected provider.

Everything goes through the apps' own doors, as an administrator would do it, and may be repeated: what is there stays.
`steps` puts the parts in order.
"""
