"""On the path of a full start: the command line's process knows the dialogue of the crash runs too."""

from tests.crash import play

play.join()
