"""What is wrong with the data: for IT by owner, rule and school; for a school its own list to work through."""
