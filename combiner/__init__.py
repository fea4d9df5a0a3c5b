from combiner.best import BestCombination, best_combination
from combiner.table import Combinability
__all__ = ["BestCombination", "Combinability", "best_combination"]
