"""Mutated files, evaluated: an answer that JSON can hold, or one of our errors."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protomodels.errors import ProtomodelsError
from protomodels.model import ProtoModel
from protomodels.predictor.general import Options
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.spectrum import FileScorer, SpectrumEvaluation, read_text
from tests.slha_texts import slha

PROTO = ProtoModel(
    {1000022: 210.0, 1000001: 690.0, 1000006: 830.0},
    {1000001: {(1000022, 1): 1.0}, 1000006: {(1000022, 6): 1.0}},
).to_slha()
WORDS = (
    *("DECAY", "BLOCK", "XSECTION", "MASS", "#", "Auto", "nan", "1e999", "8.0D+02", "-1e-35", "1e-20", "0", "2", "3"),
    *("1000006", "-1000022", "9000001", "25", "0.5", "1e6", "\n", "2.0E+04"),
)


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.sampled_from((slha(), PROTO)),
    st.lists(st.tuples(st.integers(0, 10**4), st.sampled_from(WORDS)), min_size=1, max_size=4),
    st.booleans(),
)
def test_mutated_files(scorer: Scorer, text: str, changes: list[tuple[int, str]], compress: bool) -> None:
    words = text.replace("\n", " \n ").split(" ")
    for place, word in changes:
        words[place % len(words)] = word
    files = FileScorer(scorer, Options(doCompress=compress))
    try:
        found = files.evaluate(read_text(" ".join(words), "fuzz"))
    except ProtomodelsError as error:
        assert str(error)
        return
    values = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert str(found) and (found.K is None) == bool(values["reason"])
    if isinstance(found, SpectrumEvaluation):
        assert values["K"] == found.K
