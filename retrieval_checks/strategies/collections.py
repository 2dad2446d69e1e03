"""Collections: texts, questions and judgements that belong together."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.strategies.ids import DOC_IDS, QUERY_IDS, Ids, dictionaries
from retrieval_checks.strategies.qrels import GRADES, one_judged

WORDS = ("the", "law", "of", "data", "models", "and", "their", "providers", "in", "markets")


@st.composite
def collections(
    draw: DrawFn,
    *,
    min_documents: int = 1,
    max_documents: int = 8,
    min_queries: int = 1,
    max_queries: int = 4,
    doc_ids: Ids = DOC_IDS,
    query_ids: Ids = QUERY_IDS,
    words: Sequence[str] = WORDS,
    grades: Sequence[float] = GRADES,
) -> Collection:
    """Collections: a corpus, queries, and judgements of these queries and these documents.

    Every query is judged and has a relevant document; no judgement is stale. Texts are made of
    `words`; a document's may be empty, a query's is not.

    Args:
        draw: given by Hypothesis.
        min_documents: fewest documents, at least 1.
        max_documents: most documents.
        min_queries: fewest queries, at least 1.
        max_queries: most queries.
        doc_ids: the document ids to choose from, or a strategy for ids.
        query_ids: the query ids to choose from, or a strategy for ids.
        words: what texts consist of, simplest first.
        grades: the grades that occur, simplest first.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10)
    ... @given(collections(max_documents=5))
    ... def judged_documents_are_in_the_corpus(collection):
    ...     assert collection.stale_judgements == ()
    >>> judged_documents_are_in_the_corpus()
    """
    documents = draw(
        dictionaries(doc_ids, _texts(words, min_words=0), max(min_documents, 1), max_documents)
    )
    asked = draw(
        dictionaries(query_ids, _texts(words, min_words=1), max(min_queries, 1), max_queries)
    )
    judgements = one_judged(tuple(documents), len(documents), grades, relevant=True)
    return Collection(
        Corpus.from_dict(documents),
        Queries.from_dict(asked),
        Qrels.from_dict({query_id: draw(judgements) for query_id in asked}),
    )


def _texts(words: Sequence[str], *, min_words: int) -> SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=min_words, max_size=4).map(" ".join)
