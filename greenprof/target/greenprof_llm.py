# ruff: noqa: PTH118, SIM105
"""Inside the profiled Python: count the requests that it sends to language models, by model and by the lines that send.

They are counted where a client has one door for all of them: the `request` of the clients of OpenAI and Anthropic, the
methods of Mistral, Google, Hugging Face and LiteLLM. What a request was answered with tells its tokens; of a stream,
its last pieces. Nothing of what was asked or answered is kept: a prompt is compared with those before by its hash,
which stays in this process.

In the folder: ``<name>.calls`` has a line of JSON for each chain of lines (``stack``), and one for each request that is
over. They are written at once, and survive however the process ends. A request takes some hundred milliseconds, so that
some microseconds for each do not count.
"""

import os
import sys
import time
from _thread import RLock

TYPE_CHECKING = False  # typing would be imported
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from types import FrameType, ModuleType
    from typing import Any

_UNSEEN = "<frozen importlib._bootstrap greenprof>"  # a file of this name is passed over by warnings
# An installed package that only hands requests on says nothing of who sends them.
_LAYERS = (
    "openai", "anthropic", "mistralai", "google/genai", "huggingface_hub", "litellm", "httpx", "httpcore", "anyio",
    "tenacity", "pydantic", "httpx2", "wrapt", "aiohttp",
)  # fmt: skip
_MOST_OWN, _MOST_INSTALLED, _FARTHEST = 8, 4, 250
_MOST_ASKED = 200_000
_INPUT = ("prompt_tokens", "input_tokens", "prompt_token_count")
_OUTPUT = ("completion_tokens", "output_tokens", "candidates_token_count", "generated_tokens")
_CACHED = ("cache_read_input_tokens", "cache_creation_input_tokens")  # Anthropic leaves them out of its input
_USAGE = ("usage", "usage_metadata")
_HOLDERS = ("response", "message", "data", "details")  # what a piece of a stream may tell its usage in

_HERE = sys._getframe().f_code.co_filename
clock = time.perf_counter_ns
_stacks: "Any" = None
_folder = ""
_base = ""
_pid = 0
_adding = RLock()
_known: "dict[tuple[Any, ...], int]" = {}
_asked: set[int] = set()
_hooked: "set[Any]" = set()
_inside: "Any" = None  # the number of a chain of lines that asked already, of which the inner client is a part
_begun: "Any" = None  # that of who made a coroutine, for the loop that runs it has another


def begin(folder: str, stacks: "ModuleType") -> None:
    """Leave the counts of this process in `folder`; `stacks` is a `greenprof_queries` of its own, to tell frames by."""
    global _folder, _stacks, _inside, _begun
    import contextvars

    _folder, _stacks = folder, stacks
    _stacks._DATABASE_LAYERS = _LAYERS
    _inside = contextvars.ContextVar("inside", default=False)
    _begun = contextvars.ContextVar("begun", default=None)
    os.register_at_fork(after_in_child=_forked)


def _forked() -> None:
    global _adding, _pid
    _adding, _pid = RLock(), 0  # nobody here would give the other's lock back


def hook(module: "ModuleType") -> None:
    """Hook what is to be hooked in a module that has just been imported."""
    hooks: dict[str, Callable[[Any], object]] = {
        "openai._base_client": lambda its: _hook_base(its, "openai"),
        "anthropic._base_client": lambda its: _hook_base(its, "anthropic"),
        "openai.resources.chat.completions.completions": lambda its: _hook_begun(
            its.AsyncCompletions, "create", "parse"
        ),
        "openai.resources.chat.completions": lambda its: _hook_begun(its.AsyncCompletions, "create", "parse"),
        "openai.resources.responses.responses": lambda its: _hook_begun(its.AsyncResponses, "create", "parse"),
        "openai.resources.embeddings": lambda its: _hook_begun(its.AsyncEmbeddings, "create"),
        "anthropic.resources.messages.messages": lambda its: _hook_begun(its.AsyncMessages, "create", "parse"),
        "anthropic.resources.messages": lambda its: _hook_begun(its.AsyncMessages, "create", "parse"),
        "litellm.main": _hook_litellm,
        "litellm.litellm_core_utils.streaming_handler": _hook_litellm_stream,
        "mistralai.client.chat": _hook_mistral,
        "mistralai.client.embeddings": _hook_mistral,
        "mistralai.chat": _hook_mistral,
        "mistralai.embeddings": _hook_mistral,
        "google.genai.models": _hook_google,
        "huggingface_hub.inference._client": _hook_hugging_face,
        "huggingface_hub.inference._generated._async_client": _hook_hugging_face,
    }
    hooks[module.__name__](module)


