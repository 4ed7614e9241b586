# --- variant: httpx in a for loop, attribute
import httpx


class Api:
    def __init__(self):
        self.http = httpx.AsyncClient(base_url="https://api.example.org")

    async def prices(self, items):
        prices = {}
        for item in items:
            response = await self.http.get(f"/price/{item}")  # expect: awaits-one-by-one
            prices[item] = response.json()["price"]
        return prices


# --- variant: aiohttp in an async comprehension with a helper
import aiohttp


async def size(session: aiohttp.ClientSession, url):
    async with session.get(url) as response:
        return len(await response.read())


async def sizes(urls):
    async with aiohttp.ClientSession() as session:
        return [await size(session, url) for url in urls]  # expect: awaits-one-by-one


# --- variant: aiohttp session in a with block in the loop
import aiohttp


async def titles(pages):
    found = []
    async with aiohttp.ClientSession() as http:
        for page in pages:
            async with http.get(page) as answer:  # expect: awaits-one-by-one
                found.append((await answer.text())[:80])
    return found


# --- variant: OpenAI async client
from openai import AsyncOpenAI

llm = AsyncOpenAI()


async def translate(texts):
    answers = []
    for text in texts:
        answer = await llm.chat.completions.create(model="small", messages=[{"role": "user", "content": text}])  # expect: awaits-one-by-one
        answers.append(answer.choices[0].message.content)
    return answers


# --- variant: dict comprehension over items
import httpx


async def states(services: dict[str, str]):
    async with httpx.AsyncClient(timeout=3) as client:
        return {name: (await client.get(url)).status_code for name, url in services.items()}  # expect: awaits-one-by-one


# --- variant: try/except for each of them
import httpx


async def reachable(client: httpx.AsyncClient, urls):
    good = []
    for url in urls:
        try:
            await client.head(url)  # expect: awaits-one-by-one
        except httpx.HTTPError:
            continue
        good.append(url)
    return good


# --- variant: asyncio.to_thread with a blocking request
import asyncio

import requests


async def pages(urls):
    texts = []
    for url in urls:
        response = await asyncio.to_thread(requests.get, url)  # expect: awaits-one-by-one
        texts.append(response.text)
    return texts


# --- variant: a method of the class that sends a request
import aiohttp


class Weather:
    def __init__(self, session: aiohttp.ClientSession):
        self.session = session

    async def of(self, city):
        async with self.session.get("https://weather.example.org", params={"q": city}) as answer:
            return await answer.json()

    async def of_all(self, cities):
        return {city: await self.of(city) for city in cities}  # expect: awaits-one-by-one


# --- variant: aioboto3
import aioboto3


async def load(bucket, keys):
    blobs = []
    async with aioboto3.Session().client("s3") as s3:
        for key in keys:
            answer = await s3.get_object(Bucket=bucket, Key=key)  # expect: awaits-one-by-one
            blobs.append(await answer["Body"].read())
    return blobs


# --- variant: run_in_executor in a loop
import asyncio
import urllib.request


async def fetch(urls):
    loop = asyncio.get_running_loop()
    return [await loop.run_in_executor(None, urllib.request.urlopen, url) for url in urls]  # expect: awaits-one-by-one


# --- variant: while loop over a list that is emptied
# not found: rounds of a while loop mostly need one another
import httpx


async def drain(urls: list[str]):
    bodies = []
    async with httpx.AsyncClient() as web:
        while urls:
            answer = await web.get(urls.pop())  # expect: awaits-one-by-one
            bodies.append(answer.content)
    return bodies


# --- variant: two requests for each user, enumerate
# not found: what is appended may depend on the order
import httpx


async def profiles(api: httpx.AsyncClient, users):
    out = []
    for place, user in enumerate(users):
        profile = (await api.get(f"/users/{user}")).json()  # expect: awaits-one-by-one
        out.append((place, profile["name"]))
    return out


# --- quiet: gathered
import asyncio

import httpx


async def load(urls):
    async with httpx.AsyncClient() as client:
        return await asyncio.gather(*[client.get(url) for url in urls])


# --- quiet: each page names the next
import httpx


async def pages(client: httpx.AsyncClient, url):
    while url:
        page = (await client.get(url)).json()
        yield page["items"]
        url = page["next"]


# --- quiet: a pause between the requests
import asyncio

import httpx


async def politely(client: httpx.AsyncClient, urls):
    for url in urls:
        await client.get(url)
        await asyncio.sleep(1)
