"""The example of the EU AI Act, copied, with the real model: green, and red where it should be."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from retrieval_checks.encoding.sources.resolve import OFFLINE_MODEL, local_path
from tests.plugin.conftest import Project, Session

pytestmark = pytest.mark.slow
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
GOLDEN = "golden/ai_act.golden.yaml"
INI = "[pytest]\nretrieval_reranker = late-interaction\nretrieval_device = cpu\n"
LOADED = """\
import os, pathlib, sys

def pytest_sessionfinish():
    heavy = {"torch", "transformers", "sentence_transformers", "bm25s"} & set(sys.modules)
    name = os.environ.get("PYTEST_XDIST_WORKER", "main")
    pathlib.Path(f"loaded-{name}.txt").write_text(" ".join(sorted(heavy)))
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests of this file: each text is encoded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FIXTURES / GOLDEN).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def example(empty_project: Project) -> Project:
    if local_path(OFFLINE_MODEL) is None:
        pytest.skip(f"{OFFLINE_MODEL} is not on this machine; install the extra 'offline'")
    shutil.copytree(FIXTURES / "ai_act", empty_project.path / "ai_act")
    shutil.copytree(FIXTURES / "golden", empty_project.path / "golden")
    empty_project.write("pytest.ini", INI)
    empty_project.write("conftest.py", LOADED)
    return empty_project


def _run(example: Project, cache: Path, *args: str) -> Session:
    return example.run("-p", "no:logging", f"--retrieval-cache={cache}", *args)


def _names(golden: dict[str, Any]) -> list[str]:
    queries = [str(query["id"]) for query in golden["queries"]]
    return queries + [f"gate[{gate}]" for gate in golden["gates"]]


def test_it_is_green_and_warm_runs_load_no_model_with_or_without_workers(
    example: Project, golden: dict[str, Any], tmp_path: Path
) -> None:
    cold = _run(example, tmp_path)
    assert cold.code == 0, cold.text
    assert cold.outcomes() == dict.fromkeys(_names(golden), "PASSED")
    assert "torch" in _loaded(example)["main"]
    warm = _run(example, tmp_path)
    assert (warm.code, warm.outcomes()) == (0, cold.outcomes())
    assert _loaded(example) == {"main": ""}
    workers = _run(example, tmp_path, "-n", "2")
    assert (workers.code, workers.outcomes()) == (0, cold.outcomes())
    assert _loaded(example) == {"main": "", "gw0": "", "gw1": ""}


def test_a_report_draws_the_curve_of_the_reranker_without_scoring_anything(
    example: Project, cache: Path
) -> None:
    assert _run(example, cache).code == 0
    _loaded(example)
    session = _run(example, cache, "--retrieval-report=out.json")
    assert (session.code, _loaded(example)) == (0, {"main": ""})
    [file] = json.loads((example.path / "out.json").read_text(encoding="utf-8"))["files"]
    funnel = file["details"]["funnel"]
    [reranking] = funnel["rerankings"]
    points = reranking["depths"]["points"]
    assert [point["depth"] for point in points] == [10, 20, 50]
    assert points[-1]["mean"] == reranking["reranked"]
    assert [point["ceiling"] for point in points] == sorted(p["ceiling"] for p in points)
    uncached = example.run(
        "-p", "no:logging", "--retrieval-no-cache", "--retrieval-report=out.json"
    )
    assert uncached.code == 0
    [file] = json.loads((example.path / "out.json").read_text(encoding="utf-8"))["files"]
    assert file["details"]["funnel"]["rerankings"][0]["depths"] is None


def _loaded(example: Project) -> dict[str, str]:
    """What each process of the last run had loaded of what a warm run does without."""
    found = sorted(example.path.glob("loaded-*.txt"))
    loaded = {path.stem.removeprefix("loaded-"): path.read_text() for path in found}
    for path in found:
        path.unlink()
    return loaded


