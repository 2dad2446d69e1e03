"""Numbers of a gate, printed so that they are read back as the same; cut-offs checked."""

from decimal import Decimal

import numpy as np

from retrieval_checks.errors import SettingsError

_DEEPEST = 999_999_999  # what the spelling of a metric's cut-off can hold


def plain(number: float) -> str:
    """The number in as few characters as are read back as the same.

    >>> plain(120.0), plain(0.02), plain(1e-07)
    ('120', '0.02', '1e-07')
    """
    return repr(number).removesuffix(".0")


def as_percent(share: float) -> str:
    """A share of 1 as a percentage, digit by digit.

    >>> as_percent(0.07), 0.07 * 100, as_percent(0.999), as_percent(1.0)
    ('7%', 7.000000000000001, '99.9%', '100%')
    """
    return f"{Decimal(repr(share)).scaleb(2):f}%"


def check_cutoff(cutoff: object, what: str) -> int:
    """The cut-off, if it is a whole number from 1.

    Raises:
        SettingsError: anything else.
    """
    k = cutoff.item() if isinstance(cutoff, np.integer) else cutoff
    if type(k) is not int or not 1 <= k <= _DEEPEST:
        raise SettingsError(
            f"cut-off of {what} must be a whole number from 1 to {_DEEPEST}, got {cutoff!r}"
        )
    return k
