"""Profiles the process that it is imported into from its first request on: Python imports this name by itself."""

import atexit
import cProfile
import os

profile = cProfile.Profile()
profile.enable()


@atexit.register
def write() -> None:
    profile.disable()
    profile.dump_stats(os.environ["PROFILE_TO"])
