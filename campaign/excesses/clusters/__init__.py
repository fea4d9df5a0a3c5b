"""Clusters of small excesses: models that are alike, and the simplified model that each cluster is.

Selected models go in; clusters with their stability come out, by what models are made of and by the topologies that
carry their excesses, and for each cluster a proto-model.

    families    particles by what they are
    features    models as standardised points
    finding     HDBSCAN, and stability by bootstrap
    describing  a cluster in words: particles, ranges, analyses
    starting    a proto-model for a cluster
    files       these proto-models as files
    front       clusters of an answer, and how many there are by chance
"""

from protomodels.campaign.excesses.clusters.describing import Cluster
from protomodels.campaign.excesses.clusters.front import Clusters, clusters
from protomodels.campaign.excesses.clusters.starting import proto_model_of

__all__ = ["Cluster", "Clusters", "clusters", "proto_model_of"]
