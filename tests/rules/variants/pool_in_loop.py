# --- variant: a pool of processes for each file
from multiprocessing import Pool


def convert_all(files, convert):
    for file in files:
        pool = Pool(8)  # expect: pool-in-loop
        pool.map(convert, file.pages)
        pool.close()
        pool.join()
# --- variant: the pool of a context
import multiprocessing as mp


def simulate(generations, step, population):
    for _ in range(generations):
        with mp.get_context("spawn").Pool(processes=4) as pool:  # expect: pool-in-loop
            population = pool.map(step, population)
    return population
# --- variant: as many workers as there are processors
import os
from concurrent.futures import ProcessPoolExecutor


def batches(work, chunks):
    results = []
    for chunk in chunks:
        with ProcessPoolExecutor(max_workers=os.cpu_count()) as executor:  # expect: pool-in-loop
            results.extend(executor.map(work, chunk))
    return results
# --- variant: by the module's name, with futures
import concurrent.futures


def crawl(pages, fetch):
    while pages:
        page = pages.pop()
        with concurrent.futures.ThreadPoolExecutor(max_workers=16) as executor:  # expect: pool-in-loop
            futures = [executor.submit(fetch, link) for link in page.links]
            for future in concurrent.futures.as_completed(futures):
                pages.extend(future.result())
# --- variant: a pool of threads by its other name
from multiprocessing.pool import ThreadPool


def mirror(hosts, download):
    for host in hosts:
        pool = ThreadPool(20)  # expect: pool-in-loop
        pool.map(download, host.files)
        pool.terminate()
# --- variant: in a helper that a loop calls
from concurrent.futures import ThreadPoolExecutor


def load(batch, read):
    with ThreadPoolExecutor(max_workers=8) as pool:  # expect: pool-in-loop
        return list(pool.map(read, batch))


def load_all(batches, read):
    return [load(batch, read) for batch in batches]
# --- variant: dummy pool
from multiprocessing.dummy import Pool as ThreadPool


def ping_all(networks, ping):
    alive = []
    for network in networks:
        workers = ThreadPool()  # expect: pool-in-loop
        alive += workers.map(ping, network.hosts())
        workers.close()
    return alive
# --- variant: an async loop
import asyncio
from concurrent.futures import ThreadPoolExecutor


async def consume(queue, handle):
    loop = asyncio.get_running_loop()
    while True:
        message = await queue.get()
        with ThreadPoolExecutor() as pool:  # expect: pool-in-loop
            await loop.run_in_executor(pool, handle, message)
# --- variant: the size is an attribute, the rounds are those of a search
from multiprocessing import Pool


class Search:
    def __init__(self, workers):
        self.workers = workers

    def run(self, score, candidates, breed):
        for generation in range(500):
            with Pool(processes=self.workers) as pool:  # expect: pool-in-loop
                scores = pool.map(score, candidates)
            candidates = breed(candidates, scores)
        return candidates
# --- variant: the executor is shut down by hand
from concurrent import futures


def resize_all(albums, resize):
    for album in albums:
        executor = futures.ProcessPoolExecutor()  # expect: pool-in-loop
        list(executor.map(resize, album))
        executor.shutdown()
# --- quiet: one pool around the loop
from concurrent.futures import ThreadPoolExecutor


def sums(groups):
    with ThreadPoolExecutor(4) as pool:
        return [sum(pool.map(abs, group)) for group in groups]
# --- quiet: so many workers as the round needs
from multiprocessing import Pool


def scaling(work, items):
    for workers in (1, 2, 4, 8):
        with Pool(workers) as pool:
            print(workers, pool.map(work, items))
# --- quiet: joblib keeps its workers for the next call
from joblib import Parallel, delayed


def search(folds, fit, grid):
    scores = []
    for fold in folds:
        scores.append(Parallel(n_jobs=4)(delayed(fit)(fold, point) for point in grid))
    return scores
# --- quiet: a pool of connections
from psycopg_pool import ConnectionPool


def pools(addresses):
    return [ConnectionPool(address) for address in addresses]
