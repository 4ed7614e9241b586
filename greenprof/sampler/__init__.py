"""The line profiler: reads the stacks of running Pythons from outside, by what they hand over at their start.

A program is started with `target_environment`; a `Sampler` on the same folder and its process tree then reads the
stacks of every Python in it. The program is neither changed nor stopped. Linux only; elsewhere the notes of a `Sampler`
say so.

How a Python is found: the first of a chain hands over (`layout`), and what it hands over fits all that run the same
interpreter (`kin`); of another interpreter the executable is asked (`probe`); `joining` decides. Whose CPU time stands
where: `accounts`.

Read on: `sampler` (many processes), `process` (one: its threads and what they weigh), `frames` and `code` (the
structures of CPython), `memory` and `threads` (what the kernel tells).
"""

from greenprof.sampler.process import StackSample
from greenprof.sampler.sampler import Sampler, target_environment

__all__ = ["Sampler", "StackSample", "target_environment"]
