"""Raises the layout version of a state, as a later version would. Arguments: the binary, the state."""

import sqlite3
import sys

with sqlite3.connect(f"{sys.argv[2]}/plane.db") as connection:
    connection.execute("PRAGMA user_version = 99")
