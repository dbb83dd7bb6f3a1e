"""What everything that people see is made of: English, looks of figures, and pages.

The report, stories and whatever else shows results import from here. Nothing here knows the
model, a scenario or a result.
"""
