"""Labels and certificates: frozen data in, PDF or ZPL bytes out.

This package imports nothing of cellbank; the same data gives the same bytes. Every refusal is a `LabelError`.
"""
