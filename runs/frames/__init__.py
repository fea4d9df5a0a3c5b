"""What runs and evaluations hold as data frames (pandas).

Ids, hiscores and evaluations come in; frames go out, with a row for each step, result or prediction. Their
``to_parquet(path)`` and ``to_csv(path)`` write them. Hiscores have ``to_dataframe`` themselves.

    making    the frames
"""

from protomodels.runs.frames.making import contributions_frame, predictions_frame, steps_frame

__all__ = ["contributions_frame", "predictions_frame", "steps_frame"]
