"""The IPS-25 review of a simulated programme: what a reviewer sees there, and how it scores.

Nothing here is an input of the model.
"""
