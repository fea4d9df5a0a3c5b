"""From records of the storage to answers: a function a schema of :mod:`protomodels.client.schemas`.

runs         runs, their log
protomodels  hiscores, proto-models, predictions, explanations
batches      batches of models, their rows
excesses     small excesses of a scan
posteriors   posteriors with their answers
campaigns    campaigns with their answers, points of power curves
results      the analyses of a database and their signal regions
"""
