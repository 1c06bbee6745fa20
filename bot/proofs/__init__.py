"""Plugs of the ladder of proofs: each begins with a decision and ends with a proof, or says why there is none.

How strong each is stands in `workflow.values.STRENGTH`; which one a step asks for, in the plant's file.
"""
