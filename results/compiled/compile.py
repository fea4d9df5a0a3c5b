"""Writing a compiled file from SModelS's database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protomodels.errors import ResultsError
from protomodels.results.compiled.combined import gather_combined
from protomodels.results.compiled.container import write_arrays
from protomodels.results.compiled.file import JSON_FOLDER, columns
from protomodels.results.compiled.gather import gather
from protomodels.results.compiled.json_sets import Documents
from protomodels.results.compiled.particle_table import ENTRY, particle_table
from protomodels.results.smodels_catalog import catalog_of


def compile_database(database: Any, target: Path, about: dict[str, Any], documents: Documents) -> None:
    """Write SModelS's database as a compiled file.

    Parameters
    ----------
    about: ``name``, ``fingerprint``, ``version``, ``n_analyses``, ``left_out`` and ``source`` of the results.
    documents: the JSONs of their text.

    Raises
    ------
    ResultsError: where a map cannot be compiled.
    """
    catalog, row_of = catalog_of(database.expResultList)
    try:
        arrays, meta = gather(database, row_of)
    except ValueError as error:
        raise ResultsError("results", str(error), "maps that can be compiled") from error
    combined, sets = gather_combined(database, row_of, target.parent / JSON_FOLDER, documents)
    arrays |= {f"catalog_{name}": getattr(catalog, name) for name in columns()}
    arrays |= {f"combined_{name}": array for name, array in combined.items()}
    meta |= sets
    write_arrays(target, arrays, {**meta, ENTRY: particle_table(), "about": about})
