"""Work in forked, spawned and separately started Pythons beside that of their parent."""

import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import truth


def forked(n):  # part: forked child
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
    return total


def spawned(n):  # part: spawned child
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
    return total


def parent(n):  # part: parent
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
    return total


def work_for(seconds, name, work):
    """Work in pieces until this process has used so much CPU time, and leave its account."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        with truth.part(name):
            work(200_000)
    truth.write()


def in_child(seconds, name, work):
    truth.SPENT_S.clear()  # a forked child has its parent's
    work_for(seconds, name, work)


def main(seconds):
    kinds = (("fork", 0.4, "forked child", forked), ("spawn", 0.3, "spawned child", spawned))
    children = [
        multiprocessing.get_context(method).Process(target=in_child, args=(seconds * share, name, work))
        for method, share, name, work in kinds
    ]
    for child in children:
        with truth.part("starting children"):
            child.start()  # part: starting children
    for child in children:
        child.join()
    script = Path(__file__).with_name("child_script.py")
    with truth.part("starting children"):
        started = subprocess.Popen([sys.executable, script, str(seconds * 0.2)])  # part: starting children
    work_for(seconds * 0.1, "parent", parent)
    started.wait()


if __name__ == "__main__":
    main(float(sys.argv[1]))
