"""What codes of trouble mean in ways whose settings and places our own IT looks after: files and directories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = Promise | str

_CHECK: Final = _("Make a check of the service's settings: it says what is wrong and what to do.")
_AGAIN: Final = _("Kateder tries again by itself, and what was there before is still in place.")
_LOOK: Final = _("Look at the entry in the directory, or at the settings; it is tried again by itself.")
UNUSABLE: Final = "unusable_settings"
WORDS: Final[Mapping[str, tuple[Text, Text]]] = {
    UNUSABLE: (_("The settings of the way out cannot be used"), _CHECK),
    "bad_template": (_("The template for the files cannot be used"), _CHECK),
    "no_such_folder": (_("The folder does not exist"), _CHECK),
    "no_permission": (_("Kateder may not write in the folder"), _CHECK),
    "disk_full": (_("There is no room for the files"), _("Make room. What was there before is still in place.")),
    "cannot_write": (_("The files could not be written"), _AGAIN),
    "not_whole": (_("A file did not arrive as it was sent"), _AGAIN),
    "half_in_place": (_("Some files were put in place and some were not"), _("They are all sent again by themselves.")),
    "login_refused": (_("The SFTP server does not let us in"), _CHECK),
    "bad_key": (_("Our private key cannot be read"), _CHECK),
    "host_key_unknown": (_("The SFTP server's key has not been filled in"), _CHECK),
    "host_key_changed": (
        _("The SFTP server shows another key than before"),
        _("Nothing has been sent. Ask the provider whether they have changed it, by another way than e-mail."),
    ),
    "unknown_what_is_there": (
        _("What the file last held is not known any more"),
        _("Approve the plan that waits: everything is then made anew."),
    ),
    "bind_refused": (_("The directory does not accept our account"), _CHECK),
    "certificate_not_trusted": (_("The directory's certificate is not trusted"), _CHECK),
    "clear_text": (_("The directory is only reached unencrypted"), _CHECK),
    "no_encryption": (_("The directory does not offer encryption"), _CHECK),
    "refused_ambiguous": (_("Several entries could be this one"), _LOOK),
    "refused_taken": (_("The account that was to be adopted is somebody else's already"), _LOOK),
    "refused_name_taken": (_("There is another entry with that name"), _LOOK),
    "refused_no_name": (_("Nothing that the entry's name could be made of is released"), _CHECK),
    "refused_no_right": (
        _("Our account may not do that in the directory"),
        _("Let the account write below the base, groups' members included."),
    ),
    "refused_schema": (_("The directory's schema does not have that attribute, or wants another"), _CHECK),
    "refused_value": (_("The attribute does not take such a value"), _LOOK),
    "refused_constraint": (_("A rule of the directory does not allow the value"), _LOOK),
    "refused_unwilling": (_("The directory refuses to do it"), _LOOK),
    "refused_elsewhere": (_("The entry is kept by another server"), _CHECK),
    "refused_member_missing": (
        _("A member of the group is not in the directory"),
        _("It follows by itself once the account is there."),
    ),
}
NO_WAY_IN: Final = frozenset(
    {
        UNUSABLE,
        "login_refused",
        "bad_key",
        "host_key_unknown",
        "host_key_changed",
        "bind_refused",
        "certificate_not_trusted",
    }
)
"""Codes that mean that we do not get in, however long we wait."""
