"""Where to look next: new points in the user's parameters, where small excesses are to be expected.

The table of a scan and a table of the parameters of its models go in, a table of new parameters comes out: any program
that makes spectra may stand between.

    scoring    how close each model of a scan is to being selected
    proposing  new points: differential evolution, judged by a surrogate
    tables     parameters and scores from tables, proposals into one
"""

from protomodels.campaign.excesses.sampling.proposing import propose
from protomodels.campaign.excesses.sampling.tables import propose_from_tables

__all__ = ["propose", "propose_from_tables"]
