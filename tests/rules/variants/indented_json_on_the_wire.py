# --- variant: Flask response
import json

from flask import Flask, Response

app = Flask(__name__)


@app.get("/orders")
def orders():
    return Response(json.dumps(load(), indent=2), content_type="application/json")  # expect: indented-json-on-the-wire


# --- variant: Django HttpResponse, in a variable
import json

from django.http import HttpResponse


def export(request):
    body = json.dumps({"user": request.user.pk}, indent=4, sort_keys=True)  # expect: indented-json-on-the-wire
    return HttpResponse(body, content_type="application/json")


# --- variant: Lambda's answer
import json


def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["items"], indent=2)}  # expect: indented-json-on-the-wire


# --- variant: requests.post
import json

import requests


def report(url, results):
    requests.post(url, data=json.dumps(results, indent=4), timeout=10)  # expect: indented-json-on-the-wire


# --- variant: http.server
import json
from http.server import BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.server.state, indent=2).encode())  # expect: indented-json-on-the-wire


# --- variant: Kafka
import json

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka")


def emit(events):
    for event in events:
        producer.send("events", json.dumps(event, indent=2).encode("utf-8"))  # expect: indented-json-on-the-wire


# --- variant: websocket
import json


async def push(websocket, updates):
    async for update in updates:
        await websocket.send(json.dumps(update, indent=1))  # expect: indented-json-on-the-wire


# --- variant: redis publish, dumps under another name
from json import dumps

import redis

bus = redis.Redis()


def announce(change):
    bus.publish("changes", dumps(change, indent=4))  # expect: indented-json-on-the-wire


# --- variant: JsonResponse with parameters
from django.http import JsonResponse


def items(request):
    data = {"items": list(range(10))}
    return JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False})  # expect: indented-json-on-the-wire


# --- variant: aiohttp with a dumps of its own
# not found: needs to read partial(json.dumps, …)
import json
from functools import partial

from aiohttp import web


async def state(request):
    return web.json_response(request.app["state"], dumps=partial(json.dumps, indent=4))  # expect: indented-json-on-the-wire


# --- variant: SQS, keyword
import json

import boto3

sqs = boto3.client("sqs")


def enqueue(url, job):
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(job, indent=2))  # expect: indented-json-on-the-wire


# --- variant: urllib request with bytes
import json
import urllib.request


def post(url, payload):
    body = json.dumps(payload, indent=2).encode()  # expect: indented-json-on-the-wire
    request = urllib.request.Request(url, data=body, method="POST")
    return urllib.request.urlopen(request)


# --- variant: a socket
import json
import socket


def tell(address, status):
    with socket.create_connection(address) as link:
        link.sendall(json.dumps(status, indent="\t").encode() + b"\n")  # expect: indented-json-on-the-wire


# --- quiet: into a file
import json


def save(path, data):
    path.write_text(json.dumps(data, indent=2))


# --- quiet: shown to a person
import json


def show(data):
    print(json.dumps(data, indent=2))


# --- quiet: on the wire without an indent
import json

import requests


def report(url, results):
    requests.post(url, data=json.dumps(results), timeout=10)


# --- quiet: a file to be kept, which a person opens
import json

from aiohttp import web


def diagnostics(data, name):
    text = json.dumps(data, indent=2)
    return web.Response(body=text, headers={"Content-Disposition": f'attachment; filename="{name}.json"'})
