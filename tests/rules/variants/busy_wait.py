# --- variant: a thread, in a method, with continue
import threading


class Runner:
    def __init__(self, target):
        self.thread = threading.Thread(target=target)

    def finish(self):
        self.thread.start()
        while self.thread.is_alive():  # expect: busy-wait
            continue


# --- variant: a flag of the object that another thread sets
class Reader:
    def __init__(self):
        self.ready = False

    def wait(self):
        while not self.ready:  # expect: busy-wait
            pass


# --- variant: while True with a test and a break
import subprocess


def build(command):
    process = subprocess.Popen(command)
    while True:  # expect: busy-wait
        if process.poll() is not None:
            break
    return process.returncode


# --- variant: get_nowait in try/except Empty
# not found: the loop does work in some rounds
import queue

jobs = queue.Queue()


def work(handle):
    while True:  # expect: busy-wait
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            continue
        handle(job)


# --- variant: get without blocking
from queue import Empty, Queue


def take(inbox: Queue):
    while True:  # expect: busy-wait
        try:
            return inbox.get(block=False)
        except Empty:
            pass


# --- variant: a clock
import time


def pause(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:  # expect: busy-wait
        pass


# --- variant: a future, ellipsis as body
from concurrent.futures import ThreadPoolExecutor


def slow_square(number):
    with ThreadPoolExecutor() as pool:
        future = pool.submit(pow, number, 2)
        while not future.done():  # expect: busy-wait
            ...
        return future.result()


# --- variant: several threads, any()
import threading


def run_all(jobs):
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):  # expect: busy-wait
        pass


# --- variant: a process of multiprocessing, sleep(0)
import multiprocessing
import time


def crunch(target):
    worker = multiprocessing.Process(target=target)
    worker.start()
    while worker.is_alive():  # expect: busy-wait
        time.sleep(0)
    return worker.exitcode


# --- variant: asyncio, sleep(0) until an event
import asyncio


async def until(event: asyncio.Event):
    while not event.is_set():  # expect: busy-wait
        await asyncio.sleep(0)


# --- variant: a file must appear
import os


def await_file(path):
    while not os.path.exists(path):  # expect: busy-wait
        pass
    return open(path)


# --- variant: an empty queue
import queue


def drain(q: queue.Queue):
    while q.empty():  # expect: busy-wait
        pass
    return q.get()


# --- variant: a lock taken without blocking
import threading

lock = threading.Lock()


def exclusive(work):
    while not lock.acquire(blocking=False):  # expect: busy-wait
        pass
    try:
        return work()
    finally:
        lock.release()


# --- quiet: wait with a timeout
import threading


def until(event: threading.Event, beat):
    while not event.wait(1.0):
        beat()


# --- quiet: sleeps for long
import time


def until(process):
    while process.poll() is None:
        time.sleep(0.5)


# --- quiet: the question does the work
def drain(parser):
    while parser.step():
        pass


# --- quiet: it sleeps for a second, which is said by name
import asyncio


async def first(coordinator):
    while not coordinator.devices:
        await asyncio.sleep(delay=1)
