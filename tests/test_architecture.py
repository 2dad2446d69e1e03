"""Layers import one way; importing the plugin loads nothing but itself."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import retrieval_checks

ROOT = Path(retrieval_checks.__file__).parent

BELOW = {
    "errors": set(),
    "data": {"errors"},
    "metrics": {"errors", "data"},
    "strategies": {"errors", "data", "metrics"},
    "judgement": {"errors", "data", "metrics"},
    "comparison": {"errors", "data", "metrics", "judgement"},
    "golden": {"errors", "data", "metrics", "judgement", "comparison"},
    "encoding": {"errors", "data"},
    "retrieval": {"errors", "data", "encoding"},
    "contracts": {
        *("errors", "data", "metrics", "strategies", "judgement", "comparison"),
        *("encoding", "retrieval"),
    },
    "report": {"errors", "data", "metrics", "judgement", "comparison", "golden"},
    "plugin": {
        *("errors", "data", "metrics", "judgement", "comparison", "golden"),
        *("encoding", "retrieval", "report"),
    },
    "cli": {
        *("errors", "data", "metrics", "judgement", "comparison", "golden"),
        *("encoding", "retrieval", "report"),
    },
}
ON_FIRST_USE = {  # too heavy, or optional: imported inside the functions that need them
    *("torch", "transformers", "sentence_transformers", "huggingface_hub", "bm25s", "Stemmer"),
    *("pandas", "pyarrow", "scipy", "sqlite3", "filelock", "platformdirs", "xdist"),
    *("httpx2", "psycopg", "qdrant_client", "lancedb", "faiss", "usearch", "ray"),
    *("jinja2", "markupsafe"),
    *("langchain_core", "llama_index", "haystack", "datasets", "ir_datasets", "ranx"),
}
PLUGIN_MODULES = {
    "retrieval_checks",
    "retrieval_checks.plugin",
    "retrieval_checks.plugin.fixtures",
    "retrieval_checks.plugin.options",
    "retrieval_checks.plugin.settings",
}
MODULES = sorted(ROOT.rglob("*.py"))
LAYERED = [path for path in MODULES if path.parent != ROOT or path.name != "__init__.py"]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(nodes: list[ast.stmt], *, inner: bool) -> Iterator[tuple[str, int]]:
    """(module, line) of every import; those inside functions only where `inner` says so."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not inner:
            continue
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or inner:
            for field in ("body", "orelse", "finalbody"):
                yield from _imports(getattr(node, field, []), inner=inner)
            for handler in getattr(node, "handlers", []):
                yield from _imports(handler.body, inner=inner)


def test_every_module_belongs_to_a_layer() -> None:
    assert {_layer(path) for path in MODULES} - {"__init__"} == set(BELOW)


@pytest.mark.parametrize("path", LAYERED, ids=_name)  # the façade names every layer
def test_imports_run_downward_only(path: Path) -> None:
    layer = _layer(path)
    for module, line in _imports(ast.parse(path.read_text("utf-8")).body, inner=True):
        parts = module.split(".")
        if parts[0] == "retrieval_checks" and parts[1] != layer:
            assert parts[1] in BELOW[layer], f"{_name(path)}:{line} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_heavy_libraries_are_imported_on_first_use(path: Path) -> None:
    for module, line in _imports(ast.parse(path.read_text("utf-8")).body, inner=False):
        assert module.split(".")[0] not in ON_FIRST_USE, f"{_name(path)}:{line} imports {module}"


@pytest.mark.parametrize("folder", sorted({p.parent for p in MODULES}), ids=_name)
def test_a_folder_has_at_most_eight_modules(folder: Path) -> None:
    modules = [p for p in folder.iterdir() if p.suffix == ".py" and p.name != "__init__.py"]
    assert len(modules) <= 8


def _new_modules(statement: str) -> set[str]:
    code = f"import sys, pytest; old = set(sys.modules); {statement}\nimport json; "
    code += "print(json.dumps(sorted(set(sys.modules) - old - {'json'})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout))


def test_importing_the_plugin_loads_only_its_light_modules() -> None:
    found = _new_modules("import retrieval_checks.plugin")
    assert {m for m in found if not m.startswith("json")} == PLUGIN_MODULES


def test_importing_the_package_loads_no_module_of_it() -> None:
    assert _new_modules("import retrieval_checks") == {"retrieval_checks"}


def test_measuring_a_run_loads_no_encoder() -> None:
    found = _new_modules("from retrieval_checks import Run, evaluate, assert_ndcg_at_least")
    assert not {m for m in found if m.startswith(("retrieval_checks.encoding", "torch", "pandas"))}


def test_every_public_name_can_be_imported_and_is_declared_to_type_checkers() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text("utf-8"))
    declared = {name.split(".")[-1] for name, _ in _imports(tree.body, inner=True)}
    assert declared >= set(retrieval_checks.__all__)
    for name in retrieval_checks.__all__:
        assert getattr(retrieval_checks, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        retrieval_checks.nonsense  # noqa: B018
