"""The collection that a golden file names, loaded; what is wrong with it stands at its line."""

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.formats.lines import FilePath
from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.errors import RetrievalChecksError


def load_named(source: FilePath, *, split: str = "test", where: str = "") -> Collection:
    """The collection at a path or under a name.

    Args:
        source: as `load_collection` takes it.
        split: which judgements.
        where: the line that names it, `file:line`; empty where it was named on a command line.

    Raises:
        DataError: as `load_collection`, the line in front.
        MissingDependencyError: likewise.

    >>> load_named("no/animals", where="mine.golden.yaml:2")
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.DataError: mine.golden.yaml:2: collection: no/animals: no such folder...
    """
    try:
        return load_collection(source, split=split)
    except RetrievalChecksError as error:
        if not where:
            raise
        raise type(error)(f"{where}: collection: {error}") from None
