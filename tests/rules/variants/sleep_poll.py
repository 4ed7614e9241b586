# --- variant: until a thread has ended
import threading
import time


def load(work):
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():  # expect: sleep-poll
        time.sleep(0.1)
# --- variant: until a program has ended
import subprocess
import time


def build():
    process = subprocess.Popen(["make", "all"])
    while process.poll() is None:  # expect: sleep-poll
        time.sleep(0.5)
    return process.returncode
# --- variant: until a future is done
import time
from concurrent.futures import ThreadPoolExecutor


def answer(work):
    with ThreadPoolExecutor() as pool:
        future = pool.submit(work)
        while not future.done():  # expect: sleep-poll
            time.sleep(0.05)
        return future.result()
# --- variant: until a queue holds something
import queue
import time

jobs = queue.Queue()


def worker(handle):
    while True:
        while jobs.empty():  # expect: sleep-poll
            time.sleep(0.2)
        handle(jobs.get())
# --- variant: a stop event of an object
import threading
import time


class Server:
    def __init__(self):
        self._ready = threading.Event()

    def wait(self, seconds):
        end = time.monotonic() + seconds
        while not self._ready.is_set() and time.monotonic() < end:  # expect: sleep-poll
            time.sleep(0.01)
        return self._ready.is_set()
# --- variant: an endless loop that breaks off
import subprocess
import time


def run(command):
    child = subprocess.Popen(command)
    while True:  # expect: sleep-poll
        if child.poll() is not None:
            break
        time.sleep(0.25)
    return child.returncode
# --- variant: a flag of an object that another method sets
import time


class Player:
    def __init__(self):
        self.finished = False

    def on_end(self, event):
        self.finished = True

    def play(self, song):
        self.start(song)
        while not self.finished:  # expect: sleep-poll
            time.sleep(0.1)
# --- variant: in a coroutine
import asyncio


async def first(tasks_done: asyncio.Event):
    while not tasks_done.is_set():  # expect: sleep-poll
        await asyncio.sleep(0.1)
    return "done"
# --- variant: processes of multiprocessing, any of them
# not found: what a list holds is not known, only what a name is
import multiprocessing
from time import sleep


def crunch(work, parts):
    processes = [multiprocessing.Process(target=work, args=(part,)) for part in parts]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):  # expect: sleep-poll
        sleep(0.1)
# --- variant: the answer of a pool
import time
from multiprocessing import Pool


def render(frames, draw):
    with Pool() as pool:
        result = pool.map_async(draw, frames)
        while not result.ready():  # expect: sleep-poll
            time.sleep(0.3)
        return result.get()
# --- variant: a task of asyncio
import asyncio


async def with_progress(work):
    task = asyncio.create_task(work())
    while not task.done():  # expect: sleep-poll
        await asyncio.sleep(0.2)
    return task.result()
# --- variant: a return in place of a break, and a global flag
import signal
import time

stopped = False


def stop(number, frame):
    global stopped
    stopped = True


def main(start):
    signal.signal(signal.SIGTERM, stop)
    start()
    while not stopped:  # expect: sleep-poll
        time.sleep(0.5)
# --- quiet: a file of another program
import os
import time


def wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.2)
# --- quiet: it shows how far the work is
import threading
import time


def load(work, show):
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        show(thread)
        time.sleep(0.1)
# --- quiet: an event that is waited for, with a timeout
import threading


def watch(stop: threading.Event, look):
    while not stop.wait(0.5):
        look()
# --- quiet: a long sleep
import subprocess
import time


def nightly():
    process = subprocess.Popen(["backup"])
    while process.poll() is None:
        time.sleep(30)
