"""What pages are made of.

contents  hiscores by content;  moves: acceptance of each
columns   columns of hiscores;  spectra: small drawings
tabs      the parts of the page of a proto-model
"""
