"""Data, means, covariances and third moments of a database as they are published, read from its text files."""

from __future__ import annotations

import ast
import re
import tarfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.independent.likelihoods import Several, several

Floats = NDArray[np.float64]


def texts_of(archive: Path) -> dict[str, str]:
    """The texts globalInfo.txt and dataInfo.txt of a database, .tar.xz, by their path in it."""
    texts = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            handle = tar.extractfile(member) if member.name.endswith(("globalInfo.txt", "dataInfo.txt")) else None
            if handle is not None:
                texts[member.name] = handle.read().decode()
    return texts


def published_set(texts: dict[str, str], analysis: str, order: list[str]) -> Several:
    """The regions of an analysis with a covariance, in the order of ``order``, names as the program lists them.

    Raises
    ------
    KeyError: where it publishes none.
    """
    folders = [
        name.removesuffix("globalInfo.txt")
        for name, text in texts.items()
        if name.endswith("globalInfo.txt") and _field(text, "id") == analysis and _field(text, "covariance")
    ]
    if not folders:
        raise KeyError(analysis)
    covariance = _field(texts[f"{folders[0]}globalInfo.txt"], "covariance")
    own = [text for name, text in texts.items() if name.startswith(folders[0]) and name.endswith("dataInfo.txt")]
    regions = {_field(text, "dataId"): text for text in own}
    data = [regions[name] for name in order]
    third = [_field(text, "thirdMoment") for text in data]
    return several(
        np.array([float(_field(text, "observedN")) for text in data]),
        np.array([float(_field(text, "expectedBG")) for text in data]),
        np.array(ast.literal_eval(covariance), dtype=np.float64),
        None if "" in third else np.array([float(moment) for moment in third]),
    )


def _field(text: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*?)(?=^\w+: |\Z)", text, re.MULTILINE | re.DOTALL)
    return re.sub(r"\s+#.*", "", found.group(1)).strip() if found else ""
