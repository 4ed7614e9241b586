"""Constructors of things that hold connections, and what becomes of the one that a call makes."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from greenprof.lint.kinds import DRIVERS, words
from greenprof.lint.row_uses import parents
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

_ENGINES = re.compile(
    r"(?:sqlalchemy|sqlmodel)(?:\.\w+)*\.create_(?:async_)?engine"
    r"|(?:pymongo|motor\.motor_asyncio)\.(?:MongoClient|AsyncMongoClient|AsyncIOMotorClient)"
    r"|(?:psycopg_pool|psycopg2\.pool|aiomysql|asyncpg|aiopg)\.(?:\w*ConnectionPool|create_pool)"
)
_CONNECTIONS = re.compile(
    rf"{DRIVERS}(?:\.dbapi2)?\.(?:[cC]onnect|Connection|AsyncConnection\.connect)"
    r"|(?:redis|valkey)(?:\.asyncio)?\.(?:(?:Strict)?(?:Redis|Valkey)(?:\.from_url)?|from_url)|pymemcache\.(?:client\.base\.)?Client"
    r"|(?:neo4j\.GraphDatabase\.driver|cassandra\.cluster\.Cluster)",
    re.VERBOSE,
)
_HTTP = re.compile(
    r"(?:requests(?:\.sessions)?\.[sS]ession|httpx\.(?:Async)?Client|aiohttp\.(?:client\.)?ClientSession"
    r"|urllib3\.PoolManager|http\.client\.HTTPS?Connection)"
)
_SERVICES = re.compile(
    r"boto3(?:\.session\.Session\(\)|\.Session\(\))?\.(?:client|resource)|boto3\.(?:session\.)?Session"
    r"|grpc(?:\.aio)?\.(?:in)?secure_channel"
    r"|(?:openai|anthropic|mistralai|groq|cohere|together|ollama|replicate)\.(?:Async|Azure|AsyncAzure)?"
    r"(?:OpenAI|Anthropic|Mistral|Groq|Client|ClientV2|Together|Replicate)"
    r"|(?:elasticsearch|opensearchpy)\.(?:Async)?(?:Elasticsearch|OpenSearch)"
    r"|google\.cloud\.\w+(?:\.\w+)*\.\w*Client|azure(?:\.\w+)+\.\w*(?:Client|Service)(?:\.from_connection_string)?"
    r"|smtplib\.SMTP(?:_SSL)?|ftplib\.FTP(?:_TLS)?|imaplib\.IMAP4(?:_SSL)?|poplib\.POP3(?:_SSL)?"
    r"|paramiko(?:\.client)?\.SSHClient|ldap3\.Connection|pika\.BlockingConnection|kafka\.KafkaProducer"
    r"|confluent_kafka\.Producer|docker\.(?:from_env|DockerClient)|slack_sdk\.(?:web\.)?WebClient"
)
# Making one costs a handshake, a pool or the reading of a service's description.
_KINDS = {"engine": _ENGINES, "connection": _CONNECTIONS, "http": _HTTP, "service": _SERVICES}
CLIENT_WORDS = words(
    """
    create_engine create_async_engine MongoClient AsyncMongoClient AsyncIOMotorClient ConnectionPool create_pool
    SimpleConnectionPool ThreadedConnectionPool connect Connect Connection Redis StrictRedis from_url Client
    Valkey driver Cluster session Session AsyncClient ClientSession PoolManager HTTPConnection HTTPSConnection client
    resource
    insecure_channel secure_channel OpenAI AsyncOpenAI AzureOpenAI AsyncAzureOpenAI Anthropic AsyncAnthropic Mistral
    Groq AsyncGroq ClientV2 AsyncClientV2 Together Replicate Elasticsearch AsyncElasticsearch OpenSearch SMTP SMTP_SSL
    FTP FTP_TLS IMAP4 IMAP4_SSL POP3 POP3_SSL SSHClient BlockingConnection KafkaProducer Producer from_env DockerClient
    WebClient from_connection_string AsyncConnection
    """
)
# Words of which a file must hold one to make a client that these rules know of.
DATABASE_MENTIONS = words(
    """
    sqlite3 aiosqlite psycopg psycopg2 asyncpg pg8000 MySQLdb pymysql aiomysql mysql mariadb oracledb cx_Oracle pyodbc
    pymssql duckdb snowflake clickhouse_driver sqlalchemy sqlmodel pymongo motor redis valkey pymemcache neo4j cassandra
    psycopg_pool aiopg
    """
)
HTTP_MENTIONS = words("requests httpx aiohttp urllib urllib3 http")
SERVICE_MENTIONS = words(
    """
    boto3 grpc openai anthropic mistralai groq cohere together ollama replicate elasticsearch opensearchpy google azure
    smtplib ftplib imaplib poplib paramiko ldap3 pika kafka confluent_kafka docker slack_sdk
    """
)


def client_made(call: ast.expr, piece: Piece) -> tuple[str, str] | None:
    """The kind of client that `call` makes, and the import path of its constructor; None if it makes none."""
    if isinstance(call, ast.Call):
        for origin in sorted(piece.origins(call.func)):
            for kind, pattern in _KINDS.items():
                if pattern.fullmatch(origin) or (kind == "service" and _is_cloud_client(origin)):
                    return kind, origin
    return None


def _is_cloud_client(origin: str) -> bool:
    return origin.startswith(("google.cloud.", "azure.")) and origin.endswith("Client")


def depends_on(call: ast.Call, loop: Loop) -> bool:
    """Whether the arguments of `call` are other ones in each round of `loop`: a connection for each host."""
    given = [*call.args, *(one.value for one in call.keywords)]
    names = {one.id for expr in given for one in all_nodes(expr) if isinstance(one, ast.Name)}
    bound = {one.id for one in all_nodes(loop.code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return not names.isdisjoint(bound | loop.own_names)


def is_kept(call: ast.Call, piece: Piece) -> bool:
    """Whether what `call`, one of `piece`, makes outlives its function: it is returned, handed on or stored."""
    above = parents(piece.scope.node)
    node: ast.AST = call
    while isinstance(above.get(node), ast.Await | ast.BoolOp | ast.IfExp | ast.NamedExpr):
        node = above[node]
    match above.get(node):
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return _name_is_kept(name, piece.scope)
        case ast.withitem(optional_vars=ast.Name(id=name)):
            return _name_is_yielded(name, piece.scope)
        case ast.withitem() | ast.Attribute() | ast.Expr() | ast.Subscript():
            return False
    return True


def call_in(piece: Piece, code: ast.Call) -> ast.Call | None:
    """The call of `piece` that reads as `code` does, None if it is in a function inside."""
    text = ast.dump(code)
    return next((one for one in piece.calls if ast.dump(one) == text), None)


def call_at(node: cst.Call, here: Place) -> ast.Call | None:
    """The call of the piece that `node` stands for: of several that read the same, the one in its place."""
    text = ast.dump(here.read_call(node))
    same = [one for one in here.piece.calls if ast.dump(one) == text]
    same.sort(key=lambda one: (one.lineno, one.col_offset))
    if len(same) < 2:
        return same[0] if same else None
    before = 0
    waiting: list[Any] = [here.trail[0] if here.trail else node]
    while waiting:
        one = waiting.pop()
        if one is node:
            return same[before] if before < len(same) else None
        kind = type(one).__name__
        before += kind == "Call" and ast.dump(here.read_call(one)) == text
        if kind not in ("FunctionDef", "ClassDef"):
            waiting.extend(reversed(one.children))
    return None


def _name_is_kept(name: str, scope: Scope) -> bool:
    for one in all_nodes(scope.node):
        match one:
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return True
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value) if _hands_on(value, name):
                return True
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_], value=value) if _hands_on(value, name):
                return True
            case ast.Call(args=args, keywords=keywords):
                if any(_hands_on(value, name) for value in (*args, *(word.value for word in keywords))):
                    return True
    return False


def _name_is_yielded(name: str, scope: Scope) -> bool:
    yields = [one.value for one in all_nodes(scope.node) if isinstance(one, ast.Yield) and one.value is not None]
    return any(_hands_on(value, name) for value in yields)


def _hands_on(value: ast.expr, name: str) -> bool:
    """Whether `value` is what `name` stands for, or a tuple, list or dict that holds it."""
    match value:
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Dict(values=items):
            return any(_hands_on(one, name) for one in items)
    return isinstance(value, ast.Name) and value.id == name
