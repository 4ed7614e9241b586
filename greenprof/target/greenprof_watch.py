"""Inside the profiled Python: notice when a database driver is imported, and have its statements counted from then on.

The same goes for the clients of language models, and their requests (`greenprof_llm`).

Nothing is put into ``sys.meta_path`` or anywhere else where a program looks: the finder that is there anyway is asked
by way of `begin`'s function, and what counts (`greenprof_queries`) is loaded when the first driver is. A program
without a database pays for one look into a set at each import.
"""

import os
import sys

TYPE_CHECKING = False  # typing would be imported
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

WATCHED = frozenset(
    {
        "sqlite3", "psycopg2", "psycopg", "MySQLdb.cursors", "pymysql.cursors", "mysql.connector.cursor",
        "mysql.connector.cursor_cext", "mysql.connector.aio.cursor", "aiosqlite", "aiomysql", "asyncpg", "sqlalchemy",
        "django.db", "django.core.signals", "django.template.base", "asgiref.sync", "flask",
        "subprocess",
    }
)  # fmt: skip
MODELS = frozenset(
    {
        "openai._base_client", "openai.resources.chat.completions", "openai.resources.chat.completions.completions",
        "openai.resources.responses.responses", "openai.resources.embeddings", "anthropic._base_client",
        "anthropic.resources.messages", "anthropic.resources.messages.messages", "litellm.main",
        "litellm.litellm_core_utils.streaming_handler", "mistralai.client.chat", "mistralai.client.embeddings",
        "mistralai.chat", "mistralai.embeddings", "google.genai.models", "huggingface_hub.inference._client",
        "huggingface_hub.inference._generated._async_client",
    }
)  # fmt: skip


def begin(folder: str) -> None:  # noqa: PLR0915 - what is left of this module when it has gone
    """Count the statements of this process, and leave the counts in `folder`. Drivers may be imported already."""
    source = os.path.join(os.path.dirname(__file__), "greenprof_queries.py")  # noqa: PTH118, PTH120
    counter = type(sys)("greenprof_queries")
    # By this name, for importlib.machinery would have to be imported.
    loader = sys.modules["_frozen_importlib_external"].SourceFileLoader("greenprof_queries", source)
    finder: Any = next(each for each in sys.meta_path if getattr(each, "__name__", "") == "PathFinder")
    native = finder.__dict__["find_spec"].__func__
    children = type(sys)("greenprof_children")
    children.__file__ = source.replace("greenprof_queries", "greenprof_children")
    requests = type(sys)("greenprof_llm")
    watched, of_models, modules = (
        WATCHED | MODELS,
        MODELS,
        sys.modules,
    )  # what follows must not need this module, which will be gone

    def hook(module: "ModuleType") -> None:
        try:
            if module.__name__ == "subprocess":
                type(loader)("greenprof_children", children.__file__).exec_module(children)
                children.hook(module, folder)
                return
            if module.__name__ in of_models:
                if not hasattr(requests, "hook"):
                    load_requests()
                requests.hook(module)
                return
            if not hasattr(counter, "hook"):
                counter.__file__ = source
                known = set(modules)
                loader.exec_module(counter)
                for name in set(modules) - known:  # what only the counter needs, the program has not imported
                    del modules[name]
                counter.begin(folder)
            counter.hook(module)
        except Exception:  # the program comes first: its statements are not counted then
            pass

    def load_requests() -> None:
        stacks = type(requests)("greenprof_queries")  # it tells whose a frame is, and counts nothing
        stacks.__file__ = source
        loader.exec_module(stacks)
        name = "greenprof_llm"
        type(loader)(name, source.replace("greenprof_queries", name)).exec_module(requests)
        requests.begin(folder, stacks)

    def find_spec(cls: "Any", fullname: str, path: "Any" = None, target: "Any" = None) -> "Any":
        spec = native(cls, fullname, path, target)
        if fullname in watched and spec is not None and spec.loader is not None:
            its = spec.loader

            def exec_module(module: "ModuleType") -> None:
                del its.exec_module
                try:
                    its.exec_module(module)
                except BaseException as error:
                    error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
                    raise
                hook(module)

            _pose_as(exec_module, native)
            its.exec_module = exec_module
        return spec

    def _pose_as(mine: "Any", its: "Any") -> None:
        """Look like a part of the import machinery, which tracebacks and warnings pass over."""
        mine.__code__ = mine.__code__.replace(co_filename=its.__code__.co_filename)
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(mine, name, getattr(its, name))

    for mine in (hook, load_requests, find_spec, _pose_as):
        _pose_as(mine, native)
    finder.find_spec = classmethod(find_spec)
    for name in watched & set(modules):
        hook(modules[name])
