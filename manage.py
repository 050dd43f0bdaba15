#!/usr/bin/env python
"""Entente's command line: `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    """Run a command with the settings that the environment asks for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
