"""Runs the command line: python -m tweeklank."""

from tweeklank.cli import main

main()
