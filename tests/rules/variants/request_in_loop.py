# --- variant: requests in a comprehension
import requests


def codes(urls):
    return {url: requests.head(url, timeout=3).status_code for url in urls}  # expect: request-in-loop


# --- variant: from-import under another name, while loop
from requests import post as send


def drain(queue, url):
    while queue:
        send(url, json=queue.pop(0), timeout=5)  # expect: request-in-loop


# --- variant: a session made in each round
import requests


def load(base, ids):
    for number in ids:
        with requests.Session() as session:  # expect: request-in-loop
            session.headers["Accept"] = "application/json"
            yield session.get(f"{base}/{number}").json()


# --- variant: httpx with a client for each
import httpx


def prices(items):
    found = []
    for item in items:
        client = httpx.Client(base_url="https://shop.example.org")  # expect: request-in-loop
        found.append(client.get(f"/items/{item}").json()["price"])
        client.close()
    return found


# --- variant: httpx.stream
import httpx


def download(names):
    for name in names:
        with httpx.stream("GET", f"https://files.example.org/{name}") as answer:  # expect: request-in-loop
            with open(name, "wb") as out:
                for block in answer.iter_bytes():
                    out.write(block)


# --- variant: aiohttp session in each round
import aiohttp


async def titles(base, pages):
    out = []
    for page in pages:
        async with aiohttp.ClientSession() as session, session.get(f"{base}/{page}") as answer:  # expect: request-in-loop
            out.append(await answer.text())
    return out


# --- variant: urlopen with a Request object
import json
import urllib.request as http


def push(url, records):
    for record in records:
        request = http.Request(url, data=json.dumps(record).encode(), method="POST")
        http.urlopen(request, timeout=5)  # expect: request-in-loop


# --- variant: urlretrieve
from urllib.request import urlretrieve


def tiles(server, zoom):
    for x in range(2**zoom):
        for y in range(2**zoom):
            urlretrieve(f"{server}/{zoom}/{x}/{y}.png", f"{x}-{y}.png")  # expect: request-in-loop


# --- variant: http.client connection in each round
import http.client


def names(host, ids):
    for number in ids:
        connection = http.client.HTTPSConnection(host)  # expect: request-in-loop
        connection.request("GET", f"/users/{number}")
        yield connection.getresponse().read()
        connection.close()


# --- variant: urllib3
import urllib3


def fetch(paths):
    return [urllib3.request("GET", f"https://api.example.org{path}").data for path in paths]  # expect: request-in-loop


# --- variant: a helper of the file sends the request
# not found: client-per-call tells of it, where the request is sent
import requests

BASE = "https://api.example.org"


def user(number):
    response = requests.get(f"{BASE}/users/{number}", timeout=5)
    response.raise_for_status()
    return response.json()


def users(numbers):
    return [user(number) for number in numbers]  # expect: request-in-loop


# --- variant: map with a lambda
import requests


def sizes(paths):
    return list(map(lambda path: len(requests.get("https://example.org" + path).content), paths))  # expect: request-in-loop


# --- variant: pages until the last, requests.request
import requests


class Pager:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def __iter__(self):
        page = 1
        while True:
            answer = requests.request("GET", self.url, params={"page": page}, headers={"Authorization": self.token})  # expect: request-in-loop
            items = answer.json()
            if not items:
                return
            yield from items
            page += 1


# --- quiet: one session
import requests


def codes(urls):
    with requests.Session() as session:
        return [session.head(url).status_code for url in urls]


# --- quiet: a dict's get and a parser's request
def lookup(table, keys):
    return [table.get(key) for key in keys]


# --- quiet: two constant hosts
import requests


def healthy():
    for host in ("https://a.example.org", "https://b.example.org"):
        if requests.get(host, timeout=2).status_code != 200:
            return False
    return True
# --- quiet: it waits between two requests, on purpose
import requests


class Notifier:
    def notify(self, targets, body):
        for target in targets:
            self.throttle()
            requests.post(self.url, data={"to": target, "body": body})
