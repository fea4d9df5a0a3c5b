"""Look-ups in the maps of results, with numba.

In come the arrays of compiled results and masses; out go efficiencies and limits there.

    cells        the maps as few arrays, a row a look-up
    interpolate  values of maps at a point, as SModelS interpolates them;  rounding: as it rounds them
    locate       the simplex that holds a point, as scipy finds it;  barycentric: the coordinates there
    edges        where a map ends, and what is marked for that
    memory       what was looked up, for all structures
"""
