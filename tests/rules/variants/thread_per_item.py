# --- variant: started and joined in each round
import threading


def resize_all(paths, resize):
    for path in paths:
        t = threading.Thread(target=resize, args=(path,))  # expect: thread-per-item
        t.start()
        t.join()


# --- variant: all started, then all joined
from threading import Thread


def download(urls, fetch):
    threads = []
    for url in urls:
        thread = Thread(target=fetch, args=(url,), daemon=True)  # expect: thread-per-item
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


# --- variant: a list comprehension
import threading as th


def notify(users, send):
    running = [th.Thread(target=send, args=[user]) for user in users]  # expect: thread-per-item
    for each in running:
        each.start()


# --- variant: a process each, numbered
import multiprocessing


def convert(files, work):
    for number, file in enumerate(files):
        process = multiprocessing.Process(target=work, args=(number, file))  # expect: thread-per-item
        process.start()
        process.join()


# --- variant: started at once, a lambda in place of arguments
import threading


def warm(keys, cache):
    for key in keys:
        threading.Thread(target=lambda key=key: cache.get(key)).start()  # expect: thread-per-item


# --- variant: keyword arguments of the target
import threading


def index(documents, add):
    for document in documents:
        threading.Thread(target=add, kwargs={"document": document}).start()  # expect: thread-per-item


# --- variant: a method of the object
import threading


class Crawler:
    def __init__(self, links):
        self.links = links

    def run(self):
        for link in self.links:
            threading.Thread(target=self.visit, args=(link,)).start()  # expect: thread-per-item

    def visit(self, link):
        print(link)


# --- variant: a Timer without a delay
# not found: a timer is a thread too, but its delay may be what is wanted
import threading


def later(jobs):
    for job in jobs:
        threading.Timer(0, job.run).start()  # expect: thread-per-item


# --- variant: a subclass of Thread
import threading


class Mailer(threading.Thread):
    def __init__(self, address):
        super().__init__()
        self.address = address

    def run(self):
        print(self.address)


def mail(addresses):
    for address in addresses:
        Mailer(address).start()  # expect: thread-per-item


# --- variant: the low-level door
import _thread


def ping(hosts, check):
    for host in hosts:
        _thread.start_new_thread(check, (host,))  # expect: thread-per-item


# --- variant: a context of multiprocessing
import multiprocessing


def render(frames, draw):
    context = multiprocessing.get_context("spawn")
    for frame in frames:
        child = context.Process(target=draw, args=(frame,))  # expect: thread-per-item
        child.start()
        child.join()


# --- variant: positional target, a dict's items
from threading import Thread


def count_words(texts, count):
    jobs = []
    for name, text in texts.items():
        jobs.append(Thread(None, count, name, (text,)))  # expect: thread-per-item
        jobs[-1].start()


# --- variant: the method of each item
from multiprocessing import Process


def start_all(tasks):
    for task in tasks:
        Process(target=task.run).start()  # expect: thread-per-item


# --- quiet: as many as there are workers
import threading


def serve(queue, work, count):
    for number in range(count):
        threading.Thread(target=work, args=(queue,), name=f"worker-{number}").start()


# --- quiet: a pool
from concurrent.futures import ThreadPoolExecutor


def download(urls, fetch):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(fetch, urls))


# --- quiet: one for each processor
import multiprocessing
import os


def burn(work):
    for number in range(os.cpu_count()):
        multiprocessing.Process(target=work, args=(number,)).start()


# --- quiet: a server gives each connection a thread
import threading


def accept(listener, talk):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,)).start()


# --- quiet: a class of one's own with that name
class Thread:
    def __init__(self, post):
        self.post = post


def threads(posts):
    return [Thread(post) for post in posts]
