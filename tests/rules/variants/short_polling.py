# --- variant: requests in a while True with break
import time

import requests


def wait(url):
    while True:  # expect: short-polling
        state = requests.get(url, timeout=5).json()["state"]
        if state == "done":
            break
        time.sleep(0.2)


# --- variant: asyncio with aiohttp
import asyncio

import aiohttp


async def until_ready(session: aiohttp.ClientSession, url):
    ready = False
    while not ready:  # expect: short-polling
        async with session.get(url) as answer:
            ready = answer.status == 200
        await asyncio.sleep(0.1)


# --- variant: from-import of sleep, the session is an attribute
from time import sleep

import requests


class Build:
    def __init__(self, url):
        self.http = requests.Session()
        self.url = url

    def wait(self):
        while self.http.get(self.url).json()["building"]:  # expect: short-polling
            sleep(0.25)


# --- variant: database table as a queue
import time

import psycopg


def worker(dsn, handle):
    connection = psycopg.connect(dsn)
    while True:  # expect: short-polling
        row = connection.execute("SELECT id FROM job WHERE state = 'new' LIMIT 1").fetchone()
        if row:
            handle(row[0])
        else:
            time.sleep(0.1)


# --- variant: Redis list
import time

import redis

r = redis.Redis()


def consume(handle):
    while True:  # expect: short-polling
        job = r.lpop("jobs")
        if job is None:
            time.sleep(0.05)
            continue
        handle(job)


# --- variant: a helper of the file asks
import time

import httpx


def is_done(job):
    return httpx.get(f"https://jobs.example.org/{job}").json()["done"]


def wait_for(job):
    while not is_done(job):  # expect: short-polling
        time.sleep(0.1)


# --- variant: a constant as interval
# not found: a pause after a failure is a retry's
import time
import urllib.request

INTERVAL_S = 0.2


def until_up(url):
    while True:  # expect: short-polling
        try:
            urllib.request.urlopen(url)
            return
        except OSError:
            time.sleep(INTERVAL_S)


# --- variant: boto3, state of a job
import time

import boto3

glue = boto3.client("glue")


def run(name):
    run_id = glue.start_job_run(JobName=name)["JobRunId"]
    while glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]["JobRunState"] == "RUNNING":  # expect: short-polling
        time.sleep(0.5)


# --- variant: SQS without a wait
import time

import boto3

sqs = boto3.client("sqs")


def consume(url, handle):
    while True:  # expect: short-polling
        for message in sqs.receive_message(QueueUrl=url).get("Messages", []):
            handle(message)
        time.sleep(0.3)


# --- variant: OpenAI run
import time

from openai import OpenAI

client = OpenAI()


def finish(thread, run):
    while run.status in ("queued", "in_progress"):  # expect: short-polling
        time.sleep(0.3)
        run = client.beta.threads.runs.retrieve(thread_id=thread.id, run_id=run.id)
    return run


# --- variant: a deadline as the condition
import time

import requests


def wait(url, timeout_s=30):
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:  # expect: short-polling
        if requests.get(url).ok:
            return True
        time.sleep(0.1)
    return False


# --- variant: Django's ORM asked for a state
import time

from .models import Job


def wait(number):
    while not Job.objects.filter(pk=number, done=True).exists():  # expect: short-polling
        time.sleep(0.2)


# --- variant: walrus, milliseconds as a quotient
import time

import requests


def result(url):
    while (answer := requests.get(url)).status_code == 202:  # expect: short-polling
        time.sleep(100 / 1000)
    return answer.json()


# --- quiet: a pause that grows
import time

import requests


def wait(url):
    pause = 0.1
    while requests.get(url).status_code == 202:
        time.sleep(pause)
        pause = min(2 * pause, 30)


# --- quiet: every minute
import time

import requests


def watch(url, show):
    while True:
        show(requests.get(url).json())
        time.sleep(60)


# --- quiet: a process of its own
import subprocess
import time


def wait(command):
    process = subprocess.Popen(command)
    while process.poll() is None:
        time.sleep(0.1)
