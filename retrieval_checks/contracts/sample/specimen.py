"""`Specimen`: what is checked, made once by the user's factory."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from retrieval_checks.contracts.check import DoesNotApply

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """What a factory gives, and what was made of it; checks may run in several threads.

    >>> specimen = Specimen("list", list)
    >>> specimen.given is specimen.given, specimen.again() is specimen.given
    (True, False)
    """

    name: str
    factory: Callable[..., object]
    _made: dict[str, Any] = field(init=False, repr=False, default_factory=dict)
    _guard: threading.RLock = field(init=False, repr=False, default_factory=threading.RLock)

    @property
    def given(self) -> object:
        """What the factory gave on first use."""
        return self.once("given", self.factory)

    def again(self) -> object:
        """What the factory gives when it is called again.

        Raises:
            DoesNotApply: the same object.
        """
        again = self.factory()
        if again is self.given:
            raise DoesNotApply("the factory gives the same object each time; let it make a new one")
        return again

    def once(self, what: str, make: Callable[[], Value]) -> Value:
        """What `make` gives, made on the first call under this name."""
        with self._guard:
            if what not in self._made:
                self._made[what] = make()
            made: Value = self._made[what]
            return made


def attempt(call: Callable[[], Value]) -> Value | str:
    """What the call gives, or the error that it raises, as a text to compare.

    >>> attempt(lambda: 1), attempt(lambda: 1 / 0)
    (1, 'ZeroDivisionError: division by zero')
    """
    try:
        return call()
    except Exception as error:  # whatever is raised is what was found
        return f"{type(error).__name__}: {str(error)[:200]}"
