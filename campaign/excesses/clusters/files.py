"""Proto-models of clusters as files, with decays and cross sections of their middle members where these are at hand."""

from __future__ import annotations

import json
from pathlib import Path

from protomodels.campaign.excesses.clusters.front import Clusters
from protomodels.campaign.excesses.clusters.starting import proto_model_of
from protomodels.campaign.scan.archives import SEPARATOR, contents
from protomodels.campaign.scan.loading import spectrum_from
from protomodels.errors import ConfigError, ModelError, StorageError
from protomodels.settings import NEWER_ORDER
from protomodels.spectrum import Spectrum


def write_starts(folder: Path, found: Clusters) -> list[str]:
    """Write ``cluster-1.json`` and so on, a proto-model for each cluster of models.

    Returns
    -------
    a sentence for each: its file, or why there is none.

    Raises
    ------
    ConfigError: where ``folder`` is a file.
    StorageError: where it cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError("--starts", str(folder), "a folder")
    said = []
    for cluster in found.models:
        spectrum = _read(cluster.medoid.file)
        without = "" if spectrum is not None else f"; {cluster.medoid.file} cannot be read: equal ratios"
        path = folder / f"cluster-{cluster.number}.json"
        try:
            model = proto_model_of(cluster, spectrum)
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(model.as_dict(), indent=1) + "\n", encoding="utf-8")
            said.append(f"cluster {cluster.number}: {path} ({model}){without}")
        except ModelError as error:
            said.append(f"cluster {cluster.number} has no proto-model: {error}")
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error
    return said


def _read(name: str) -> Spectrum | None:
    """The model of a row; None where its file is not there any more, or is another kind of model."""
    archive, separator, _ = name.partition(SEPARATOR)
    try:
        if not separator:
            return spectrum_from(name, name, NEWER_ORDER)
        for own, data in contents(archive, {name}):
            return spectrum_from(data, own, NEWER_ORDER)
    except (ModelError, OSError):
        return None
    return None