class _Call:
    """A request that is under way."""

    __slots__ = ("about", "again", "answered", "begun_ns", "host", "input", "items", "kind", "model", "output", "over",
                 "pieces", "provider", "stack")  # fmt: skip

    def __init__(self, provider: str, kind: str, model: "Any", body: "Any", host: "Any" = None) -> None:
        stack = _begun.get()
        self.stack: int = stack if stack is not None else _stack_of(sys._getframe(2))
        self.provider, self.kind, self.model, self.host = provider, kind, model, host
        self.answered: Any = None
        self.input: int | None = None
        self.output: int | None = None
        self.pieces, self.about, self.over = 0, False, False
        self.items = _items_in(body)
        self.again = _is_again((provider, kind, model, body))
        self.begun_ns = clock()

    def saw(self, answer: "Any", *, is_piece: bool = False) -> None:
        """Take what an answer, or a piece of one, tells of its tokens."""
        try:
            holders = [answer, *(_of(answer, name) for name in _HOLDERS)]
            for holder in holders:
                if holder is None:
                    continue
                self.answered = _text(_of(holder, "model") or _of(holder, "model_version")) or self.answered
                usage = next((found for name in _USAGE if (found := _of(holder, name)) is not None), None)
                if usage is None and holder is not holders[0] and _of(holder, "generated_tokens") is not None:
                    usage = holder
                if usage is not None:
                    self._take(usage)
            self.pieces += is_piece and _has_text(answer)
        except Exception:  # what cannot be told is not known
            pass

    def _take(self, usage: "Any") -> None:
        asked = _first(usage, _INPUT)
        if asked is not None:
            self.input = asked + sum(_number(_of(usage, name)) or 0 for name in _CACHED)
        told = _first(usage, _OUTPUT)
        if told is not None:
            self.output = told + (_number(_of(usage, "thoughts_token_count")) or 0)

    def finish(self, *, failed: bool = False) -> None:
        """Write down what is known, once."""
        if self.over:
            return
        self.over = True
        elapsed_ns = clock() - self.begun_ns
        if self.output is None and self.pieces and not failed:
            self.output, self.about = self.pieces, True
        try:
            _write(
                f'{{"stack": {self.stack}, "provider": "{_hex(self.provider)}", "kind": "{self.kind}", '
                f'"model": "{_hex(self.model)}", "answered": "{_hex(self.answered)}", "host": "{_hex(self.host)}", '
                f'"items": {self.items}, "input": {_json(self.input)}, "output": {_json(self.output)}, '
                f'"about": {_json(self.about)}, "again": {_json(self.again)}, "failed": {_json(failed)}, '
                f'"elapsed_ns": {elapsed_ns}}}\n'
            )
        except Exception:  # the program comes first: this request is not counted then
            pass


class _UnderWay:
    """Around a client's own method: what it sends in turn is this request, and what it raises ends it as it came."""

    __slots__ = ("call", "token")

    def __init__(self, call: _Call) -> None:
        self.call = call

    def __enter__(self) -> None:
        self.token = _inside.set(True)

    def __exit__(self, _kind: object, error: "BaseException | None", _where: object) -> None:
        if error is not None:
            self.call.finish(failed=True)
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        _inside.reset(self.token)


# What is put in the place of a client's methods


def _put(owner: "Any", name: str, mine: "Any") -> None:
    native = owner.__dict__[name]
    mine.__code__ = mine.__code__.replace(co_filename=_UNSEEN)
    for word in ("__module__", "__name__", "__qualname__", "__doc__", "__signature__", "__annotations__"):
        if hasattr(native, word):
            setattr(mine, word, getattr(native, word))
    mine.__wrapped__ = native
    setattr(owner, name, mine)
    _hooked.add((owner, name))


def _is_hooked(owner: "Any", name: str) -> bool:
    return name not in getattr(owner, "__dict__", ()) or (owner, name) in _hooked


def _counted(native: "Any", call_of: "Callable[..., _Call | None]") -> "Callable[..., Any]":
    """The function `native`, counted; `call_of` tells the call from its arguments, None if it is none."""

    def request(*arguments: "Any", **named: "Any") -> "Any":
        call = _call(call_of, arguments, named)
        if call is None:
            return native(*arguments, **named)
        with _UnderWay(call):
            answer = native(*arguments, **named)
        return _watched(answer, call)

    return request


