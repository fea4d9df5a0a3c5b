"""What the documentation shows is what happens: its examples, its notebooks, its lists of names."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

import protomodels as pm
from protomodels.cache import cache_directory
from protomodels.cli.commands import COMMANDS
from protomodels.results.releases import fetched
from tests.conftest import REAL
from tests.documents import NEEDS_RESULTS, Examples, shows

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("tutorial/*.md"), *DOCS.glob("how-to/*.md")])
NOTEBOOKS = sorted(DOCS.glob("notebooks/*.ipynb"))


@pytest.mark.timeout(1800)  # a page about real data compiles them where nobody has yet
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_do_what_is_shown(page: Path, tmp_path: Path, demo: object) -> None:
    assert demo is not None  # the results are in the cache
    text = page.read_text()
    if NEEDS_RESULTS in text:
        archive = REAL / "smodels-1.2.4.tar.xz"
        if not archive.is_file():
            pytest.skip(f"real results are not at hand ({archive}); PROTOMODELS_RESULTS names their folder")
        with _fetched(archive):
            assert Examples(tmp_path).run(text) > 0
    else:
        assert Examples(tmp_path).run(text) > 0


@contextmanager
def _fetched(archive: Path) -> Iterator[None]:
    """As if the release had been downloaded before: what a page fetches is there."""
    name = archive.name.removesuffix(".tar.xz")
    place = cache_directory() / "downloads" / f"{name}.tar.gz"
    if fetched(name) is not None:
        yield
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(archive)
    try:
        yield
    finally:
        place.unlink()


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("```console\n$ protomodels evaluate missing.json\n```\n", "ended with 2"),
        ("```console\n$ protomodels show 1 --format nonsense  # exit code 2\nsome answer\n```\n", "is not in"),
        ("```python\nprint('one')\n```\n\n```text\ntwo\n```\n", "is not in"),
    ],
)
def test_examples_that_are_wrong_are_noticed(page: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=message):
        Examples(tmp_path).run(page)


def test_dots_stand_for_anything_and_nothing_else_does() -> None:
    assert shows("K = ..., Z\n...\nend\n", "K = 1.0, Z = 2\nx\ny\nend\n")
    assert not shows("K = ..., Z\nend\n", "K = 1.0, Z = 2\nx\nend\n")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_notebooks_run(notebook: Path, tmp_path: Path, demo: object) -> None:
    import nbformat
    from nbclient import NotebookClient

    assert demo is not None
    content = nbformat.read(notebook, as_version=4)
    cells = [cell for cell in content.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells), "notebooks are kept without outputs"
    NotebookClient(content, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert any(cell.outputs for cell in cells)


def test_the_example_of_the_readme_runs(tmp_path: Path, demo: object) -> None:
    assert demo is not None
    assert Examples(tmp_path).run((ROOT / "README.md").read_text().partition("## On the command line")[0]) == 1
    assert (tmp_path / "likelihoods.pdf").exists() and (tmp_path / "runs.db").exists()


def test_the_readme_holds_on_a_package_page() -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text())
    assert links and all(link.startswith("https://") for link in links)


def test_the_page_on_python_names_what_is_public() -> None:
    page = (DOCS / "reference" / "python.md").read_text()
    assert set(re.findall(r"`pm\.(\w+)`", page)) == set(pm.__all__)
    for module in re.findall(r"automodule:: protomodels\.([\w.]+)", page):
        import_module(f"protomodels.{module}")
    for path in re.findall(r"auto(?:class|function|module):: protomodels\.([\w.]+)", page):
        module, _, name = f"protomodels.{path}".rpartition(".")
        assert hasattr(import_module(module), name), path


def test_every_environment_variable_is_described() -> None:
    folders = os.walk(ROOT / "protomodels", followlinks=True)
    sources = [Path(top, name).read_text() for top, _, names in folders for name in names if name.endswith(".py")]
    read = {name for text in sources for name in re.findall(r"\"(PROTOMODELS_[A-Z_]+)\"", text)}
    described = (DOCS / "reference" / "config.md").read_text()
    assert read, "none found: the pattern is wrong"
    assert not {name for name in read if f"`{name}`" not in described}


def test_every_command_has_its_place_in_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sphinx", reason="the site is not installed: make docs")
    monkeypatch.syspath_prepend(str(DOCS))
    from _site.generated import commands

    page = commands()
    assert {f"## protomodels {name}" for name in ("evaluate", "pvalue", "results compile", "db upgrade")} <= set(
        page.splitlines()
    )
    assert not {name for name in COMMANDS if f"\n## protomodels {name}" not in f"\n{page}"}


def test_the_glossary_is_that_of_the_dashboard(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sphinx", reason="the site is not installed: make docs")
    from protomodels.api.pages.terms import TERMS

    monkeypatch.syspath_prepend(str(DOCS))
    from _site.generated import generated

    assert "<!-- generated: glossary -->" in (DOCS / "reference" / "glossary.md").read_text()
    page = generated("glossary").replace("\\|", "|")
    assert not [term.shown for term in TERMS.values() if f"**{term.shown}** | {term.words}" not in page]


def test_what_to_cite_is_written_once_and_for_all() -> None:
    """The page and CITATION.cff name the same papers and licence."""
    page, citation = (DOCS / "citing.md").read_text(), (ROOT / "CITATION.cff").read_text()
    for arxiv in re.findall(r"arXiv:(\d{4}\.\d{5})", citation):
        assert f'eprint        = "{arxiv}"' in page
    assert re.search(r"license: (\S+)", citation)[1] in page  # type: ignore[index]


def test_citation_names_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text()
    assert re.search(rf"^version: {re.escape(version)}$", citation, re.MULTILINE)
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
