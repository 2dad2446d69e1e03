"""`retrieval-checks cache`: what the cache holds, whether it is whole, and clearing it."""

import argparse
import json
import re
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from retrieval_checks.data.formats.lines import near_files
from retrieval_checks.encoding.storage.database import StoreWarning
from retrieval_checks.encoding.storage.upkeep import Stored
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import SettingsError, did_you_mean, printable
from retrieval_checks.judgement.explain.wording import counted

FORMAT = 1
_ACTIONS = {
    "info": "Say what is stored, by model and kind, and when it was last used.",
    "verify": "Read everything; drop what is damaged, which is then computed again. 1 if any was.",
    "clear": "Forget what is stored and give its space back.",
}
_SECONDS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in _ACTIONS.items():
        own = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        own.set_defaults(parser=own)
        own.add_argument(
            "--cache", type=Path, metavar="DIR", help="Default: the user's cache folder."
        )
        own.add_argument("--json", action="store_true", help="Print JSON.")
        if name == "clear":
            own.add_argument(
                "--model", metavar="MODEL", help="Of this model only: its name or fingerprint."
            )
            own.add_argument(
                "--older-than",
                type=_age,
                metavar="AGE",
                default=0,
                help="What was not used for so long only, such as 12h, 30d or 4w.",
            )


def run(args: argparse.Namespace) -> int:
    """Print what is asked for; 1 where something was damaged, else 0.

    Raises:
        RetrievalChecksError: a cache that cannot be read or written, or has no such model.
    """
    _check_folder(args.cache)
    store = Store(args.cache)
    try:
        return _RUN[args.action](store, args)
    finally:
        store.close()


def _check_folder(folder: Path | None) -> None:
    """Refuse what is no cache; the user's own, by default, may be made yet."""
    if folder is None or folder.is_dir():
        return
    if folder.exists():
        raise SettingsError(f"no cache at {folder}: a cache is a folder, this is a file")
    raise SettingsError(f"no cache at {folder}: there is no such folder{near_files(folder)}")


def _info(store: Store, args: argparse.Namespace) -> int:
    found = store.contents()
    print(_as_json(store, found) if args.json else _as_text(store, found))
    return 0


def _verify(store: Store, args: argparse.Namespace) -> int:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", StoreWarning)
        found = store.verify()
    said = [str(warning.message) for warning in caught]
    if args.json:
        print(_as_json(store, found, warnings=said))
    else:
        print("\n".join([_as_text(store, found), *said]))
        print("damaged; what was dropped is computed again" if said else "everything is whole")
    return int(bool(said))


def _clear(store: Store, args: argparse.Namespace) -> int:
    before = store.contents()
    _check_model(before, args.model)
    store.clear(model=args.model, older_than=args.older_than)
    after = store.contents()
    entries, size = (_total(before, name) - _total(after, name) for name in ("entries", "bytes"))
    if args.json:
        print(_as_json(store, after, cleared={"entries": entries, "bytes": size}))
    else:
        print(f"cleared {_amount(entries, size)}")
        print(_as_text(store, after))
    return 0


_RUN: dict[str, Callable[[Store, argparse.Namespace], int]] = {
    "info": _info,
    "verify": _verify,
    "clear": _clear,
}


def _check_model(stored: Sequence[Stored], model: str | None) -> None:
    if model == "":  # of a shell variable that is not set, say
        raise SettingsError("--model is empty; name one, or leave it out to clear all models")
    known = {one.model for one in stored} | {one.fingerprint for one in stored}
    if model is not None and not any(model == n or n.startswith(model) for n in known):
        names = sorted({printable(one.model or one.fingerprint) for one in stored})
        raise SettingsError(
            f"--model {model!r}: nothing of it is stored; {did_you_mean(model, names)}"
        )


def _as_text(store: Store, stored: Sequence[Stored]) -> str:
    """A line for the folder, and one for each model and kind."""
    head = f"{store.folder}: {_amount(_total(stored, 'entries'), _total(stored, 'bytes'))}"
    return "\n".join([head, *map(_line, stored)])


def _line(one: Stored) -> str:
    used = time.strftime("%Y-%m-%d", time.localtime(one.used)) if one.used else "never"
    name = f"{printable(one.model) or 'a model'} [{one.fingerprint[:12]}]"
    return (
        f"  {name} {one.kind}: {_amount(one.entries, one.bytes)}, last used {used}"
        f"{f', {one.damaged} damaged' if one.damaged else ''}"
    )


def _as_json(store: Store, stored: Sequence[Stored], **more: object) -> str:
    content = {"format": FORMAT, "folder": str(store.folder), "stored": [asdict(s) for s in stored]}
    return json.dumps({**content, **more}, indent=1, allow_nan=False)


def _total(stored: Sequence[Stored], name: str) -> int:
    return sum(int(getattr(one, name)) for one in stored)


def _amount(entries: int, size: int) -> str:
    return f"{counted(entries, 'entry', 'entries')}, {_size(size)}"


def _size(number: float) -> str:
    """A number of bytes in the unit that suits it.

    >>> _size(12), _size(1_500), _size(2_000_000_000)
    ('12 bytes', '1.5 kB', '2.0 GB')
    """
    unit = 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.1f} {_UNITS[unit]}" if unit else f"{number:.0f} {_UNITS[0]}"


def _age(text: str) -> float:
    """Seconds of an age.

    >>> _age("2d")
    172800.0
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([hdw])", text)
    if not found or not float(found[1]):
        raise argparse.ArgumentTypeError(f"{text!r}: a number and h, d or w, such as 30d")
    return float(found[1]) * _SECONDS[found[2]]
