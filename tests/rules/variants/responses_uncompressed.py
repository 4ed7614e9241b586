# --- variant: uvicorn serves FastAPI with a certificate
import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def items():
    return [{"id": i} for i in range(1000)]


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=443, ssl_keyfile="key.pem", ssl_certfile="cert.pem")  # expect: responses-uncompressed
# --- variant: uvicorn is given the application's name
import uvicorn
from starlette.applications import Starlette

app = Starlette(routes=[])


def main():
    uvicorn.run("main:app", port=8443, ssl_certfile="/etc/ssl/site.crt", ssl_keyfile="/etc/ssl/site.key")  # expect: responses-uncompressed
# --- variant: a context of ssl for Flask
import ssl

from flask import Flask

app = Flask(__name__)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("fullchain.pem", "privkey.pem")


@app.route("/report")
def report():
    return "\n".join(str(i) for i in range(10_000))


app.run(host="0.0.0.0", port=443, ssl_context=context)  # expect: responses-uncompressed
# --- variant: aiohttp
import ssl

from aiohttp import web


async def rows(request):
    return web.json_response([{"id": i} for i in range(1000)])


app = web.Application()
app.router.add_get("/rows", rows)
certificate = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
certificate.load_cert_chain("cert.pem", "key.pem")
web.run_app(app, ssl_context=certificate)  # expect: responses-uncompressed
# --- variant: Quart
from quart import Quart

app = Quart(__name__)


@app.route("/page")
async def page():
    return "<p>" * 5000


app.run(port=443, certfile="cert.pem", keyfile="key.pem")  # expect: responses-uncompressed
# --- variant: Sanic
from sanic import Sanic, json

app = Sanic("shop")


@app.get("/orders")
async def orders(request):
    return json([{"id": i} for i in range(1000)])


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=443, ssl={"cert": "cert.pem", "key": "key.pem"})  # expect: responses-uncompressed
# --- variant: a factory makes the application
import uvicorn
from fastapi import FastAPI


def create_app():
    app = FastAPI(title="orders")
    app.include_router(routes())
    return app


def serve(settings):
    uvicorn.run(create_app(), port=443, ssl_certfile=settings.cert, ssl_keyfile=settings.key)  # expect: responses-uncompressed
# --- variant: a configuration of uvicorn
import uvicorn
from fastapi import FastAPI

app = FastAPI()
config = uvicorn.Config(app, port=443, ssl_keyfile="key.pem", ssl_certfile="cert.pem")  # expect: responses-uncompressed
server = uvicorn.Server(config)
server.run()
# --- variant: wsgiref's kin, werkzeug's run_simple
from flask import Flask
from werkzeug.serving import run_simple

app = Flask(__name__)
run_simple("0.0.0.0", 443, app, ssl_context=("cert.pem", "key.pem"))  # expect: responses-uncompressed
# --- variant: hypercorn
# not found: its certificate is in attributes of a configuration, not in the call that serves
import asyncio

from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart

app = Quart(__name__)
config = Config()
config.bind = ["0.0.0.0:443"]
config.certfile = "cert.pem"
config.keyfile = "key.pem"
asyncio.run(serve(app, config))  # expect: responses-uncompressed
# --- quiet: compressed by middleware
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

app = FastAPI()
app.add_middleware(GZipMiddleware, minimum_size=500)
uvicorn.run(app, port=443, ssl_keyfile="key.pem", ssl_certfile="cert.pem")
# --- quiet: a server in front of it speaks TLS
import uvicorn
from fastapi import FastAPI

app = FastAPI()
uvicorn.run(app, host="127.0.0.1", port=8000)
# --- quiet: a certificate for trying
from flask import Flask

app = Flask(__name__)
app.run(ssl_context="adhoc", debug=True)
