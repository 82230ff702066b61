"""What is not as it should be, put right: rebuilt, read back, taken away, withheld."""
