"""What is computed here beside published figures.

In come figures that stand in the modules, or results whose limits are published; out come tables for docs/.

reference_orders  reference cross sections of both orders
counting_limits   limits of few events: exact, asymptotic, published
"""
