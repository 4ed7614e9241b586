"""Hashing in a second thread, which lets the GIL go, beside Python in the first."""

import hashlib
import sys
import threading
import time

import truth

BUFFER = bytes(4 * 2**20)


def counting(n):  # part: Python in the first thread
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
    return total


def hashing(buffer):  # part: hashing in the second thread
    hashlib.sha256(buffer)


def hash_until(done):
    while not done.is_set():
        with truth.part("hashing in the second thread"):
            hashing(BUFFER)


def main(seconds):
    done = threading.Event()
    second = threading.Thread(target=hash_until, args=(done,))
    second.start()
    while time.process_time() < seconds:
        with truth.part("Python in the first thread"):
            counting(100_000)
    done.set()
    second.join()


if __name__ == "__main__":
    main(float(sys.argv[1]))
    truth.write()