def _awaited(native: "Any", call_of: "Callable[..., _Call | None]") -> "Callable[..., Any]":
    """The same of a coroutine function."""

    async def request(*arguments: "Any", **named: "Any") -> "Any":
        call = _call(call_of, arguments, named)
        if call is None:
            return await native(*arguments, **named)
        with _UnderWay(call):
            answer = await native(*arguments, **named)
        return _watched(answer, call)

    return request


def _call(call_of: "Callable[..., _Call | None]", arguments: "Any", named: "Any") -> "_Call | None":
    try:
        return None if _inside.get() else call_of(*arguments, **named)
    except Exception:
        return None


def _begun_by(native: "Any") -> "Callable[..., Any]":
    """A coroutine function, whose coroutine remembers who made it: ``gather(*[client.create(…) for …])``."""

    def create(*arguments: "Any", **named: "Any") -> "Any":
        waiting = native(*arguments, **named)
        try:
            return waiting if _begun.get() is not None else _remembering(waiting, _stack_of(sys._getframe(1)))
        except Exception:
            return waiting

    return create


async def _remembering(waiting: "Any", stack: int) -> "Any":
    token = _begun.set(stack)
    try:
        return await waiting
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        raise
    finally:
        _begun.reset(token)


_remembering.__code__ = _remembering.__code__.replace(co_filename=_UNSEEN)


def _hook_begun(owner: "Any", *names: str) -> None:
    for name in names:
        if not _is_hooked(owner, name):
            native = owner.__dict__[name]
            mine = _begun_by(native)
            _put(owner, name, mine)
            mark = getattr(sys.modules.get("inspect"), "markcoroutinefunction", None)  # from 3.12 on
            if mark is not None and _is_awaited(native):
                mark(mine)


# Answers, and streams of them


def _watched(answer: "Any", call: "_Call") -> "Any":
    """The answer; what comes in pieces finishes its call with the last of them."""
    try:
        kind = type(answer)
        if kind.__name__ == "LegacyAPIResponse":  # with_raw_response: it remembers what it is parsed as
            parsed = answer.parse()
            if hasattr(parsed, "__iter__") and hasattr(parsed, "_iterator"):
                _watched(parsed, call)
                return answer
            call.saw(parsed)
            call.finish()
        elif kind.__name__ == "CustomStreamWrapper":
            answer.__dict__["_greenprof_call"] = call
        elif kind.__name__ in {"Stream", "AsyncStream"} or hasattr(answer, "_iterator"):
            its = answer._iterator
            answer._iterator = _begun_pieces(its, call)
        elif kind.__name__ in {"EventStream", "EventStreamAsync"}:
            its = answer.generator
            answer.generator = _begun_pieces(its, call)
        elif kind.__name__ in {"generator", "async_generator"}:
            return _begun_pieces(answer, call)
        else:
            call.saw(answer)
            call.finish()
    except Exception:
        call.finish()
    return answer


def _begun_pieces(its: "Any", call: "_Call") -> "Any":
    """What hands on the pieces, at the first of them."""
    if hasattr(its, "__next__"):
        pieces: Any = _pieces(its, call)
        next(pieces)
        return pieces
    pieces = _async_pieces(its, call)
    try:
        pieces.__anext__().send(None)
    except StopIteration:
        pass
    return pieces


def _pieces(its: "Any", call: "_Call") -> "Iterator[Any]":
    failed = True
    try:
        yield None  # `_begun_pieces` goes as far as here: a stream that nobody reads ends too
        for piece in its:
            call.saw(piece, is_piece=True)
            yield piece
        failed = False
    except GeneratorExit:
        failed = False
        raise
    finally:
        call.finish(failed=failed)
        if hasattr(its, "close"):
            its.close()


async def _async_pieces(its: "Any", call: "_Call") -> "AsyncIterator[Any]":
    failed = True
    try:
        yield None
        async for piece in its:
            call.saw(piece, is_piece=True)
            yield piece
        failed = False
    except GeneratorExit:
        failed = False
        raise
    finally:
        call.finish(failed=failed)
        if hasattr(its, "aclose"):
            await its.aclose()


for _one in (_pieces, _async_pieces):
    _one.__code__ = _one.__code__.replace(co_filename=_UNSEEN)


# Clients


