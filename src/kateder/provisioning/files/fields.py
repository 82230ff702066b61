"""The settings of files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind

FOLDER = "folder"
SFTP = "sftp"
OWN = "own"

FIELDS: tuple[Field, ...] = (
    Field(
        "template",
        _("Files"),
        FieldKind.CHOICE,
        default="bol",
        choices=(
            ("bol", _("BoL user list (Excel)")),
            ("users", _("users.csv, one row per person")),
            ("oneroster", _("OneRoster 1.2 (CSV in a zip)")),
            ("sds", _("Microsoft School Data Sync 2.1 (CSV)")),
            (OWN, _("A template of our own")),
        ),
        help=_("What the files are called and what stands in them. The columns are filled only with what is released."),
    ),
    Field(
        "template_text",
        _("A template of our own"),
        FieldKind.LONG_TEXT,
        help=_("TOML, as the handbook describes. Used only when it is chosen above."),
    ),
    Field(
        "place",
        _("To"),
        FieldKind.CHOICE,
        default=FOLDER,
        choices=((FOLDER, _("A folder of this machine")), (SFTP, _("An SFTP server"))),
    ),
    Field(
        "folder",
        _("Folder"),
        FieldKind.PATH,
        help=_("The whole path of a folder that exists, such as /srv/export. Whoever can read it sees personal data."),
    ),
    Field("host", _("SFTP server"), help=_("Such as sftp.example.org.")),
    Field("port", _("Port"), FieldKind.NUMBER, default=22),
    Field("user", _("User name")),
    Field("password", _("Password"), FieldKind.SECRET, help=_("Empty where a key is used.")),
    Field(
        "private_key",
        _("Private key"),
        FieldKind.SECRET,
        help=_("OpenSSH or PEM, without a passphrase. It is stored sealed."),
    ),
    Field(
        "host_keys",
        _("The server's keys"),
        help=_(
            "Fingerprints such as SHA256:…, with commas between. Leave it empty and make a check: it shows the "
            "server's key, to compare with what the provider has told you by another way."
        ),
    ),
    Field("remote_folder", _("Folder at the server"), default=".", help=_("It must exist.")),
    Field(
        "keep_days",
        _("Keep earlier files, days"),
        FieldKind.NUMBER,
        default=0,
        help=_("Files with a date in their names hold personal data as long as they are kept. 0: only the latest."),
    ),
)
