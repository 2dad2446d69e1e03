"""The published schema says what reports hold, and nothing more."""

import copy
import json
from typing import Any

import pytest

from retrieval_checks.report.as_json import FORMAT, SCHEMA
from tests.report.documents import document

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document()


def test_a_report_with_everything_in_it_is_valid(validator: Any, made: dict[str, Any]) -> None:
    assert [error.message for error in validator.iter_errors(made)] == []
    (file,) = made["files"]
    assert file["details"]["funnel"]["rerankings"]
    assert {test["kind"] for test in file["tests"]} == {"query", "writing", "upgrade"}


@pytest.mark.parametrize(
    "path",
    [
        "format",
        "verdict.sentence",
        "files.0.documents",
        "files.0.gates.0.outcome",
        "files.0.tests.3.details.ranking.0.was",
        "files.0.details.funnel.stages.0.top",
        "files.0.details.context.now.corpus",
    ],
)
def test_what_lacks_a_part_or_has_another_is_not(
    validator: Any, made: dict[str, Any], path: str
) -> None:
    broken = copy.deepcopy(made)
    *parents, last = path.split(".")
    place: Any = broken
    for step in parents:
        place = place[int(step) if step.isdigit() else step]
    del place[last]
    assert not validator.is_valid(broken)
    place[last] = [["something", "else"]]
    assert not validator.is_valid(broken)


def test_the_schema_is_of_the_format_that_is_written(validator: Any) -> None:
    assert validator.schema["properties"]["format"] == {"const": FORMAT}