def _hook_base(module: "Any", provider: str) -> None:
    """OpenAI's and Anthropic's clients, which are made from one mould."""

    def call_of(client: "Any", _cast_to: "Any" = None, options: "Any" = None, *_: "Any", **__: "Any") -> "_Call | None":
        body = options.json_data
        if options.method.lower() != "post" or type(body) is not dict or "model" not in body:
            return None
        host = getattr(client.base_url, "host", None)
        return _Call(provider, _kind_of(options.url), body["model"], body, host)

    if not _is_hooked(module.SyncAPIClient, "request"):
        _put(module.SyncAPIClient, "request", _counted(module.SyncAPIClient.request, call_of))
        _put(module.AsyncAPIClient, "request", _awaited(module.AsyncAPIClient.request, call_of))


def _kind_of(url: str) -> str:
    path = url.partition("?")[0].rstrip("/")
    if path.endswith("/embeddings"):
        return "embedding"
    return "text" if path.endswith(("/completions", "/responses", "/messages")) else "other"


def _hook_litellm(module: "Any") -> None:
    for name, kind in (("completion", "text"), ("text_completion", "text"), ("embedding", "embedding")):
        _hook_function(module, name, _litellm_call(kind), awaited=False)
        _hook_function(module, f"a{name}", _litellm_call(kind), awaited=True)


def _hook_function(module: "Any", name: str, call_of: "Any", *, awaited: bool) -> None:
    """A function of a module; what others have of it by `from … import` was taken after this, or is let be."""
    native = module.__dict__.get(name)
    if native is None or _is_hooked(module, name):
        return
    if not awaited:
        _put(module, name, _counted(native, call_of))
        return
    inner = _awaited(native, call_of)
    inner.__code__ = inner.__code__.replace(co_filename=_UNSEEN)
    _put(module, name, _begun_by(inner))


def _litellm_call(kind: str) -> "Callable[..., _Call | None]":
    def call_of(*arguments: "Any", **named: "Any") -> "_Call | None":
        model = named.get("model", arguments[0] if arguments else None)
        provider, _, name = str(model).rpartition("/")
        if not provider:
            provider = str(named.get("custom_llm_provider") or "")
        body = [arguments, {key: named[key] for key in named if key in _LITELLM_BODY}]
        call = _Call(f"litellm:{provider}", kind, name or model, body, None)
        call.items = _items_in({"input": named.get("input", arguments[1] if len(arguments) > 1 else None)})
        return call

    return call_of


_LITELLM_BODY = ("model", "messages", "input", "prompt", "temperature", "max_tokens", "tools", "response_format", "n")


def _hook_litellm_stream(module: "Any") -> None:
    kind = module.CustomStreamWrapper
    if _is_hooked(kind, "__next__"):
        return
    following, following_async = kind.__dict__["__next__"], kind.__dict__["__anext__"]

    def __next__(self: "Any") -> "Any":
        call = self.__dict__.get("_greenprof_call")
        try:
            piece = following(self)
        except BaseException as error:
            if call is not None:
                call.finish(failed=not isinstance(error, StopIteration))
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        if call is not None:
            call.saw(piece, is_piece=True)
        return piece

    async def __anext__(self: "Any") -> "Any":
        call = self.__dict__.get("_greenprof_call")
        try:
            piece = await following_async(self)
        except BaseException as error:
            if call is not None:
                call.finish(failed=not isinstance(error, StopAsyncIteration))
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        if call is not None:
            call.saw(piece, is_piece=True)
        return piece

    _put(kind, "__next__", __next__)
    _put(kind, "__anext__", __anext__)


def _hook_mistral(module: "Any") -> None:
    for owner, names, kind in (("Chat", ("complete", "stream"), "text"), ("Embeddings", ("create",), "embedding")):
        if not hasattr(module, owner):
            continue
        for name in names:
            _hook_method(getattr(module, owner), name, _by_model("mistralai", kind))
            _hook_method(getattr(module, owner), f"{name}_async", _by_model("mistralai", kind))


def _hook_google(module: "Any") -> None:
    for owner in (module.Models, module.AsyncModels):
        for name, kind in (
            ("_generate_content", "text"), ("_generate_content_stream", "text"), ("embed_content", "embedding")
        ):  # fmt: skip
            _hook_method(owner, name, _by_model("google_genai", kind))


def _hook_hugging_face(module: "Any") -> None:
    for owner in (getattr(module, name, None) for name in ("InferenceClient", "AsyncInferenceClient")):
        if owner is not None and owner.__module__ == module.__name__:
            for name, kind in (("chat_completion", "text"), ("text_generation", "text"),
                               ("feature_extraction", "embedding")):  # fmt: skip
                _hook_method(owner, name, _by_model("huggingface_hub", kind))


