"""The pages, as Django's test client sees them."""
