"""`python -m kateder` is the command line."""

from kateder.config.cli import main

main()
