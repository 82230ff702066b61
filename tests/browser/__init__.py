"""The pages in a real browser: accessibility, keyboard, widths, weight, and nobody else asked for anything."""
