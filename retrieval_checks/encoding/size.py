"""`parse_size`: how much disk a store may take, as people write it."""

from retrieval_checks.errors import SettingsError

_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_size(text: str) -> int:
    """Bytes, of a size with or without a unit: powers of 1,000, as disks are sold.

    Raises:
        SettingsError: no such size.

    >>> parse_size("500MB"), parse_size("20 G"), parse_size("4096")
    (500000000, 20000000000, 4096)
    """
    number = text.strip().upper().removesuffix("B")
    unit = _UNITS.get(number[-1:], 1)
    digits = (number[:-1] if unit > 1 else number).strip()
    if not digits.isdecimal() or int(digits) < 1:
        raise SettingsError(f"{text!r} is no size, such as 500MB or 20GB")
    return int(digits) * unit
