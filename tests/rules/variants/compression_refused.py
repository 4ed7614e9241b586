# --- variant: a session that sends the header with every request
import requests


def prices(symbols):
    session = requests.Session()
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "prices/1.0"})  # expect: compression-refused
    return {symbol: session.get(f"https://quotes.example/{symbol}").json() for symbol in symbols}
# --- variant: one header of a session, put by its name
import requests

session = requests.Session()
session.headers["Accept-Encoding"] = "identity"  # expect: compression-refused


def feed(url):
    return session.get(url).text
# --- variant: a client of httpx with headers of its own
import httpx


def orders(base):
    with httpx.Client(base_url=base, headers={"accept-encoding": "identity"}) as client:  # expect: compression-refused
        return client.get("/orders").json()
# --- variant: an asynchronous client
import httpx


async def weather(city):
    async with httpx.AsyncClient() as client:
        answer = await client.get(
            f"https://weather.example/{city}",
            headers={"Accept-Encoding": "identity", "Accept": "application/json"},  # expect: compression-refused
        )
    return answer.json()
# --- variant: aiohttp, and the header left out
import aiohttp


async def page(url):
    async with aiohttp.ClientSession(skip_auto_headers={"Accept-Encoding"}) as session:  # expect: compression-refused
        async with session.get(url) as answer:
            return await answer.text()
# --- variant: the headers have a name
import requests

HEADERS = {
    "User-Agent": "catalogue/2.1",
    "Accept-Encoding": "identity",
}


def catalogue(page):
    answer = requests.get("https://shop.example/catalogue", params={"page": page}, headers=HEADERS)  # expect: compression-refused
    answer.raise_for_status()
    return answer.json()["items"]
# --- variant: a request of urllib
import json
import urllib.request


def issues(repository):
    request = urllib.request.Request(f"https://tracker.example/{repository}/issues")
    request.add_header("Accept-Encoding", "identity")  # expect: compression-refused
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
# --- variant: a pool of urllib3
import json

import urllib3

http = urllib3.PoolManager(headers={"Accept-Encoding": "identity"})  # expect: compression-refused


def station(number):
    return json.loads(http.request("GET", f"https://stations.example/{number}").data)
# --- variant: an empty header
import requests


def search(words):
    headers = {"Accept-Encoding": ""}
    answer = requests.post("https://search.example/api", json=words, headers=headers)  # expect: compression-refused
    return [hit["title"] for hit in answer.json()]
# --- variant: put into a dict that is made by a call, and all else refused
import requests


def members(group):
    headers = dict(Accept="application/json")
    headers["Accept-Encoding"] = "identity;q=1, *;q=0"
    return requests.get(f"https://groups.example/{group}", headers=headers).json()  # expect: compression-refused
# --- quiet: a part of a file
import requests


def tail(url):
    return requests.get(url, headers={"Accept-Encoding": "identity", "Range": "bytes=-500"}).text
# --- quiet: what the client asks for anyway
import requests


def index(url):
    return requests.get(url, headers={"Accept-Encoding": "gzip, deflate, br"}).text
# --- quiet: a server that looks at the header
def wants_gzip(request):
    return request.headers.get("Accept-Encoding", "identity") != "identity"
# --- quiet: events as they come
import httpx


def events(url):
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
    with httpx.stream("GET", url, headers=headers) as answer:
        yield from answer.iter_lines()
