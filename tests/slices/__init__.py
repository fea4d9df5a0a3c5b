"""Random full spectra."""
