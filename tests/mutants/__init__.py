"""Plants faults into copies of Sapa, and sees that the fault tests notice each: `python -m tests.mutants`.

A mutant is one promise taken out of the source. It is caught when one of its tests fails; it survives when all
pass, and then those tests hold nothing. A mutant whose place in the source is gone is an error, so that none rots.
"""
