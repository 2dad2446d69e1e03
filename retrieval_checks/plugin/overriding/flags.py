"""Flags about models, where the user's own fixtures do not heed them."""

import pytest

from retrieval_checks.errors import SettingsError
from retrieval_checks.plugin.fixtures import MADE
from retrieval_checks.plugin.overriding.definitions import override_of

_READ_BY = {  # the fixtures of this plugin that a flag is for
    "bi_encoder": ("bi_encoder",),
    "reranker": ("reranker",),
    "dtype": ("bi_encoder", "reranker"),
    "device": ("bi_encoder", "reranker"),
}


def check_flags(request: pytest.FixtureRequest) -> None:
    """Refuse flags about models that no fixture read, once the fixture `retriever` is made.

    Another pipeline would be judged than the one that was asked for. An ini key is a default, which
    a fixture may leave aside. With --retrieval-candidate the flags are read for the candidate.

    Raises:
        SettingsError: names the flags, and the fixture that stands in their way with its line.
    """
    option, made = request.config.getoption, request.config.stash.get(MADE, set())
    unread = [
        name
        for name, readers in _READ_BY.items()
        if option(f"retrieval_{name}") and made.isdisjoint(readers)
    ]
    if not unread or option("retrieval_candidate"):
        return
    flags = " and ".join(f"--retrieval-{name.replace('_', '-')}" for name in unread)
    readers = _READ_BY[unread[0]]
    name, where = _in_the_way(request, readers)
    lacks = "" if name in readers else f" and does not ask for {' or '.join(map(repr, readers))}"
    raise SettingsError(
        f"{flags}: nothing reads it, as {name!r}{where} is a fixture of your own{lacks}; what would"
        " be judged is not what was asked for\n"
        f"  to do: leave the flag out, or let the fixture take {readers[0]!r} as an argument"
        + (" from this plugin" if name in readers else "")
    )


def _in_the_way(request: pytest.FixtureRequest, readers: tuple[str, ...]) -> tuple[str, str]:
    """The fixture that was overridden, the reader's own before the retriever, and where."""
    for name in (*readers, "retriever"):
        if place := override_of(name, request.config, request.node.path):
            return name, f" of {place}"
    return "retriever", ""
