"""Collections kept with Hugging Face's `datasets`: saved folders, and what its cache has."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.formats.beir import check_known_queries
from retrieval_checks.data.formats.lines import near_files
from retrieval_checks.data.formats.tables.reading import (
    read_table_corpus,
    read_table_qrels,
    read_table_queries,
)
from retrieval_checks.errors import DataError, MissingDependencyError, printable

_DICT, _SAVED = "dataset_dict.json", "state.json"  # what save_to_disk leaves in a folder
_JUDGEMENTS = ("qrels", "default", "relevant_docs")  # what the table of judgements is called


def is_hugging_face_folder(folder: Path) -> bool:
    """Whether `save_to_disk` wrote the folder, or it is one with a config for each table."""
    return (folder / _DICT).is_file() or (folder / "corpus").is_dir()


def read_hugging_face(source: object, *, split: str = "test") -> Collection:
    """The collection in a dataset of Hugging Face, in BEIR's parts: corpus, queries, qrels.

    Args:
        source: a mapping, such as a `DatasetDict`, of `corpus`, `queries` and `qrels` (or the
            split's name); or a folder: one that `DatasetDict.save_to_disk` wrote, one with such
            a folder for each part, or one with a config for each part, as on the hub; or the id of
            a dataset on the hub, `mteb/scifact`, whose files are in the local cache.
        split: the split of the judgements.

    Nothing is downloaded. The judgements' part may also be called `default`. Corpus and queries
    have one split, or one that is called like them or like `split`.

    Raises:
        DataError: a part or the split is missing (those that are there are listed), an id that the
            cache lacks; what `read_table_corpus` and its siblings refuse.
        MissingDependencyError: without the extra `datasets`, unless a mapping is given.

    >>> import pandas as pd
    >>> parts = {
    ...     "corpus": pd.DataFrame({"_id": ["d1"], "text": ["Cats purr."]}),
    ...     "queries": pd.DataFrame({"_id": ["q1"], "text": ["who purrs?"]}),
    ...     "qrels": pd.DataFrame({"query-id": ["q1"], "corpus-id": ["d1"], "score": [1]}),
    ... }
    >>> read_hugging_face(parts).qrels.to_dict()
    {'q1': {'d1': 1.0}}
    """
    if isinstance(source, str | os.PathLike):
        what, name = os.fspath(source), Path(source).resolve().name
        parts = _loaded(_folder(source))
    elif isinstance(source, Mapping):
        what, name, parts = "the dataset", "collection", source
    else:
        raise DataError(
            "a dataset is a folder, an id of the hub, or a mapping of corpus, queries and qrels to"
            f" tables, got {type(source).__name__}"
        )
    corpus = read_table_corpus(_part(parts, ("corpus",), split, what))
    queries = read_table_queries(_part(parts, ("queries",), split, what))
    judged = _part(parts, (*_JUDGEMENTS, split), split, what, own_split=True)
    qrels = read_table_qrels(judged)
    check_known_queries(qrels, queries, f"{what}: qrels", "its queries")
    return Collection(corpus, queries, qrels, name=name)


def _part(
    parts: Mapping[str, Any],
    names: tuple[str, ...],
    split: str,
    what: str,
    *,
    own_split: bool = False,
) -> Any:
    """The table of one part; of one with several splits the right one."""
    found = next((name for name in names if name in parts), None)
    if found is None:
        raise DataError(
            f"{what}: no {names[0]!r}; it has: {', '.join(map(printable, parts)) or 'nothing'}"
        )
    part = parts[found]
    if not isinstance(part, Mapping):
        return part
    if len(part) == 1 and not own_split:
        return next(iter(part.values()))
    wanted = [split] if own_split else [found, split]
    for name in wanted:
        if name in part:
            return part[name]
    raise DataError(
        f"{what}: no split {' or '.join(map(repr, wanted))} in its {found!r}; splits there:"
        f" {', '.join(map(printable, part))}"
    )


def _folder(source: str | os.PathLike[str]) -> Path:
    """The folder at a path, or where the hub's cache has the files of an id."""
    place = Path(source)
    if place.is_dir():
        return place
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(str(source), repo_type="dataset", local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        near = near_files(source) if place.parent.is_dir() else ""
        raise DataError(
            f"{os.fspath(source)}: no such folder{near}; nor is a dataset of that id in the local"
            f" cache, where 'hf download --repo-type dataset {os.fspath(source)}' puts one"
        ) from None


def _loaded(folder: Path) -> Mapping[str, Any]:
    """The parts of a folder, each a Dataset or a DatasetDict."""
    datasets = _library()
    places = [place for place in sorted(folder.iterdir()) if _is_saved(place)]
    try:
        if (folder / _DICT).is_file():
            saved: Mapping[str, Any] = datasets.load_from_disk(str(folder))
            return saved
        if places:
            return {place.name: datasets.load_from_disk(str(place)) for place in places}
        names = datasets.get_dataset_config_names(str(folder))
        return {name: datasets.load_dataset(str(folder), name) for name in names}
    except Exception as error:  # whatever its readers of foreign files raise
        raise DataError(f"{folder}: cannot be read by datasets: {error}") from error


def _is_saved(place: Path) -> bool:
    return (place / _DICT).is_file() or (place / _SAVED).is_file()


def _library() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingDependencyError(
            f'datasets is not installed ({error}): pip install "retrieval-checks[datasets]"'
        ) from error
    return datasets
