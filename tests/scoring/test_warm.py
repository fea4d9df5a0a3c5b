"""Compiling is said, and done in two processes."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from protomodels.combiner import combinability_for
from protomodels.predictor import Predictor
from protomodels.scoring import warm
from protomodels.scoring.decision import judge
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy


def test_nothing_is_said_where_all_is_compiled(demo: Predictor) -> None:
    warm.decide_something()
    said: list[str] = []
    warm.compile_kernels(demo, said.append)  # makes what is missing
    said.clear()
    warm.compile_kernels(demo, said.append)
    assert said == []


def test_a_line_before_and_one_after(demo: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "is_compiled", lambda _: False)
    said: list[str] = []
    warm.compile_kernels(demo, said.append)
    assert len(said) == 2 and said[0].startswith("compiling for this machine") and said[1].startswith("compiled in")


def test_the_other_process_works() -> None:
    subprocess.run([sys.executable, "-m", "protomodels.scoring.warm"], check=True, timeout=300)


def test_joint_likelihoods_say_it_as_well(
    correlated: Predictor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(judge, "is_compiled", lambda name: name == "decide")
    table = combinability_for("demo", None)
    with caplog.at_level(logging.WARNING):
        Scorer(correlated, table, policy("default")).judge  # noqa: B018 - made here
    assert not caplog.messages
    with caplog.at_level(logging.WARNING):
        Scorer(correlated, table, policy("default", "combined")).judge  # noqa: B018
    assert [message.partition(",")[0] for message in caplog.messages] == ["compiling likelihoods for this machine"]
