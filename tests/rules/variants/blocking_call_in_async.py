# --- variant: sleep imported by name
from time import sleep


async def retry(call):
    while True:
        try:
            return await call()
        except ConnectionError:
            sleep(1)  # expect: blocking-call-in-async


# --- variant: requests in a FastAPI handler
import requests
from fastapi import FastAPI

app = FastAPI()


@app.get("/weather/{city}")
async def weather(city: str):
    return requests.get(f"https://weather.example.org/{city}", timeout=5).json()  # expect: blocking-call-in-async


# --- variant: a session that is an attribute
import requests


class Client:
    def __init__(self):
        self.session = requests.Session()

    async def user(self, number):
        response = self.session.get(f"https://api.example.org/users/{number}")  # expect: blocking-call-in-async
        return response.json()


# --- variant: a helper of the file blocks
# not found: needs to follow a call into the function that it calls
import asyncio
import urllib.request


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


async def page(url):
    return fetch(url)  # expect: blocking-call-in-async


async def pages(urls):
    return await asyncio.gather(*map(page, urls))


# --- variant: subprocess.check_output
import subprocess as sp


async def revision(folder):
    return sp.check_output(["git", "rev-parse", "HEAD"], cwd=folder)  # expect: blocking-call-in-async


# --- variant: a Popen that is waited for
import subprocess


async def build(command):
    process = subprocess.Popen(command)
    process.wait()  # expect: blocking-call-in-async
    return process.returncode


# --- variant: boto3
import boto3

s3 = boto3.client("s3")


async def upload(path, key):
    s3.upload_file(path, "bucket", key)  # expect: blocking-call-in-async


# --- variant: OpenAI's blocking client
from openai import OpenAI

client = OpenAI()


async def summary(text):
    answer = client.chat.completions.create(model="small", messages=[{"role": "user", "content": text}])  # expect: blocking-call-in-async
    return answer.choices[0].message.content


# --- variant: a blocking database driver
import psycopg2


async def names(dsn):
    connection = psycopg2.connect(dsn)  # expect: blocking-call-in-async
    cursor = connection.cursor()
    cursor.execute("SELECT name FROM users WHERE active")  # expect: blocking-call-in-async
    return [name for (name,) in cursor]


# --- variant: queue.Queue
import queue

inbox = queue.Queue()


async def consume(handle):
    while True:
        await handle(inbox.get())  # expect: blocking-call-in-async


# --- variant: the result of a future of threads
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()


async def crunch(data):
    future = pool.submit(sum, data)
    return future.result()  # expect: blocking-call-in-async


# --- variant: joined thread, async with
import threading


async def run(target, lock):
    async with lock:
        worker = threading.Thread(target=target)
        worker.start()
        worker.join()  # expect: blocking-call-in-async


# --- variant: redis of the blocking kind
import redis

cache = redis.Redis()


async def cached(key, load):
    if (value := cache.get(key)) is None:  # expect: blocking-call-in-async
        value = await load(key)
    return value


# --- variant: httpx without a client
import httpx


async def notify(hook, event):
    match event:
        case {"kind": "done"}:
            httpx.post(hook, json=event)  # expect: blocking-call-in-async
        case _:
            pass


# --- quiet: handed to a thread
import asyncio

import requests


async def load(url):
    return await asyncio.to_thread(requests.get, url)


# --- quiet: asyncio's sleep
import asyncio


async def tick():
    while True:
        await asyncio.sleep(1)


# --- quiet: a function of its own inside, run by an executor
import asyncio
import time


async def main():
    def job():
        time.sleep(1)
        return 1

    return await asyncio.get_running_loop().run_in_executor(None, job)
# --- quiet: an address that holds what is asked for
from urllib.request import urlopen


class Previewer:
    async def _parse_data_url(self, url, out):
        with urlopen(url) as answer:
            out.write(answer.read())
# --- quiet: a socket for datagrams asks nobody when it is connected
import socket


async def local_address(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((host, port))
        return sock.getsockname()
