"""Models exported to other runtimes, where their libraries are installed.

For OpenVINO that is `pip install "sentence-transformers[openvino]"`. What the extra [onnx] brings
does not run beside transformers 5 yet (optimum-onnx 0.1), which sentence-transformers 6 needs.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.sources.loading import Backend
from retrieval_checks.errors import ModelError

TEXTS = ["A provider places a system on the market.", "Bees dance.", "", "one " * 400]
NEEDS: dict[Backend, tuple[str, str]] = {
    "openvino": ("optimum.intel", "openvino"),
    "onnx": ("optimum.onnxruntime", "onnxruntime"),
}


@pytest.fixture(params=["openvino", "onnx"])
def exported(
    request: pytest.FixtureRequest, minilm_folder: Path, tmp_path: Path
) -> tuple[Path, Backend]:
    """A folder that sentence-transformers itself exported to."""
    backend: Backend = request.param
    if any(find_spec(name.partition(".")[0]) is None for name in NEEDS[backend]):
        pytest.skip(f"{' and '.join(NEEDS[backend])} are not installed")
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(minilm_folder), backend=backend)
    except ImportError as error:
        pytest.skip(f"the {backend} backend is installed and cannot be imported: {error}")
    model.save_pretrained(str(tmp_path / "exported"))
    return tmp_path / "exported", backend


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the exporters, while they trace
def test_an_exported_model_encodes_as_the_original_does(
    exported: tuple[Path, Backend], minilm: BiEncoder
) -> None:
    folder, backend = exported
    model = BiEncoder(str(folder), backend=backend)
    ours, theirs = model.encode_documents(TEXTS), minilm.encode_documents(TEXTS)
    cosines = (ours * theirs).sum(axis=1)  # of unit length
    assert cosines == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


@pytest.mark.parametrize("backend", ["openvino", "onnx"])
def test_a_folder_without_exported_weights_says_what_is_missing(
    backend: Backend, minilm_folder: Path
) -> None:
    with pytest.raises(ModelError, match=r"no \.(xml|onnx)"):
        _ = BiEncoder(str(minilm_folder), backend=backend).fingerprint
