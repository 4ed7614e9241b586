# --- variant: requests, pass in the handler
import requests


def ask(url):
    while True:  # expect: retry-without-backoff
        try:
            return requests.get(url, timeout=5).json()
        except requests.ConnectionError:
            pass


# --- variant: counted, many tries
import httpx


def ask(client: httpx.Client, url):
    for attempt in range(20):  # expect: retry-without-backoff
        try:
            return client.get(url)
        except httpx.TransportError as error:
            print("try", attempt, error)
    raise RuntimeError(url)


# --- variant: tenacity with only a stop
import requests
from tenacity import retry, stop_after_attempt


@retry(stop=stop_after_attempt(10))  # expect: retry-without-backoff
def ask(url):
    return requests.get(url).json()


# --- variant: tenacity, bare decorator
import tenacity
import urllib.request


@tenacity.retry  # expect: retry-without-backoff
def ask(url):
    return urllib.request.urlopen(url).read()


# --- variant: urllib3 Retry in an adapter
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry


def session():
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=Retry(total=10, status_forcelist=[502, 503])))  # expect: retry-without-backoff
    return session


# --- variant: a flag as condition
import requests


def upload(url, data):
    done = False
    while not done:  # expect: retry-without-backoff
        try:
            requests.put(url, data=data).raise_for_status()
            done = True
        except requests.RequestException:
            done = False


# --- variant: the status code decides
import requests


def wait_for(url):
    response = requests.get(url)
    while response.status_code == 503:  # expect: retry-without-backoff
        response = requests.get(url)
    return response


# --- variant: async, aiohttp
import aiohttp


async def fetch(session: aiohttp.ClientSession, url):
    while True:  # expect: retry-without-backoff
        try:
            async with session.get(url) as answer:
                return await answer.json()
        except aiohttp.ClientError:
            continue


# --- variant: a number of tries as default argument
import urllib.error
import urllib.request


def read(url, tries=30):
    while tries > 0:  # expect: retry-without-backoff
        tries -= 1
        try:
            return urllib.request.urlopen(url).read()
        except urllib.error.URLError:
            continue
    return None


# --- variant: connecting to a database until it is there
import psycopg


def connect(dsn):
    while True:  # expect: retry-without-backoff
        try:
            return psycopg.connect(dsn)
        except psycopg.OperationalError:
            print("not yet")


# --- variant: a socket in a method
import socket


class Link:
    def __init__(self, address):
        self.address = address
        self.socket = None

    def open(self):
        while self.socket is None:  # expect: retry-without-backoff
            try:
                self.socket = socket.create_connection(self.address)
            except ConnectionRefusedError:
                pass


# --- variant: a constant of the module as the count, helper of the file
import requests

MAX_TRIES = 50


def call(url):
    answer = requests.post(url, timeout=10)
    answer.raise_for_status()
    return answer


def robust(url):
    for _ in range(MAX_TRIES):  # expect: retry-without-backoff
        try:
            return call(url)
        except requests.HTTPError:
            continue


# --- variant: backoff's on_exception with a constant of zero, decorator
# not found: the library waits unless told otherwise, and is not looked at
import backoff
import requests


@backoff.on_exception(backoff.constant, requests.RequestException, interval=0, max_tries=20)  # expect: retry-without-backoff
def ask(url):
    return requests.get(url)


# --- quiet: with a pause
import time

import requests


def ask(url):
    pause = 1
    while True:
        try:
            return requests.get(url)
        except requests.ConnectionError:
            time.sleep(pause)
            pause *= 2


# --- quiet: three tries
import requests


def ask(url):
    for _ in range(3):
        try:
            return requests.get(url)
        except requests.Timeout:
            continue


# --- quiet: next item after a failure
import requests


def load(urls):
    pages = []
    for url in urls:
        try:
            pages.append(requests.get(url).text)
        except requests.ConnectionError:
            continue
    return pages
