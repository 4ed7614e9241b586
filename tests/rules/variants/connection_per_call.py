# --- variant: FastAPI route with psycopg
import psycopg
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item}")
def item(item: int):
    with psycopg.connect("dbname=shop") as connection:  # expect: connection-per-call
        return connection.execute("SELECT name FROM item WHERE id = %s", (item,)).fetchone()


# --- variant: FastAPI router, asyncpg pool made in the handler
import asyncpg
from fastapi import APIRouter

router = APIRouter(prefix="/users")


@router.post("/")
async def create(name: str):
    pool = await asyncpg.create_pool(dsn="postgresql://shop")  # expect: connection-per-call
    async with pool.acquire() as connection:
        await connection.execute("INSERT INTO users (name) VALUES ($1)", name)


# --- variant: Flask blueprint, sqlite
# not found: of low confidence: a connection to a file is cheap to open, and one a request is common
import sqlite3

from flask import Blueprint, jsonify

pages = Blueprint("pages", __name__)


@pages.route("/hits")
def hits():
    conn = sqlite3.connect("hits.db")  # expect: connection-per-call
    rows = conn.execute("SELECT page, hits FROM hits WHERE hits > 10").fetchall()
    conn.close()
    return jsonify(rows)


# --- variant: Celery task, redis
import redis
from celery import Celery

celery = Celery("shop")


@celery.task(bind=True, max_retries=3)
def count(self, name):
    client = redis.Redis.from_url("redis://cache")  # expect: connection-per-call
    client.incr(name)


# --- variant: AWS Lambda handler, pymysql
import json

import pymysql


def lambda_handler(event, context):
    connection = pymysql.connect(host="db", user="shop")  # expect: connection-per-call
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM item WHERE id = %s", (event["id"],))
        return {"statusCode": 200, "body": json.dumps(cursor.fetchone())}


# --- variant: Django class-based view, MongoClient
from django.http import JsonResponse
from django.views import View
from pymongo import MongoClient


class Orders(View):
    def get(self, request, number):
        client = MongoClient("mongodb://db")  # expect: connection-per-call
        order = client.shop.orders.find_one({"number": number}, {"_id": 0})
        return JsonResponse(order)


# --- variant: SQLAlchemy engine in an aiohttp handler
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

routes = web.RouteTableDef()


@routes.get("/total")
async def total(request):
    engine = create_async_engine("postgresql+asyncpg://shop")  # expect: connection-per-call
    async with engine.connect() as connection:
        return web.json_response({"total": await connection.scalar(text("SELECT sum(total) FROM orders"))})


# --- variant: called by a thread pool for each item
import sqlite3
from concurrent.futures import ThreadPoolExecutor


def lookup(word):
    db = sqlite3.connect("words.db")  # expect: connection-per-call
    return db.execute("SELECT meaning FROM word WHERE word = ?", (word,)).fetchone()


def lookup_all(words):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lookup, words))


# --- variant: a method that its class calls in a loop
from sqlalchemy import create_engine, text


class Exchange:
    def __init__(self, url):
        self.url = url

    def rate(self, currency):
        engine = create_engine(self.url)  # expect: connection-per-call
        with engine.connect() as connection:
            return connection.scalar(text("SELECT rate FROM rate WHERE currency = :c"), {"c": currency})

    def rates(self, currencies):
        return {currency: self.rate(currency) for currency in currencies}


# --- variant: Starlette endpoint, function named in the routes
# not found: of low confidence: a connection to a file is cheap to open, and one a request is common
import aiosqlite
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def latest(request):
    async with aiosqlite.connect("news.db") as db:  # expect: connection-per-call
        row = await (await db.execute("SELECT title FROM news ORDER BY id DESC LIMIT 1")).fetchone()
    return JSONResponse({"title": row[0]})


app = Starlette(routes=[Route("/latest", latest)])


# --- variant: Dramatiq actor, psycopg2
import dramatiq
import psycopg2 as pg


@dramatiq.actor
def archive(order_id):
    connection = pg.connect("dbname=shop")  # expect: connection-per-call
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE orders SET archived = true WHERE id = %s", (order_id,))
    connection.close()


# --- quiet: opened once at start
import psycopg_pool
from fastapi import FastAPI

app = FastAPI()
pool = psycopg_pool.ConnectionPool("dbname=shop")


@app.get("/items/{item}")
def item(item: int):
    with pool.connection() as connection:
        return connection.execute("SELECT name FROM item WHERE id = %s", (item,)).fetchone()


# --- quiet: cached, so made once
import functools

from sqlalchemy import create_engine, text


@functools.cache
def engine():
    return create_engine("sqlite:///shop.db")


def price(item):
    with engine().connect() as connection:
        return connection.scalar(text("SELECT price FROM item WHERE id = :i"), {"i": item})


def prices(items):
    return [price(item) for item in items]


# --- quiet: the main function of a script
import sqlite3
import sys


def main():
    connection = sqlite3.connect(sys.argv[1])
    for (name,) in connection.execute("SELECT name FROM sqlite_master"):
        print(name)


if __name__ == "__main__":
    main()
