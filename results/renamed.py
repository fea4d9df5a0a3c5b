"""Tags of SModelS 3.2 in those that SModelS 3.1 reads: which regions have a common likelihood, and where it is.

SModelS 3.2 writes the regions of each set into ``regionSets``, what they are called elsewhere into ``regionMappings``,
and the files with the likelihoods of a set, best first, into ``statModels``: ``sl`` (a covariance), ``pyhf``,
``full_pyhf`` and ``onnx`` (a neural network that was trained on one).  It ignores the tags of before, ``covariance``
with ``datasetOrder``, ``jsonFiles`` and ``jsonFiles_FullLikelihood``, which are all that SModelS 3.1 knows
(``experiment/infoObj.py`` of both).  It also lets ``\\#`` stand for a # that begins no comment.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from protomodels.results.packed import Entry

NOT_COMBINED: Final = "notCombined"
"""A tag of our own: the reason of each set that SModelS 3.1 has no tags for, by its label."""

_NEW: Final = ("regionMappings", "regionSets", "statModels")
_OLD: Final = ("covariance", "datasetOrder", "jsonFiles", "jsonFiles_FullLikelihood")
_KINDS: Final = ("sl", "pyhf", "full_pyhf", "onnx")

Regions = list[dict[str, Any]]
"""A set: ``smodels``, ``pyhf`` and ``type`` of each region, as in ``jsonFiles``."""


def in_older_tags(entries: Iterable[Entry]) -> tuple[list[Entry], dict[str, str]]:
    """A database's text as SModelS 3.1 reads it; text that has none of the new tags stays as it is.

    Parameters
    ----------
    entries: (path, content) of each file.

    Returns
    -------
    The files; and the reason of each analysis whose new tags contradict themselves, by its folder.
    """
    files = dict(entries)
    refused: dict[str, str] = {}
    for path, content in files.items():
        if path.endswith(".txt") and rb"\#" in content:
            files[path] = content.replace(rb"\#", b"#")
        if not path.endswith("/globalInfo.txt") or not any(tag.encode() in content for tag in _NEW):
            continue
        folder = PurePosixPath(path).parent
        try:
            files[path] = _translated(files[path].decode(), folder, files).encode()
        except ValueError as error:
            refused[folder.as_posix()] = str(error)
    return list(files.items()), refused


def covariance_files(entries: Iterable[Entry]) -> set[str]:
    """Paths of the files that ``statModels`` names as covariances."""
    found = set()
    for path, content in entries:
        if path.endswith("/globalInfo.txt") and b"statModels" in content:
            try:
                models = _literal("statModels", _statements(content.decode()))
                names = [file for choices in models.values() for kind, file in choices if kind == "sl"]
            except (ValueError, TypeError, AttributeError):
                continue  # it is said where the text is read
            found |= {str(PurePosixPath(path).parent / str(name)) for name in names}
    return found


def _translated(text: str, folder: PurePosixPath, files: Mapping[str, bytes]) -> str:
    statements = _statements(text)
    if not statements.keys() & set(_NEW):
        return text
    kept = [f"{tag}: {value}" for tag, value in statements.items() if tag not in (*_NEW, *_OLD)]
    if "statModels" not in statements:
        return "\n".join(kept) + "\n"
    sets = _sets(statements)
    there = _regions_of(folder, files)
    jsons: dict[str, Regions] = {}
    full: dict[str, Regions] = {}
    covariances: dict[str, str] = {}
    refused: dict[str, str] = {}
    for label, (regions, models) in sets.items():
        lacking = [str(region["smodels"]) for region in regions if region["smodels"] not in {None, *there}]
        best = models.get("pyhf", models.get("full_pyhf", ""))
        if lacking:
            refused[label] = f"the database lacks its regions {', '.join(lacking)}"
        elif "sl" in models and (next(iter(models)) == "sl" or not best):
            covariances[label] = models["sl"]
        elif not best:
            refused[label] = f"its likelihood is a neural network only ({models.get('onnx', 'no file')})"
        elif best in jsons:
            refused[label] = f"{best} is the likelihood of another set, too"
        else:
            jsons[best] = regions
            if models.get("full_pyhf", best) != best:
                full[models["full_pyhf"]] = regions
    tags: dict[str, Any] = {"jsonFiles": jsons, "jsonFiles_FullLikelihood": full}
    for label, file in covariances.items():
        if len(covariances) > 1 or jsons:
            refused[label] = (
                f"{file} is not the only likelihood of the analysis, as SModelS 3.1 needs it of a covariance"
            )
        elif (content := files.get(str(folder / file))) is None:
            refused[label] = f"the covariance {file} is missing in the database"
        else:
            names = [str(region["smodels"]) for region in sets[label][0]]
            tags |= {"covariance": _matrix(file, content, len(names)), "datasetOrder": names}
    tags[NOT_COMBINED] = refused
    written = [f"{tag}: {value!r}" for tag, value in tags.items() if value]
    if any("#" in line for line in written):
        raise ValueError("statModels: a # in the name of a region or file")
    return "\n".join([*kept, *written]) + "\n"


def _sets(statements: Mapping[str, str]) -> dict[str, tuple[Regions, dict[str, str]]]:
    """The regions of each set, and the file of each kind of likelihood that it has, best first."""
    mappings = _literal("regionMappings", statements) if "regionMappings" in statements else None
    listed = _literal("regionSets", statements)
    found = {}
    for label, choices in _literal("statModels", statements).items():
        if not isinstance(labels := listed.get(label), list):
            raise ValueError(f"statModels: {label} is no list of regions in regionSets")
        models: dict[str, str] = {}
        for choice in choices if isinstance(choices, list) else [choices]:
            if not (isinstance(choice, tuple) and len(choice) == 2 and isinstance(choice[1], str)):
                raise ValueError(f"statModels: {choice!r} of {label} is no (kind, file)")
            if choice[0] not in _KINDS:
                raise ValueError(f"statModels: {choice[0]!r} of {label} is none of {', '.join(_KINDS)}")
            models.setdefault(*choice)
        found[str(label)] = ([_region(name, mappings) for name in labels], models)
    return found


def _region(label: Any, mappings: Mapping[str, Any] | None) -> dict[str, Any]:
    """A region of a set, with what SModelS 3.2 takes where the text says nothing."""
    if mappings is None:
        return {"smodels": label, "pyhf": label, "type": "SR"}
    if label not in mappings:
        raise ValueError(f"regionSets: {label!r} is not in regionMappings")
    given = mappings[label]
    if not isinstance(given, (str, dict)):
        raise ValueError(f"regionMappings: {label} is neither a name nor a dictionary")
    region = {"smodels": given} if isinstance(given, str) else given
    kind = region.get("type", "SR")
    smodels = region.get("smodels", label if kind == "SR" else None)
    return {"smodels": smodels, "pyhf": region.get("pyhf", smodels), "type": kind}


def _regions_of(folder: PurePosixPath, files: Mapping[str, bytes]) -> set[str]:
    names = set()
    for path, content in files.items():
        if path.endswith("/dataInfo.txt") and folder in PurePosixPath(path).parents:
            names.add(_statements(content.decode()).get("dataId", "").strip("'\""))
    return names


def _matrix(file: str, content: bytes, n: int) -> list[list[float]]:
    rows = _evaluated(file, content.decode(), list)
    square = len(rows) == n and all(isinstance(row, list) and len(row) == n for row in rows)
    if not square or not all(isinstance(value, (int, float)) for row in rows for value in row):
        raise ValueError(f"{file} is no matrix of {n} times {n} numbers, as many as its set has regions")
    return [list(row) for row in rows]


def _literal(tag: str, statements: Mapping[str, str]) -> dict[Any, Any]:
    if tag not in statements:
        raise ValueError(f"{tag} is missing beside statModels")
    value: dict[Any, Any] = _evaluated(tag, statements[tag], dict)
    return value


def _evaluated(name: str, text: str, kind: type) -> Any:
    """A Python literal: nothing in it is run."""
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"{name} is no Python {kind.__name__} ({type(error).__name__})") from error
    if not isinstance(value, kind):
        raise ValueError(f"{name} is no {kind.__name__}")
    return value


def _statements(text: str) -> dict[str, str]:
    """The value of each tag, without comments, on one line.

    A line goes on in the next one where it ends with a comma or a backslash, or the next one begins with a blank or }.

    >>> _statements("id: X  # name\\nregionSets: {'a':\\n  ['SR1',\\n# of 2016\\n'SR2']\\n}\\nsqrts: 13*TeV")
    {'id': 'X', 'regionSets': "{'a':  ['SR1','SR2']}", 'sqrts': '13*TeV'}
    """
    joined: list[str] = []
    for line in text.splitlines():
        line = re.split(r"(?<!\\)#", line, maxsplit=1)[0].rstrip()
        if not line:
            continue
        if joined and (joined[-1].endswith((",", "\\")) or line[0] in " \t}"):
            joined[-1] = joined[-1].removesuffix("\\") + line
        else:
            joined.append(line)
    parts = [line.partition(":") for line in joined]
    return {tag.strip(): value.strip() for tag, separator, value in parts if separator}
