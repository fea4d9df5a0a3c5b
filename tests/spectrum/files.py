"""Small model files of our own."""

from __future__ import annotations

from typing import Final

STOP: Final = """\
BLOCK SPINFO
 1 SPheno
 3 "a warning"
BLOCK MASS  # masses
 6 1.73E+02
 1000006 8.0E+02 # ~t_1
 1000022 -2.0E+02 # ~chi_10
 1000024 3.0E+02 # ~chi_1+
BLOCK NMIX
 1 1 9.9E-01
 1 4 -1.0E-01
DECAY 6 1.4
 1.0 2 24 5
DECAY 1000006 1.0E+00 # stop
# BR NDA ID1 ID2
 5.0E-01 2 1000022 6 # BR(~t_1 -> ~chi_10 t)
 5.0E-01 2 1000024 5
DECAY 1000024 1.0E-01
 1.0 2 1000022 24
DECAY 1000022 0.0
XSECTION 1.30E+04 2212 2212 2 -1000006 1000006 # stops
 0 0 0 0 0 0 2.0E-02 code
 0 2 0 0 0 0 3.0E-02 code
XSECTION 8.00E+03 2212 2212 2 -1000006 1000006
 0 2 0 0 0 0 3.0E-03 code
"""

MEDIATOR: Final = """\
Block QNUMBERS 9000055 # zp
 1 0 # charge
 2 3
 3 1
 4 0
Block QNUMBERS 9000052 # chi
 1 0
 2 2
 3 1
 4 1
Block mass
 9000055 1.5E+03
 9000052 100.
DECAY 9000055 30.
 0.5 2 9000052 -9000052
 0.3 2 1 -1
 0.2 2 2 -2
DECAY 9000052 0
XSECTION 1.30E+04 2212 2212 1 9000055
 0 1 0 1.0 1.0 0 0.5
"""

_EVENT: Final = """\
<event>
 7 1 +1.0e-01 1.0e+03 7.5e-03 1.2e-01
 21 -1 0 0 501 502 0. 0. 940. 940. 0. 0. 9.
 21 -1 0 0 503 501 0. 0. -940. 940. 0. 0. 9.
 1000006 2 1 2 504 502 0. 0. 100. 900. 800. 0. 9.
 -1000006 1 1 2 503 504 0. 0. -100. 900. 800. 0. 9.
 1000022 1 3 3 0 0 0. 0. 10. 300. 200. 0. 9.
 6 1 3 3 0 502 0. 0. 90. 600. 173. 0. 9.
 21 1 1 2 503 504 0. 0. -100. 100. 0. 0. 9.
</event>
"""

EVENTS: Final = f"""\
<LesHouchesEvents version="3.0">
<header>
</header>
<init>
 2212 2212 6.5e+03 6.5e+03 0 0 247000 247000 -4 1
 2.0e-01 1.0e-03 3.9e-01 1
</init>
{_EVENT}{_EVENT}</LesHouchesEvents>
"""
