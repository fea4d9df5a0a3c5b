"""The demo's archive: deterministic, labelled as synthetic throughout, its limits those SModelS computes."""

from __future__ import annotations

import json
import tarfile

import pytest

from protomodels.results.demo import ARCHIVE, COMBINABLE, HIDDEN
from protomodels.statistics.upper_limits import upper_limit


@pytest.fixture(scope="module")
def members() -> dict[str, tuple[tarfile.TarInfo, str]]:
    """Every file of the archive by path."""
    found = {}
    with tarfile.open(ARCHIVE) as tar:
        for member in tar:
            content = tar.extractfile(member)
            assert content is not None
            found[member.name] = (member, content.read().decode())
    return found


def test_members_are_sorted_and_carry_no_time_and_no_owner(
    members: dict[str, tuple[tarfile.TarInfo, str]],
) -> None:
    assert list(members) == sorted(members)
    infos = [info for info, _ in members.values()]
    assert {(i.mtime, i.uid, i.gid, i.uname, i.gname, i.mode) for i in infos} == {(0, 0, 0, "", "", 0o644)}
    assert all(i.isreg() and i.name.startswith("synthetic-demo-1/") for i in infos)


def test_every_file_says_that_it_is_synthetic(members: dict[str, tuple[tarfile.TarInfo, str]]) -> None:
    assert all("synthetic" in text.lower() for _, text in members.values())
    infos = [text for name, (_, text) in members.items() if name.endswith("globalInfo.txt")]
    assert len(infos) >= 16
    for text in infos:
        fields = dict(line.split(": ", 1) for line in text.splitlines())
        assert "-DEMO-" in fields["id"] and fields["prettyName"].startswith("SYNTHETIC demo")
        described = ("publication", "contact", "implementedBy", "comment")
        assert all("synthetic" in fields[name].lower() for name in described)
        assert "arxiv" not in fields and "url" not in fields
    assert all("SYNTHETIC" in json.loads(path.read_text())["note"] for path in (HIDDEN, COMBINABLE))


@pytest.mark.parametrize(
    ("n", "background", "delta"),
    [(100, 100.0, 10.0), (5, 3.0, 0.5), (60, 40.0, 6.0), (30, 45.0, 5.0), (1200, 1000.0, 70.0), (12, 12.0, 3.0)],
)
def test_limits_are_those_of_smodels(n: int, background: float, delta: float) -> None:
    from smodels.base.physicsUnits import fb
    from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer, UpperLimitComputer

    data = Data(n, background, delta**2, None, nsignal=1.0, lumi=1.0 / fb)
    theirs = UpperLimitComputer(LikelihoodComputer(data)).getUpperLimitOnMu()
    assert upper_limit(float(n), background, delta) == pytest.approx(theirs, rel=1e-3)


def test_published_limits_belong_to_the_published_counts(
    members: dict[str, tuple[tarfile.TarInfo, str]],
) -> None:
    seen = 0
    for name, (_, text) in members.items():
        if not name.endswith("dataInfo.txt") or "efficiencyMap" not in text:
            continue
        fields = dict(line.split(": ", 1) for line in text.splitlines())
        lumi = 20.0 if "/8TeV/" in name else 40.0
        n, b, delta = (float(fields[key]) for key in ("observedN", "expectedBG", "bgError"))
        for key, count in (("upperLimit", n), ("expectedUpperLimit", b)):
            stored = float(fields[key].removesuffix("*fb"))
            assert stored == pytest.approx(upper_limit(count, b, delta) / lumi, rel=1e-3)
        seen += 1
    assert seen >= 20
