"""Facts to numbers: features measured from a ledger, and scores made of them.

Nothing here knows a policy, a label or a tier.
"""
