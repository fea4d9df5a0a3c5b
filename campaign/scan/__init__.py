"""Many models at once: files of any kind in, a table out, a row for each.

Results are loaded once and shared by worker processes; what is finished is kept, so that the same command goes on after
a kill.  A file that cannot be read or judged is a row with its reason.

    inputs    which files: folders, lists, archives, in a fixed order
    archives  the members of tar archives
    loading   a file, or a model in Python, as a spectrum
    judge     what a judge of spectra is, and the kinds of columns
    rows      the row of one model
    limits    the judge: largest r, mu_max, r of analyses
    evaluations  a judge with Z, K and combinations, around a scorer of spectra
    pool      worker processes that may die or take too long
    worker    what one of them does
    journal   finished rows beside the table
    table     CSV and Parquet
    scanning  scan_files: all of it
    batches   models in a storage, judged by a runner;  stored: their table
    front     scan, evaluate_many: with the defaults of the command line
"""

from protomodels.campaign.scan.evaluations import EvaluationJudge
from protomodels.campaign.scan.front import Rows, evaluate_many, scan
from protomodels.campaign.scan.judge import Judge, Kind
from protomodels.campaign.scan.limits import LimitJudge
from protomodels.campaign.scan.scanning import Progress, ScanSettings, Summary, scan_files

__all__ = [
    "EvaluationJudge",
    "Judge",
    "Kind",
    "LimitJudge",
    "Progress",
    "Rows",
    "ScanSettings",
    "Summary",
    "evaluate_many",
    "scan",
    "scan_files",
]
