"""Kills Sapa again and again, and compares what it left with the truth of the wire.

    python -m tests.crash --kills 2000 --seed 7

A fake Telegram with customers who never stop writing runs in a process of its own. Sapa lives beside it, one life
after another: a child forked from a parent that has everything loaded, or a full start through the command line.
Each life ends by SIGKILL, at a named failpoint or at any moment; the last one ends in good order.
"""
