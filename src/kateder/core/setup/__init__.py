"""Settings of what an administrator connects (a source, a target): declared, checked, kept with secrets sealed."""

from kateder.core.setup.fields import Field, FieldKind, Settings, section
from kateder.core.setup.keeping import BadSetting, SettingMissing, UnknownSetting, checked, opened, sealed
from kateder.core.setup.steps import Step, StepName, walked

__all__ = [
    "BadSetting",
    "Field",
    "FieldKind",
    "SettingMissing",
    "Settings",
    "Step",
    "StepName",
    "UnknownSetting",
    "checked",
    "opened",
    "sealed",
    "section",
    "walked",
]
