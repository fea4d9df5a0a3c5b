"""Models of any kind: agreement with SModelS, speed.

models      random spectra, and SModelS's models as spectra
asking      which models SModelS is asked about, and how it decomposes them
parity      predictions beside those of SModelS
coverage    coverage beside that of SModelS
reading     milliseconds to read a file
sections    reference cross sections of mixed states beside direct integration
scan_speed  models a second of a scan
"""
