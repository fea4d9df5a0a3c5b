"""What could it be?  The cross sections of a proto-model beside those of partners with known quantum numbers.

In comes a model; out goes, for each of its pair productions at 13 TeV, what scalars and fermions, triplets, octets,
doublets and singlets of that mass would give, so that a multiplier of 9 reads as "like a vector-like quark"; and which
further members of a multiplet would have to exist, and where they would be seen.  Words and numbers, no policy: no K
depends on them.  ``docs/explanation/what-could-it-be.md`` has formulas, sources and errors.

    grids       cross sections of partners that the reference tables lack, by mass
    formulas    the cross section of each partner
    candidates  the partners, and which productions they are compared with
    rows        partners_of: a model's productions beside them
    multiplets  further_members: what else would have to exist
    report      the same as tables for people and as plain values
    tables/     the grids: CSV
    make        how they are made: ``python -m protomodels.partners.make`` (needs the extra ``xsec``)
"""

from protomodels.partners.candidates import candidates_of, partner_cross_sections
from protomodels.partners.multiplets import Member, further_members
from protomodels.partners.report import partners_report, to_dict
from protomodels.partners.rows import Comparison, PartnerRow, partners_of

__all__ = [
    "Comparison",
    "Member",
    "PartnerRow",
    "candidates_of",
    "further_members",
    "partner_cross_sections",
    "partners_of",
    "partners_report",
    "to_dict",
]
