"""The settings: what there is, what each must look like, and how they are read from the environment."""

from gateway.settings.fields import EMULATOR_TOKEN, Settings, SettingsError, load

__all__ = ["EMULATOR_TOKEN", "Settings", "SettingsError", "load"]
