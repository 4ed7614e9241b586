"""A call that stops the event loop."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import last_name
from greenprof.lint.kinds import words
from greenprof.lint.often import is_called_in_loop, reason_to_run_often
from greenprof.lint.queue_tests import is_behind_test_of_queue
from greenprof.lint.requests import BLOCKING, request_sent
from greenprof.lint.row_uses import parents
from greenprof.lint.tree import all_nodes, numbered, own_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

_PROCESSES = re.compile(
    r"subprocess\.(?:run|call|check_call|check_output|getoutput|getstatusoutput|Popen\(\)\.(?:wait|communicate))|os\.system"
)
_WAITS = re.compile(
    r"queue\.(?:Queue|LifoQueue|PriorityQueue|SimpleQueue)\(\)\.(?:get|join)|threading\.(?:Event|Condition|Barrier)\(\)\.wait"
    r"|threading\.Thread\(\)\.join|multiprocessing\.Process\(\)\.join|concurrent\.futures\.wait"
    r"|concurrent\.futures\.\w*PoolExecutor\(\)\.submit\(\)\.result"
)
_WORDS = words(
    """
    sleep get post put patch delete head options request send stream urlopen urlretrieve getresponse run call check_call
    check_output getoutput getstatusoutput wait communicate system join create connect execute executemany result
    """
)
_SERVICES = frozenset({"boto3", "openai", "anthropic", "groq", "mistralai", "cohere", "together", "redis", "grpc"})
# What is given to them is a coroutine, which they wait for.
_AWAIT_IT = frozenset({"wait_for", "shield", "gather", "create_task", "ensure_future", "as_completed", "wait"})
_SIDE_BY_SIDE = frozenset({"gather", "create_task", "ensure_future", "TaskGroup", "start_soon", "as_completed", "wait"})

_SLEEP = "await asyncio.sleep(…)"
_COUNTERPART = "use its counterpart in asyncio, or await asyncio.to_thread(…)"
# What a pause between requests is called, where it is for the sake of the other side: all are to wait then.
_HELD_BACK = re.compile(
    r"rate[ _-]?limit|back(?:ing)?[ _-]?off|throttl|retry[ _-]?after|too[ _-]many|quota|cool[ _-]?down|polite|pausing"
    r"|(?<![a-z])(?:interval|delay)",
    re.IGNORECASE,
)

_RUNS_IT = re.compile(r"(?:asyncio|anyio|trio|uvloop)\.run|.*\.run_until_complete")  # a file that does is a script
_AT_A_TERMINAL = frozenset({"input", "getpass", "_exit"})  # it waits for a person, or ends the program
_SERVES = frozenset(
    {"serve", "serve_forever", "start_server", "start_unix_server", "run_forever", "run_app", "TCPSite"}
)


class BlockingCallInAsync(Rule):
    """While one coroutine blocks, none of the others can go on."""

    name = "blocking-call-in-async"
    group = "network"
    cost = "idle"
    message = "stops the event loop, and every other task with it, until it is done"
    screen = Screen(words=_WORDS, mentions=frozenset({"async"}), loop=False)

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """The methods of clouds and language models too, whatever they are called."""
        return self.screen.words | _methods_of_services(tree)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a coroutine blocks in it."""
        return piece.scope.is_async and any(_fix(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``time.sleep(1)``, ``requests.get(url)``, ``subprocess.run(command)``."""
        if not here.scope.is_async or any(type(one).__name__ == "Lambda" for one in here.trail):
            return None
        call = here.read_call(node)
        fix = _fix(call, here.piece)
        if fix is None or _is_awaited(here) or _is_of_data_url(here) or _is_udp(call, here) or _finds_one(call, here):
            return None
        is_sure = _is_shared(here.scope) and fix != _COUNTERPART  # of threads one waits at the end, or in another one
        if fix == _SLEEP and _holds_requests_back(call, node, here):
            is_sure = False
        return Hit(node, confidence="high" if is_sure else "medium", fix=fix)


def _is_shared(scope: Scope) -> bool:
    """Whether others wait meanwhile: tasks, requests; a script that awaits one coroutine after the other has none."""
    calls = [one for one in own_nodes(scope.node) if isinstance(one, ast.Call)]
    if any(last_name(one) in _AT_A_TERMINAL for one in calls):
        return False
    module = scope.module.node
    if _calls_any(module, _SIDE_BY_SIDE):
        return True
    alone = _runs_itself(module) and not _calls_any(module, _SERVES)
    return reason_to_run_often(scope) is not None and not (alone and is_called_in_loop(scope))


def _holds_requests_back(call: ast.Call, node: cst.Call, here: Place) -> bool:
    """Whether it is a pause on purpose between what a loop of this coroutine asks of others, or after that failed.

    With ``asyncio.sleep`` the other tasks would go on asking meanwhile.
    """
    loop = next(iter(here.loops(node)), None)
    if loop is None or not any(_asks(one, here) for one in all_nodes(loop.code)):
        return False
    return _is_after_failure(here) or any(map(_HELD_BACK.search, _words_around(call, here)))


def _asks(node: ast.AST, here: Place) -> bool:
    if isinstance(node, ast.Call):
        return request_sent(node, here.piece) is not None
    return isinstance(node, ast.Await | ast.AsyncWith | ast.AsyncFor)


def _is_after_failure(here: Place) -> bool:
    return any(type(one).__name__ == "ExceptHandler" for one in here.trail)


def _words_around(call: ast.Call, here: Place) -> list[str]:
    """How long it sleeps, as written, and the names and texts of its function."""
    nodes = list(own_nodes(here.scope.node))
    texts = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [ast.unparse(call), getattr(here.scope.node, "name", ""), *texts]


def _finds_one(call: ast.Call, here: Place) -> bool:
    """Whether what is got from a queue is there: ``if not queue.empty(): queue.get()``."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "get":
        return False
    queue, text, above = ast.unparse(func.value), ast.unparse(call), parents(here.scope.node)
    same = [one for one in here.piece.calls if ast.unparse(one) == text]
    return bool(same) and all(is_behind_test_of_queue(one, queue, above) for one in same)


def _is_awaited(here: Place) -> bool:
    """``await process.wait()``, ``await asyncio.wait_for(process.wait(), 5)``."""
    if type(here.parent).__name__ == "Await":
        return True
    above = here.trail[-2] if type(here.parent).__name__ == "Arg" else None
    return type(above).__name__ == "Call" and here.method(above) in _AWAIT_IT


def _is_udp(call: ast.Call, here: Place) -> bool:
    """Whether a socket that is connected sends datagrams: then nothing is asked of the other side."""
    return last_name(call) == "connect" and any(
        isinstance(one, ast.Attribute) and one.attr == "SOCK_DGRAM" for one in own_nodes(here.scope.node)
    )


def _is_of_data_url(here: Place) -> bool:
    """Whether the function is about ``data:`` addresses, which hold what is asked for."""
    name = getattr(here.scope.node, "name", "")
    return re.search(r"data_?ur[li]", name.lower()) is not None


def _fix(call: ast.Call, piece: Piece) -> str | None:
    """What to do in place of `call`, None if it does not block."""
    if request_sent(call, piece) == BLOCKING:
        return "use a client for asyncio (httpx.AsyncClient, aiohttp), or await asyncio.to_thread(…)"
    origins = piece.origins(call.func)
    if "time.sleep" in origins and not _is_zero(call):
        return _SLEEP
    if any(map(_PROCESSES.fullmatch, origins)):
        return "await asyncio.create_subprocess_exec(…), or asyncio.to_thread(…)"
    if any(map(_WAITS.fullmatch, origins)) and not _gives_up_at_once(call):
        return _COUNTERPART
    return None


def _is_zero(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def _gives_up_at_once(call: ast.Call) -> bool:
    values = [*call.args, *(one.value for one in call.keywords if one.arg in ("block", "timeout"))]
    return any(isinstance(one, ast.Constant) and one.value in (False, 0) for one in values)


@lru_cache(maxsize=1)
def _methods_of_services(tree: ast.Module) -> frozenset[str]:
    """The methods that a file calls, if it imports the client of a service."""
    imports = numbered(tree).of(ast.Import, ast.ImportFrom)
    names = {one.module if isinstance(one, ast.ImportFrom) else one.names[0].name for one in imports}
    if not any(name and name.partition(".")[0] in _SERVICES for name in names):
        return frozenset()
    calls = [one.func for one in numbered(tree).of(ast.Call)]
    return frozenset(one.attr for one in calls if isinstance(one, ast.Attribute))


@lru_cache(maxsize=4)
def _calls_any(tree: ast.AST, names: frozenset[str]) -> bool:
    """Whether the file calls something of these names."""
    calls = [one.func for one in numbered(tree).of(ast.Call)]
    return any(getattr(one, "attr", getattr(one, "id", "")) in names for one in calls)


@lru_cache(maxsize=1)
def _runs_itself(tree: ast.AST) -> bool:
    """Whether the file starts the event loop."""
    calls = [one.func for one in numbered(tree).of(ast.Call) if isinstance(one.func, ast.Attribute)]
    return any(_RUNS_IT.fullmatch(ast.unparse(one)) for one in calls if one.attr in ("run", "run_until_complete"))
