"""Settings of what an administrator connects (a source, a target): declared, checked, kept with secrets sealed."""

from kateder.core.setup.fields import Field, FieldKind, Settings
from kateder.core.setup.keeping import BadSetting, SettingMissing, UnknownSetting, checked, opened, sealed

__all__ = [
    "BadSetting",
    "Field",
    "FieldKind",
    "SettingMissing",
    "Settings",
    "UnknownSetting",
    "checked",
    "opened",
    "sealed",
]
