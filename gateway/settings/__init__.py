"""The settings: what there is, what each must look like, and how they are read from the environment and files."""

from gateway.settings.fields import EMULATOR_TOKEN, Settings
from gateway.settings.loading import load, load_limits, passed_over
from gateway.settings.sources import SettingsError

__all__ = ["EMULATOR_TOKEN", "Settings", "SettingsError", "load", "load_limits", "passed_over"]
