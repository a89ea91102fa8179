"""`gateway doctor`: what is wrong with a deployment, before its users notice. Reads only, and repairs nothing.

A check is a row, and each subject has a file. `command` runs them all at the same time, `report` shows them.
"""
