"""The reference cross sections: what kappa = 1 means.

In come the masses of a model's particles; out go the pairs they can be produced in, and sigma in fb.

    processes   which pairs there are, and which column of which table gives each
    mixing      what X_Z and X_W are made of
    constants   couplings and boson masses
    lookup      the tables as splines; reference_cross_sections
    tables/     the tables: CSV with errors per row, and index.json with what they were made from
    make/       how they are made (needs the extra ``xsec``)
"""

from protomodels.xsec.lookup import TABLE_ENERGIES, production_pairs, reference_cross_sections, relative_errors

__all__ = ["TABLE_ENERGIES", "production_pairs", "reference_cross_sections", "relative_errors"]
