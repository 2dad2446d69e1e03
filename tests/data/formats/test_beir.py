"""BEIR folders: read, written, and said to be none."""

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.collection import Collection, Corpus, Document, Queries
from retrieval_checks.data.formats.beir import read_beir, write_beir
from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.shared_data import shared_data

CORPUS = '{"_id": "d1", "title": "Cats", "text": "Cats purr."}\n{"_id": "d 2", "text": "Dogs."}\n'
QUERIES = '{"_id": "q1", "text": "what purrs?"}\n{"_id": "q2", "text": "what barks?"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td 2\t0\nq2\td 2\t2\n"
GRADES = {"q1": {"d1": 1.0, "d 2": 0.0}, "q2": {"d 2": 2.0}}


@pytest.fixture
def folder(make_file: MakeFile) -> Path:
    make_file("cats/corpus.jsonl", CORPUS)
    make_file("cats/queries.jsonl", QUERIES)
    return make_file("cats/qrels/test.tsv", QRELS).parents[1]


def test_a_folder_is_a_collection_called_like_it(folder: Path) -> None:
    for collection in (read_beir(folder), load_collection(folder), load_collection(str(folder))):
        assert collection.name == "cats"
        assert collection.corpus["d1"].content == "Cats Cats purr."
        assert collection.queries["q2"] == "what barks?"
        assert collection.qrels.to_dict() == GRADES


def test_the_folder_here_is_called_by_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert load_collection(".").name == "cats"