def _judgements() -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    with (FIXTURES / "ai_act/qrels/test.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return judged


def _named(query: dict[str, Any]) -> set[str]:
    expect = query.get("expect", {})
    pairs = {doc_id for pair in expect.get("above", []) for doc_id in pair}
    return {*expect.get("within", {}), *expect.get("absent", {}), *pairs}


def test_a_deleted_document_stops_its_queries_and_the_gates_and_nothing_else(
    example: Project, cache: Path, golden: dict[str, Any]
) -> None:
    doc_id = next(iter(golden["queries"][0]["expect"]["within"]))
    corpus = example.path / "ai_act/corpus.jsonl"
    lines = corpus.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["_id"] != doc_id]
    assert len(kept) == len(lines) - 1
    corpus.write_text("".join(kept), encoding="utf-8")

    judged = _judgements()
    hit = {
        str(query["id"])
        for query in golden["queries"]
        if doc_id in _named(query) | judged[query["id"]].keys()
    }
    session = _run(example, cache)
    assert session.code == 1
    outcomes = session.outcomes()
    stopped = {name for name, outcome in outcomes.items() if outcome == "ERROR"}
    assert stopped == hit | {f"gate[{gate}]" for gate in golden["gates"]}
    first = str(golden["queries"][0]["id"])
    grade = judged[first][doc_id]
    told = f"document '{doc_id}' (named in 'expect', grade {grade}) is not in the corpus"
    assert told in session.summary(first)
    assert "restore the document, or correct the golden file and judgements" in session.text
    assert (
        f"{len(hit)} of {len(golden['queries'])} golden queries cannot be judged:" in session.text
    )


@pytest.fixture(scope="session")
def poor_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bi-encoder of the right shape that knows nothing: random weights, with a seed."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = tmp_path_factory.mktemp("poor")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=256,
    )
    BertModel(config).save_pretrained(folder / "bert")
    tokenizer = AutoTokenizer.from_pretrained(local_path(OFFLINE_MODEL))
    tokenizer.model_max_length = 256
    tokenizer.save_pretrained(folder / "bert")
    bert = Transformer(str(folder / "bert"))
    pooling = Pooling(32)
    SentenceTransformer(modules=[bert, pooling], device="cpu").save(str(folder / "model"))
    assert (folder / "model/model.safetensors").exists()
    return folder / "model"


def test_a_poor_model_fails_the_gates_and_says_which_queries_to_look_at(
    example: Project, cache: Path, poor_model: Path, golden: dict[str, Any]
) -> None:
    args = (f"--retrieval-bi-encoder={poor_model}", "--retrieval-reranker=none")
    session = _run(example, cache, *args)
    assert session.code == 1
    outcomes = session.outcomes()
    assert set(outcomes.values()) <= {"PASSED", "FAILED"}
    assert sum(outcome == "FAILED" for outcome in outcomes.values()) > len(outcomes) / 2
    for gate in golden["gates"]:
        metric, _, floor = gate.partition(" >= ")
        assert outcomes[f"gate[{gate}]"] == "FAILED"
        assert session.summary(f"gate[{gate}]").startswith(f"{metric} is 0.")
        assert f" below {floor} ({len(golden['queries'])} queries)" in session.text
    assert f"lowest nDCG@10 of {len(golden['queries'])} queries:" in session.text
    assert "to do: start with the lowest queries above" in session.text
    assert "ranking by 'dense' (nDCG@10 0." in session.text


def test_a_broken_rank_expectation_shows_what_took_the_place(
    example: Project, cache: Path, golden: dict[str, Any]
) -> None:
    query = golden["queries"][0]
    doc_id = next(iter(query["expect"]["within"]))
    usurper = query["expect"]["above"][0][1]
    example.edit(GOLDEN, f"above: [[{doc_id}, {usurper}]", f"above: [[{usurper}, {doc_id}]")
    session = _run(example, cache, "-k", query["id"])
    assert session.outcomes() == {query["id"]: "FAILED"}
    lines = session.text.splitlines()
    assert f'  "{query["text"]}"' in lines
    assert f"  x '{usurper}' above '{doc_id}'" in lines
    assert any(line.startswith("->  #2  [3]") and doc_id in line for line in lines)
    assert any(line.startswith("ranking by 'dense > rerank' (nDCG@10 ") for line in lines)
    assert session.summary(query["id"]).startswith(f"'{usurper}' is at rank ")
    assert lines[-1].strip("= ").startswith(f"1 failed, {len(_names(golden)) - 1} deselected")


def test_the_golden_file_of_the_readme_is_green_as_it_stands(example: Project, cache: Path) -> None:
    readme = FIXTURES.parent / "README.md"
    if not readme.is_file():
        pytest.skip("away from the sources there is no README.md")
    block = readme.read_text(encoding="utf-8").partition("```yaml\nformat: 1\n")[2]
    (example.path / GOLDEN).unlink()
    example.write("golden/readme.golden.yaml", "format: 1\n" + block.partition("```")[0])
    session = _run(example, cache)
    assert session.code == 0, session.text
    assert session.counts() == {"passed": 3}
