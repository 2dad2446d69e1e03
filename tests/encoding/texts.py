"""Texts and pairs that real models are asked about: short, long, empty, odd."""

from tests.oracles import notebook

TEXTS = [
    notebook.QUERY,
    notebook.PASSAGE_0,
    "",
    "?!",
    "word " * 400,
    "Größe, 北京, 🙂 e\u0301",
    *(f"The {i}th of several passages, {'long ' * (i % 7)}and short." for i in range(20)),
]
PAIRS = [(query, text) for query in (notebook.QUERY, "short") for text in TEXTS[:10]]
PAIRS = [(query, text) for query in (notebook.QUERY, "short") for text in TEXTS[:10]]
