"""A run in one file: written from one storage, read into another, where it is replayed and resumed as before.

The file is a zip of plain texts, JSON and CSV, which may be looked into with any tool:

    README.txt         what this is, for people
    run.json           the run: state, seed, sizes, versions, results with their fingerprint
    config.json        its settings, verbatim;  combinable.json, universe.json: where it has them
    history.json       changes of its state, and its log
    walkers.json       where each walker stands;  exchanges.json: what they took over from one another
    chunks.csv         which steps were committed together;  steps.csv: every step of every walker
    protomodels.json   hiscores with contributions, limits and judgements

The results themselves are not in it: the fingerprint says which they are.

    front      export_run, import_run
    writing    the texts of a run
    parts      what each JSON text must look like
    tables     the two CSV texts
    reading    the texts of an archive, checked one by one
    checking   checked against one another
"""

from protomodels.runs.archive.front import export_run, import_run

__all__ = ["export_run", "import_run"]