def test_subtopics_are_refused_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    read = read_beir(folder)
    qrels = Qrels.from_subtopics({"q1": {"s": {"d1": 1}}})
    message = "the judgements have subtopics, which a BEIR folder cannot hold; use write_trec_qrels"
    with pytest.raises(DataError, match=f"^{message}$"):
        write_beir(Collection(read.corpus, read.queries, qrels), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_every_file_may_be_gzipped(folder: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
        (folder / name).unlink()
    assert read_beir(folder).qrels.to_dict() == GRADES


@pytest.mark.parametrize(
    "text",
    [
        QRELS.split("\n", 1)[1],
        "\ufeff" + QRELS.replace("\n", "\r\n"),
        "\n" + QRELS.replace("\n", "\n\n"),
        QRELS.replace("query-id\tcorpus-id\tscore", "query_id doc_id relevance"),
        QRELS.replace("query-id\tcorpus-id\tscore", "Query-ID\tCorpus-ID\tScore"),
        "q1\t0\td1\t1\nq1\tQ0\td 2\t0\nq2\t0\td 2\t2\n",
        QRELS.replace("\t1\n", "\t1.0\n").replace("\t2\n", "\t 2 \n"),
    ],
    ids=["no-header", "bom-crlf", "blank-lines", "own-header", "capitals", "trec", "decimals"],
)
def test_judgements_are_read_in_each_tolerated_form(folder: Path, text: str) -> None:
    (folder / "qrels" / "test.tsv").write_bytes(text.encode())
    assert read_beir(folder).qrels.to_dict() == GRADES


def test_blanks_separate_where_there_are_no_tabs(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text("q1 d1 1\nq1 0 d9 2\n")
    assert read_beir(folder).qrels.to_dict() == {"q1": {"d1": 1.0, "d9": 2.0}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1\td9", "'q1\\td9' is not three columns (query-id, corpus-id, score) separated by tabs"),
        ("q1 Geneva Durben 1", "'q1 Geneva Durben 1' is not three columns"),
        ("q1\tGeneva Durben\t1\tx", "is not three columns"),
        ("Geneva Durben\t1", "is not three columns"),
        ("q1\td9\thigh", "grade 'high' is not a number; fix the judgements or drop the line"),
        ("q1\td9\t1_0", "grade '1_0' is not a number; fix the judgements or drop the line"),
        ("q1\td9\tnan", "grade 'nan' of document 'd9' for query 'q1' is not finite"),
        ("q1\td1\t0", "document 'd1' for query 'q1' is judged already, in line 2 (grade 1 there,"),
        ("q1\t\t1", "empty document id; ids are non-empty strings"),
        ("query-id\tcorpus-id\tscore", "grade 'score' is not a number; fix the judgements or"),
    ],
)
def test_a_malformed_judgement_is_an_error_with_file_and_line(
    folder: Path, line: str, message: str
) -> None:
    path = folder / "qrels" / "test.tsv"
    path.write_text(f"{QRELS}{line}\n")
    with pytest.raises(DataError, match=re.escape(message)) as info:
        read_beir(folder)
    assert str(info.value).startswith(f"{path}:5: ")


def test_columns_in_another_order_are_refused(folder: Path) -> None:
    path = folder / "qrels" / "test.tsv"
    path.write_text("query-id\tscore\tcorpus-id\nq1\t1\td1\n")
    message = f"{path}:1: the header is 'query-id\\tscore\\tcorpus-id'; the columns of a BEIR qrels"
    with pytest.raises(DataError, match=re.escape(message)):
        read_beir(folder)


def test_a_bad_document_or_query_is_named_by_its_line(folder: Path) -> None:
    (folder / "queries.jsonl").write_text(QUERIES + '{"_id": "q3", "text": ""}\n')
    with pytest.raises(DataError, match=r"queries\.jsonl:3: query 'q3' has no text"):
        read_beir(folder)
    (folder / "corpus.jsonl").write_text(CORPUS + CORPUS)
    with pytest.raises(DataError, match=r"corpus\.jsonl:3: document 'd1' stands in line 1 already"):
        read_beir(folder)


def test_a_missing_split_lists_those_that_are_there(folder: Path) -> None:
    (folder / "qrels" / "train.tsv.gz").write_bytes(gzip.compress(QRELS.encode()))
    (folder / "qrels" / "notes.md").write_text("")
    assert len(read_beir(folder, split="train").qrels) == 2
    with pytest.raises(DataError, match=r"cats: no split 'dev'; splits there: test, train$"):
        load_collection(folder, split="dev")
    with pytest.raises(
        DataError, match=r"no split 'tset'; splits there: test, train; did you mean 'test'\?$"
    ):
        load_collection(folder, split="tset")


def test_no_split_at_all_says_where_to_put_one(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").unlink()
    with pytest.raises(DataError, match=r"qrels: no judgements; put test\.tsv there$"):
        read_beir(folder)


def test_judgements_of_unknown_queries_are_counted_and_named(folder: Path) -> None:
    path = folder / "qrels" / "test.tsv"
    path.write_text(QRELS + "q7\td1\t1\n")
    with pytest.raises(DataError, match=r"test\.tsv: 1 judged query is not in .*jsonl: 'q7'; add"):
        read_beir(folder)
    path.write_text("".join(f"x{i}\td1\t1\n" for i in range(9)))
    with pytest.raises(
        DataError, match=r"9 judged queries are not in .*: 'x0', .*'x4' and 4 more; add the"
    ):
        read_beir(folder)


def test_judged_documents_that_the_corpus_lacks_are_no_error(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text(QRELS + "q2\tgone\t1\n")
    assert read_beir(folder).stale_judgements == (("q2", "gone"),)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_what_a_folder_lacks_is_listed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    if name == "qrels/test.tsv":
        (folder / "qrels").rmdir()
        name = "qrels/"
    message = (
        "cats: not a BEIR folder, which has corpus.jsonl, queries.jsonl (either may end in .gz) and"
        f" qrels/; missing: {name}"
    )
    with pytest.raises(DataError, match=re.escape(message) + "$"):
        load_collection(folder)


def test_an_empty_folder_lacks_everything(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing: corpus\.jsonl, queries\.jsonl, qrels/$"):
        load_collection(tmp_path)


def test_no_folder_is_said_with_near_names(folder: Path) -> None:
    for read in (load_collection, read_beir):
        with pytest.raises(DataError, match=r"cat: no such folder; near names in its folder: cats"):
            read(folder.with_name("cat"))


def test_a_collection_is_written_into_a_new_folder(tmp_path: Path) -> None:
    corpus = Corpus.from_dict({"d1": "Cats purr."})
    queries = Queries.from_dict({"q1": "what purrs?"})
    collection = Collection(corpus, queries, Qrels.from_dict({"q1": {"d1": 1, "d2": 0.5}}))
    write_beir(collection, tmp_path / "new" / "cats", split="dev")
    folder = tmp_path / "new" / "cats"
    assert (folder / "qrels" / "dev.tsv").read_text() == (
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0.5\n"
    )
    assert load_collection(folder, split="dev").qrels.to_dict() == {"q1": {"d1": 1.0, "d2": 0.5}}


def test_what_the_format_cannot_express_is_refused_before_writing(tmp_path: Path) -> None:
    corpus, queries = Corpus.from_dict({}), Queries.from_dict({"q1": "x", "q\t2": "y"})
    for grades, message in (
        ({"q1": {}}, "query 'q1' has no judgements"),
        ({"q\t2": {"d": 1}}, r"id 'q\\t2' has a tab or a line end"),
        ({"q1": {"d\n": 1}}, r"id 'd\\n' has a tab or a line end"),
    ):
        collection = Collection(corpus, queries, Qrels.from_dict(grades))
        with pytest.raises(DataError, match=message):
            write_beir(collection, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_an_error(make_file: MakeFile) -> None:
    collection = Collection(
        Corpus.from_dict({"d": "x"}),
        Queries.from_dict({"q": "x"}),
        Qrels.from_dict({"q": {"d": 1}}),
    )
    with pytest.raises(DataError, match="no folder can be made: "):
        write_beir(collection, make_file("taken", "") / "new")


TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
JUDGED_IDS = TEXTS.filter(lambda text: bool(text) and not set(text) & set("\t\n\r"))


@st.composite
def collections(draw: st.DrawFn) -> Collection:
    query_ids = draw(st.lists(JUDGED_IDS, min_size=1, max_size=3, unique=True))
    doc_ids = draw(st.lists(JUDGED_IDS, min_size=1, max_size=3, unique=True))
    documents = [Document(i, draw(TEXTS), draw(TEXTS), {"k": draw(TEXTS)}) for i in doc_ids]
    tags = tuple({"tags": tuple(draw(st.lists(TEXTS, max_size=2)))} for _ in query_ids)
    grades = st.floats(allow_nan=False, allow_infinity=False)
    judged = st.dictionaries(st.sampled_from(doc_ids), grades, min_size=1)
    return Collection(
        Corpus.from_documents(documents),
        Queries(tuple(query_ids), tuple(f"{draw(TEXTS)}?" for _ in query_ids), tags),
        Qrels.from_dict({query_id: draw(judged) for query_id in query_ids}),
    )


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(collection=collections())
def test_any_collection_written_is_read_back_equal(tmp_path: Path, collection: Collection) -> None:
    write_beir(collection, tmp_path)
    back = read_beir(tmp_path)
    assert [back.corpus[d] for d in back.corpus] == [
        collection.corpus[d] for d in collection.corpus
    ]
    assert back.queries.query_ids == collection.queries.query_ids
    assert back.queries.texts == collection.queries.texts
    assert [back.queries.tags(q) for q in back.queries] == [
        collection.queries.tags(q) for q in collection.queries
    ]
    assert back.qrels.to_dict() == collection.qrels.to_dict()


def test_scifact_is_read() -> None:
    folder = shared_data("scifact")
    collection = load_collection(folder)
    assert (len(collection.corpus), len(collection.queries)) == (5183, 1109)
    assert (len(collection.qrels), len(collection.qrels.docs)) == (300, 339)
    assert len(collection.judged_queries) == 300
    assert collection.qrels["1"] == {"31715818": 1.0}
    assert collection.stale_judgements == ()
    assert len(load_collection(folder, split="train").qrels) == 809


def test_limit_small_whose_ids_contain_blanks_is_read() -> None:
    collection = load_collection(shared_data("limit_small"))
    assert (len(collection.corpus), len(collection.queries)) == (46, 1000)
    assert len(collection.qrels.docs) == 2000
    assert collection.qrels["query_0"] == {"Geneva Durben": 1.0, "Dorathea Bastress": 1.0}
    assert collection.stale_judgements == ()
