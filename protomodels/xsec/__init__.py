"""The reference cross sections: what kappa = 1 means.

In come the masses of a model's particles; out go the pairs they can be produced in, and sigma in fb.

    processes   which pairs there are, and which column of which table gives each
    mixing      what X_Z and X_W are made of
    constants   couplings and boson masses
    splines     the tables as splines
    terms       what a set of particles is produced in, and all tables as arrays
    numeric     the kernel that evaluates the terms of a model
    slopes      how they change with masses
    multipliers the kernel that counts multipliers for the prior
    lookup      reference_cross_sections
    tables/     the tables: CSV with errors per row, and index.json with what they were made from
    make/       how they are made (needs the extra ``xsec``)
"""

from protomodels.xsec.lookup import production_pairs, reference_cross_sections, relative_errors
from protomodels.xsec.splines import TABLE_ENERGIES

__all__ = ["TABLE_ENERGIES", "production_pairs", "reference_cross_sections", "relative_errors"]
