# --- variant: FastAPI handler with an httpx client
import httpx
from fastapi import FastAPI

app = FastAPI()


@app.get("/rate/{currency}")
async def rate(currency: str):
    async with httpx.AsyncClient() as client:  # expect: client-per-call
        return (await client.get(f"https://rates.example.org/{currency}")).json()


# --- variant: aiohttp session per call, gathered
import asyncio

import aiohttp


async def fetch(url):
    async with aiohttp.ClientSession() as session:  # expect: client-per-call
        async with session.get(url) as response:
            return await response.text()


async def fetch_all(urls):
    return await asyncio.gather(*[fetch(url) for url in urls])


# --- variant: Lambda handler with boto3
import boto3


def lambda_handler(event, context):
    table = boto3.resource("dynamodb").Table("orders")  # expect: client-per-call
    return table.get_item(Key={"id": event["id"]})["Item"]


# --- variant: Celery task with requests.Session
import requests
from celery import shared_task


@shared_task
def ping(url):
    session = requests.Session()  # expect: client-per-call
    return session.get(url, timeout=5).status_code


# --- variant: Flask route with OpenAI
from flask import Flask, request
from openai import OpenAI

app = Flask(__name__)


@app.route("/ask", methods=["POST"])
def ask():
    client = OpenAI(api_key=app.config["KEY"])  # expect: client-per-call
    answer = client.responses.create(model="small", input=request.json["q"])
    return {"answer": answer.output_text}


# --- variant: a Django view of a class
import boto3
from django.http import HttpResponse
from django.views import View


class Download(View):
    def get(self, request, key):
        s3 = boto3.client("s3")  # expect: client-per-call
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": key})
        return HttpResponse(url)


# --- variant: called for each item of a thread pool
from concurrent.futures import ThreadPoolExecutor

from elasticsearch import Elasticsearch


def index(document):
    es = Elasticsearch("http://search")  # expect: client-per-call
    es.index(index="pages", document=document)


def index_all(documents):
    with ThreadPoolExecutor(8) as pool:
        for document in documents:
            pool.submit(index, document)


# --- variant: requests.get in a method that is called in a loop
import requests


class Shop:
    base = "https://shop.example.org"

    def price(self, item):
        return requests.get(f"{self.base}/price/{item}", timeout=3).json()["price"]  # expect: client-per-call

    def total(self, items):
        return sum(self.price(item) for item in items)


# --- variant: Django REST framework's api_view
import httpx
from rest_framework.decorators import api_view
from rest_framework.response import Response


@api_view(["GET"])
def stock(request, sku):
    with httpx.Client(timeout=2) as client:  # expect: client-per-call
        return Response(client.get(f"https://stock.example.org/{sku}").json())


# --- variant: a grpc channel in a bot's command
import grpc
from discord.ext import commands

from .rates_pb2 import Query
from .rates_pb2_grpc import RatesStub

bot = commands.Bot(command_prefix="!")


@bot.command()
async def rate(ctx, currency):
    with grpc.insecure_channel("rates:50051") as channel:  # expect: client-per-call
        answer = RatesStub(channel).Get(Query(currency=currency))
    await ctx.send(str(answer.rate))


# --- variant: Starlette websocket route, AsyncOpenAI
from fastapi import APIRouter, WebSocket
from openai import AsyncOpenAI

router = APIRouter()


@router.websocket("/chat")
async def chat(websocket: WebSocket):
    llm = AsyncOpenAI()  # expect: client-per-call
    await websocket.accept()
    question = await websocket.receive_text()
    answer = await llm.responses.create(model="small", input=question)
    await websocket.send_text(answer.output_text)


# --- variant: asyncio tasks made in a loop
import asyncio

import httpx


async def check(url):
    async with httpx.AsyncClient() as client:  # expect: client-per-call
        return (await client.head(url)).status_code


async def main(urls):
    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(check(url))


# --- quiet: made once
import httpx
from fastapi import FastAPI

app = FastAPI()
client = httpx.AsyncClient()


@app.get("/rate/{currency}")
async def rate(currency: str):
    return (await client.get(f"https://rates.example.org/{currency}")).json()


# --- quiet: a factory that is cached
from functools import lru_cache

import boto3


@lru_cache
def s3():
    return boto3.client("s3")


def upload_all(paths):
    for path in paths:
        s3().upload_file(path, "b", path)


# --- quiet: a script's main
import requests


def main():
    session = requests.Session()
    print(session.get("https://example.org").status_code)


if __name__ == "__main__":
    main()
# --- quiet: it waits between two requests, on purpose
import requests


class Notifier:
    def send(self, target, body):
        self.throttle()
        requests.post(self.url, data={"to": target, "body": body})

    def notify(self, targets, body):
        return [self.send(target, body) for target in targets]
