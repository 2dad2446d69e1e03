"""`as_retriever`: whatever somebody searches with, as a retriever."""

from collections.abc import Callable
from typing import Any

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.function import FunctionRetriever
from retrieval_checks.retrieval.adapters.haystack import HaystackRetriever
from retrieval_checks.retrieval.adapters.langchain import LangChainRetriever
from retrieval_checks.retrieval.adapters.llama_index import LlamaIndexRetriever
from retrieval_checks.retrieval.protocols import Retriever

_FRAMEWORKS: dict[str, Callable[[Any], Retriever]] = {
    "langchain_core": LangChainRetriever,
    "llama_index": LlamaIndexRetriever,
    "haystack": HaystackRetriever,
}


def as_retriever(value: object) -> Retriever:
    """The object itself if it retrieves, else the adapter that fits it.

    - an object with `retrieve(queries, k)`: itself;
    - a retriever of LangChain or LlamaIndex, or a component of Haystack that searches by text: in
      its adapter, with the adapter's defaults;
    - a function: a `FunctionRetriever`.

    No framework is imported: an object of one tells by the modules of its class.

    Raises:
        SettingsError: a class, or something else that does not retrieve.

    >>> as_retriever(lambda queries, k: {query_id: ["d1"] for query_id in queries}).name
    '<lambda>'
    """
    if isinstance(value, type):
        raise SettingsError(f"{value.__name__} is a class; give an object of it")
    for base in type(value).__mro__:
        adapter = _FRAMEWORKS.get(base.__module__.partition(".")[0])
        if adapter is not None:
            return adapter(value)
    if hasattr(value, "__haystack_input__"):  # a component is marked, not derived
        return HaystackRetriever(value)
    if isinstance(value, Retriever):
        return value
    if callable(value):
        return FunctionRetriever(value)
    raise SettingsError(
        f"{type(value).__name__} is no retriever; it needs the method retrieve(queries, k) -> Run,"
        " or give a function (queries, k)"
    )