def _hook_method(owner: "Any", name: str, call_of: "Any") -> None:
    native = owner.__dict__.get(name)
    if native is None or _is_hooked(owner, name):
        return
    _put(owner, name, (_awaited if _is_awaited(native) else _counted)(native, call_of))


def _is_awaited(native: "Any") -> bool:
    return bool(getattr(getattr(native, "__code__", None), "co_flags", 0) & 0x80)  # CO_COROUTINE


def _by_model(provider: str, kind: str) -> "Callable[..., _Call | None]":
    def call_of(client: "Any", *arguments: "Any", **named: "Any") -> "_Call | None":
        model = named.get("model") or getattr(client, "model", None)
        body = {"input": named.get("inputs", named.get("contents", named.get("input"))), "all": (arguments, named)}
        return _Call(provider, kind, model, body)

    return call_of


# What answers tell


def _of(holder: "Any", name: str) -> "Any":
    return holder.get(name) if isinstance(holder, dict) else getattr(holder, name, None)


def _number(value: "Any") -> int | None:
    return value if type(value) is int and value >= 0 else None


def _first(usage: "Any", names: "tuple[str, ...]") -> int | None:
    return next((found for name in names if (found := _number(_of(usage, name))) is not None), None)


def _text(value: "Any") -> str | None:
    return value if isinstance(value, str) else None


def _has_text(piece: "Any") -> bool:
    """Whether a piece of a stream brings text: clients send about one token in each."""
    piece = _of(piece, "data") or piece
    choices = _of(piece, "choices")
    if choices:
        delta = _of(choices[0], "delta")
        return bool(_of(delta, "content") or _of(delta, "tool_calls") or _of(choices[0], "text"))
    return bool(_of(piece, "delta")) or isinstance(piece, str)


def _items_in(body: "Any") -> int:
    """How many texts a request brings: an embedding takes many."""
    texts = body.get("input") if isinstance(body, dict) else None
    if isinstance(texts, (list, tuple)) and texts and not isinstance(texts[0], int):
        return len(texts)
    return 1


def _is_again(asked: "Any") -> bool:
    """Whether the very same was asked before in this process."""
    try:
        number = hash(repr(asked))
    except Exception:  # what cannot be written down is not compared
        return False
    if number in _asked:
        return True
    if len(_asked) < _MOST_ASKED:
        _asked.add(number)
    return False


# Where they come from, and where it is written


def _stack_of(frame: "FrameType | None") -> int:
    """The number of a chain of lines, innermost first, which is written down when it is new."""
    _begin_anew()
    key: list[tuple[int, int]] = []
    left, own, installed = _FARTHEST, 0, 0
    while frame is not None and left:
        left -= 1
        code = frame.f_code
        kind = _stacks._kinds.get(id(code)) or _stacks._kind_of(code, frame)
        if kind == _stacks._BOUNDARY:
            break
        if code.co_filename == _HERE:
            kind = _stacks._PASSED
        if kind == _stacks._OWN or (kind == _stacks._INSTALLED and installed < _MOST_INSTALLED):
            key.append((id(code), frame.f_lasti))
            own, installed = own + (kind == _stacks._OWN), installed + (kind == _stacks._INSTALLED)
            if own == _MOST_OWN:
                break
        frame = frame.f_back
    with _adding:  # two threads would give one number to two chains
        number = _known.get(tuple(key))
        if number is None:
            number = _known[tuple(key)] = len(_known)
            frames = ", ".join(_stacks._frame_text(*pair) for pair in key)
            _write(f'{{"number": {number}, "frames": [{frames}]}}\n')
    return number


def _begin_anew() -> None:
    """A file for this process, after a fork another one."""
    global _base, _pid
    with _adding:
        if os.getpid() == _pid:
            return
        _known.clear()
        _base = os.path.join(_folder, f"{os.getpid()}-{time.monotonic_ns()}.calls")
        _pid = os.getpid()
        _write(f'{{"pid": {_pid}, "cwd": "{_stacks._hex(_stacks._cwd())}"}}\n')


def _hex(text: "Any") -> str:
    return "" if text is None else _stacks._hex(str(text))


def _json(value: "int | None") -> str:
    return "null" if value is None else str(value).lower()


def _write(line: str) -> None:
    try:
        file = os.open(_base, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError:  # the folder has gone, or is out of reach: nobody reads it
        return
    try:
        os.write(file, line.encode("ascii"))
    finally:
        os.close(file)
