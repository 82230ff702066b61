"""Subjects with Skolverket's codes, as far as the synthetic authority teaches them."""

from types import MappingProxyType

_CODES = MappingProxyType(
    {
        ("GR", "Matematik"): "GRGRMAT01",
        ("GR", "Svenska"): "GRGRSVE01",
        ("GR", "Svenska som andraspråk"): "GRGRSVA01",
        ("GR", "Engelska"): "GRGRENG01",
        ("GR", "Spanska"): "GRGRMSP01",
        ("GR", "Tyska"): "GRGRMTY01",
        ("GR", "Franska"): "GRGRMFR01",
        ("GR", "Modersmål"): "GRGRMOM01",
        ("GY", "Matematik"): "MATE",
        ("GY", "Engelska"): "ENGE",
        ("GY", "Svenska"): "SVEE",
        ("GY", "Historia"): "HISO",
        ("VUXSFI", "Svenska för invandrare"): "SFI",
        ("VUXGR", "Svenska som andraspråk"): "GRNSVA2",
        ("VUXGY", "Matematik"): "MATE",
    }
)

GENERAL = MappingProxyType({"FKLASS": "Förskoleklass", "GRAN": "Ämnesområden", "GYAN": "Ämnesområden"})
"""What a class has with its own teacher where teaching is not divided by subject."""


def subject(name: str, *, school_type: str) -> tuple[str, str]:
    """Return a subject's code, empty where there is none, and its name."""
    return _CODES.get((school_type, name), ""), name
