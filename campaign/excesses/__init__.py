"""Small excesses over a whole scan: models that results were expected to exclude and did not, and what they share.

A scan with a :class:`Recorder` goes in, its table with any further columns; counts, the selected models, clusters of
them and proto-models for walks come out, beside what the same selection finds in universes without new physics.

    sensitivity  what each analysis is expected to say of a model, before there are data
    worlds       the data of many universes over the same results
    injection    a universe with a full spectrum in it
    recording    the columns that a scan records: in the data, and in universes
    reading      a table, a piece of its rows at a time
    expressions  cuts on its columns, parsed and never run
    criteria     all thresholds of the selection
    orthogonal   which analyses may be combined with each other
    selection    small excesses among some rows
    counting     counts of all rows
    answer       what is said, beside the expectation by chance
    writing      selected models as a table
    planes       excluded, spared, small excess: in a plane of two columns
    clusters/    models that are alike, and a proto-model for each cluster
    sampling/    new points where small excesses are to be expected
    batches      the same of batches in a storage
    front        excesses, recorder: with the defaults of the command line
"""

from protomodels.campaign.excesses.answer import Excesses
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.expressions import Cut
from protomodels.campaign.excesses.front import excesses, recorder
from protomodels.campaign.excesses.recording import Recorder

__all__ = ["Criteria", "Cut", "Excesses", "Recorder", "excesses", "recorder"]
