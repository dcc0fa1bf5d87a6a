"""Files that people write by hand: read whole, with every problem told at once, in its line.

What a file means is told by whoever reads it: `loyalty.programme_file`, `surveys.file`.
"""
