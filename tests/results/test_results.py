"""Taking results in: archives, directories, bad input, the cache."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from protomodels.cache import cache_directory
from protomodels.errors import ConfigError, ResultsError
from protomodels.predictor.loading import load_results
from protomodels.results.archive import fingerprint, read_text
from protomodels.results.demo import ARCHIVE
from protomodels.results.packed import bare_name
from protomodels.results.store import open_results, opened_results


def _tar(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:xz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_directory_and_archive_have_one_fingerprint(tmp_path: Path, extract: Callable[..., Path]) -> None:
    folder = extract(ARCHIVE, tmp_path)
    (folder / "db3.pcl").write_bytes(b"not ours")
    (folder / "README.rst").write_text("notes do not count")
    assert fingerprint(read_text(folder)) == fingerprint(read_text(ARCHIVE))


def test_scripts_pickles_and_paths_that_leave_are_not_taken_in(tmp_path: Path) -> None:
    good = {
        "db/a/globalInfo.txt": b"id: X",
        "db/a/data/dataInfo.txt": b"dataId: None",
        "db/a/data/T2.txt": b"txName: T2",
    }
    bad = {"db/databaseParticles.py": b"import os", "db/db3.pcl": b"x", "../evil.txt": b"x", "/abs.txt": b"x"}
    names = {name for name, _ in read_text(_tar(tmp_path / "a.tar.xz", {**good, **bad}))}
    assert names == {name.removeprefix("db/") for name in good}


def _zip(path: Path, files: dict[str, bytes], link: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if link:
            member = zipfile.ZipInfo(link)
            member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, "/etc/passwd")
    return path


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tgz", "tar.xz", "tar.bz2", "zip"])
@pytest.mark.parametrize("top", ["db/", "./db/", "", "./"])
def test_archives_of_all_kinds_are_alike(ending: str, top: str, tmp_path: Path) -> None:
    """With their top folder, as GitHub packs them, or packed from inside it."""
    files = {
        "version": b"1",
        "13TeV/CMS/a/globalInfo.txt": b"id: X",
        "13TeV/CMS/a/data/dataInfo.txt": b"dataId: None",
        "13TeV/CMS/a/sets.json": b"{}",
    }
    path = tmp_path / f"a.b.{ending}"
    named = {f"{top}{name}": content for name, content in files.items()}
    if ending == "zip":
        _zip(path, {**named, f"{top}../x.json": b"", "/y.json": b"", f"{top}p.pcl": b""}, link=f"{top}13TeV/CMS/z.json")
    else:
        mode = {"tgz": "w:gz", "tar": "w"}.get(ending, f"w:{ending.removeprefix('tar.')}")
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            for name, content in named.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
            link = tarfile.TarInfo(f"{top}13TeV/CMS/z.json")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
    assert dict(read_text(path)) == files
    assert bare_name(path) == "a.b"


def test_zips_that_are_damaged_encrypted_or_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = _zip(tmp_path / "good.zip", {"db/a/globalInfo.txt": b"id: X" * 1000})
    content = bytearray(good.read_bytes())
    cut, secret = tmp_path / "cut.zip", tmp_path / "secret.zip"
    cut.write_bytes(content[:-30])
    with pytest.raises(ResultsError, match="complete and undamaged"):
        read_text(cut)
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    secret.write_bytes(content)
    with pytest.raises(ResultsError, match=r"db/a/globalInfo\.txt is encrypted.*without password"):
        read_text(secret)
    monkeypatch.setattr("protomodels.results.archive.MAX_BYTES", 4999)
    with pytest.raises(ResultsError, match="ends early"):
        read_text(good)


@pytest.mark.parametrize("code", [b"__import__('os')", b"open('/etc/passwd')", b"eval (x)", b"lambda (x): 1"])
def test_text_that_could_run_something_is_refused(code: bytes, tmp_path: Path) -> None:
    """SModelS evaluates fields of its text as Python."""
    files = {"db/a/globalInfo.txt": b"id: X\nlumi: " + code}
    with pytest.raises(ResultsError, match=r"results file a/globalInfo\.txt"):
        read_text(_tar(tmp_path / "a.tar.xz", files))


def test_missing_truncated_and_empty_results(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="not found"):
        open_results(str(tmp_path / "missing"))
    cut = tmp_path / "cut.tar.xz"
    cut.write_bytes(ARCHIVE.read_bytes()[:9000])
    with pytest.raises(ResultsError, match="undamaged"):
        open_results(str(cut))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResultsError, match="without any globalInfo"):
        open_results(str(tmp_path / "empty"))
    noise = tmp_path / "noise.tar.xz"
    noise.write_bytes(b"noise")
    with pytest.raises(ResultsError, match="undamaged"):
        open_results(str(noise))


def test_results_that_smodels_cannot_read_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOMODELS_CACHE", str(tmp_path / "cache"))
    archive = _tar(tmp_path / "a.tar.xz", {"db/a/globalInfo.txt": b"id: X\nsqrts: 13*TeV\nlumi: 1/fb\n"})
    with pytest.raises(ResultsError):
        open_results(str(archive))
    assert not list(cache_directory().rglob("*.bin"))
    assert opened_results() == []


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("PROTOMODELS_CACHE", str(tmp_path / "file"))
    with pytest.raises(ConfigError, match="PROTOMODELS_CACHE"):
        open_results("demo")


@pytest.mark.usefixtures("demo")
def test_opened_results_are_known_by_name_and_fingerprint() -> None:
    info = open_results("demo")
    assert info in opened_results()
    assert open_results(info.fingerprint[:12]) == info
    with pytest.raises(ResultsError, match="results: got nothing-like-it"):
        load_results("nothing-like-it")
