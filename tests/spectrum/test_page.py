"""The page on models: its examples do what they show, its tables have every particle."""

from __future__ import annotations

from pathlib import Path

import pytest

from protomodels.particles import PARTICLES
from protomodels.spectrum.known import NEW
from tests.documents import Examples

DOCS = Path(__file__).parents[2] / "docs"


def test_examples_do_what_is_shown(tmp_path: Path) -> None:
    assert Examples(tmp_path).run((DOCS / "reference" / "models.md").read_text()) > 0


def test_tables_have_every_particle(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sphinx", reason="the site is made with the extra docs")
    monkeypatch.syspath_prepend(str(DOCS))
    from _site.generated import generated

    text = (DOCS / "reference" / "models.md").read_text()
    for name, pids in (("particles", PARTICLES), ("known", NEW)):
        assert f"<!-- generated: {name} -->" in text
        made = generated(name)
        assert all(f"| `{pid}` |" in made for pid in pids)
    assert "X_Z1 t" in generated("channels")
