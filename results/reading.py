"""Reading one analysis of a database's text with SModelS, or the reason why it cannot be read."""

from __future__ import annotations

import logging
from pathlib import Path


def read_analysis(folder: str, directory: str) -> str | None:
    """Read one analysis and leave SModelS's binary file of it beside its text (in a process of its own).

    Parameters
    ----------
    folder: of the analysis.
    directory: of the database.

    Returns
    -------
    Why it cannot be read, or None.

    Raises
    ------
    OSError, MemoryError: where there is no room for it, which is no fault of its text.
    """
    from smodels.base.smodelsLogging import logger
    from smodels.experiment.databaseObj import SubDatabase
    from smodels.experiment.expResultObj import ExpResult
    from smodels.experiment.metaObj import Meta

    from protomodels.results.smodels_catalog import catalog_of

    logger.setLevel(logging.CRITICAL)
    source = SubDatabase.__new__(SubDatabase)
    source.txt_meta = Meta(directory)
    source._setParticles(source._getParticles())
    try:
        _add_missing_jsons(Path(folder))
        result = ExpResult(folder, source.databaseParticles)
        catalog_of([result])
    except (Exception, SystemExit) as error:  # SModelS ends the process where it cannot go on
        if isinstance(error, (OSError, MemoryError)) and not isinstance(error, FileNotFoundError):
            raise
        return " ".join(f"{type(error).__name__}: {error}".replace(f"{directory}/", "").split())
    result.writePickle(source.txt_meta.databaseVersion)
    return None


def _add_missing_jsons(folder: Path) -> None:
    """Put ``null`` where an analysis lists a JSON likelihood that its text lacks: its regions are read without it.

    SModelS reads no analysis whose files are not all there.
    """
    from smodels.experiment.infoObj import Info

    while True:
        try:
            Info(str(folder / "globalInfo.txt"))
        except FileNotFoundError as error:
            file = Path(error.filename)
            if file.suffix != ".json" or file.parent != folder:
                raise
            file.write_text("null")
        else:
            return
