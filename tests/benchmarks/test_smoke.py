"""The benchmark of metrics does the same work with every contender; nothing here is timed."""

from math import nan
from pathlib import Path

import pytest

from tests.benchmarks.metrics import compare, print_ties
from tests.benchmarks.peers.contenders import OURS, PEERS, Contender, Means, installed
from tests.benchmarks.peers.fresh_process import usage
from tests.benchmarks.peers.judged_run import JudgedRun, make_judged_run
from tests.benchmarks.peers.rounds import interleaved

CONTENDERS = [
    pytest.param(c, id=c.name, marks=[pytest.mark.slow] if c.compiles else [])
    for c in (OURS, *PEERS)
]


@pytest.fixture(scope="module")
def data() -> JudgedRun:
    return make_judged_run(20, 10)


def by_hand(data: JudgedRun) -> float:
    """Mean reciprocal rank of the first judged document: every judgement is relevant."""
    total = 0.0
    for docs, judged in zip(data.docs.tolist(), data.judged.tolist(), strict=True):
        total += max(1 / rank for rank, doc in enumerate(docs, start=1) if doc in judged)
    return total / len(data.query_ids)


@pytest.mark.filterwarnings("ignore")  # numba's, while it compiles
@pytest.mark.parametrize("contender", CONTENDERS)
def test_a_contender_finds_the_same_from_every_form(
    contender: Contender, data: JudgedRun, tmp_path: Path
) -> None:
    if not contender.version():
        pytest.skip(f"{contender.distribution} is not installed")
    run, qrels = data.run_dict(), data.qrels_dict()
    means: list[Means] = [
        OURS.from_arrays(data),
        contender.prepared(run, qrels)(),
        contender.from_dicts(run, qrels),
        contender.from_files(*data.files(tmp_path)),
        contender.from_files(*data.files(tmp_path, suffix=".trec.gz")),
    ]
    for found in means:
        assert found == pytest.approx(means[0], abs=1e-9)
    assert means[0][-1] == pytest.approx(by_hand(data))


@pytest.mark.slow  # ranx, where it is installed
@pytest.mark.filterwarnings("ignore")
def test_all_tables_are_printed(
    data: JudgedRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = list(compare(data, tmp_path, budget=0))
    print_ties(data.shuffled_with_ties(), budget=0)
    assert capsys.readouterr().out.count("same means: nDCG@10") == 5
    if len(installed()) == 1 + len(PEERS):
        assert len(targets) == 6  # two each for (a), (b) and (c)


def test_a_contender_that_does_other_work_is_named() -> None:
    rounds = interleaved({"one": lambda: (0.5,), "two": lambda: (0.501,)}, budget=0)
    with pytest.raises(AssertionError, match=r"two has \(0.501,\), one has \(0.5,\)"):
        rounds.check_agreement()


def test_means_that_are_no_numbers_do_not_agree() -> None:
    rounds = interleaved({"one": lambda: (0.5,), "two": lambda: (nan,)}, budget=0)
    with pytest.raises(AssertionError, match="two has"):
        rounds.check_agreement()


def test_a_fresh_process_tells_what_it_used(data: JudgedRun, tmp_path: Path) -> None:
    used = usage(OURS, data, tmp_path)
    assert used["seconds"] > 0
    assert not used["before"] > used["peak"]
