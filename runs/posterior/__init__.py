"""Posteriors: chains of a sampler over proto-models, run as walks are, and what they say.

config      what the chains of a posterior depend on
versions    which sampler began a posterior
sampling    the sampler as the work of an executor; its sweeps as they are stored
loop        one session: sweeps out, results into the storage
run         a posterior: created, taken up, sampled, answered
quantities  draws of models as series of numbers, one for each quantity that mixes or does not
contents    prior probabilities of particles and contents
regions     predicted signals
answer      what chains say, as one record;  answering: how it is made
replay      stored draws sampled again and compared
export      draws as arviz's InferenceData in a netCDF file
front       posterior: with the defaults of the command line
"""

from protomodels.runs.posterior.answer import PosteriorAnswer
from protomodels.runs.posterior.config import PosteriorConfig
from protomodels.runs.posterior.run import PosteriorRun

__all__ = ["PosteriorAnswer", "PosteriorConfig", "PosteriorRun"]
