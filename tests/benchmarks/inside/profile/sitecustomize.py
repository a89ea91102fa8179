"""Profiles the process that imports it, from SIGUSR1 to SIGUSR2. Python imports a module of this name by itself."""

import cProfile
import os
import signal

profile = cProfile.Profile()


def begin(*_: object) -> None:
    profile.enable()


def write(*_: object) -> None:
    profile.disable()
    profile.dump_stats(os.environ["PROFILE_TO"] + ".part")
    os.rename(os.environ["PROFILE_TO"] + ".part", os.environ["PROFILE_TO"])


signal.signal(signal.SIGUSR1, begin)
signal.signal(signal.SIGUSR2, write)
