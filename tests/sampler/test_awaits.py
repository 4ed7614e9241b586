"""Where an event loop waits: on the awaits of its tasks, on every version of Python that is installed."""

import ctypes
import os
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.sampler import awaits
from greenprof.sampler.memory import Memory, Recalled
from greenprof.sampler.objects import Objects, UnknownObjects


def pythons():
    """This Python, and one of each other version that pyenv has."""
    found = {"{}.{}".format(*sys.version_info): sys.executable}
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for python in sorted(root.glob("versions/3.1[1-3].*/bin/python")):
        found.setdefault(".".join(python.parents[1].name.split(".")[:2]), str(python))
    return [pytest.param(path, id=version) for version, path in sorted(found.items())]


every_python = pytest.mark.parametrize("python", pythons())


def own_line(sample):
    """The innermost line of the program itself."""
    return next((frame.line for frame in reversed(sample.frames) if frame.path.endswith("program.py")), None)


def waits_by_line(run):
    """Share of the waiting by the mark (``# name``) on the line waited in, by the line's number where it has none."""
    assert run.returncode == 0, run.stderr
    path = next(frame.path for sample in run.samples for frame in sample.frames if frame.path.endswith("program.py"))
    lines = Path(path).read_text().splitlines()
    found = {}
    for line, wait_s in run.wait_s(own_line).items():
        name = (lines[line - 1].partition("  # ")[2] if line else "") or line
        found[name] = found.get(name, 0) + wait_s
    return {name: wait_s / sum(found.values()) for name, wait_s in found.items()}


WAITS = {
    "a sleep, and a chain of awaits": (
        """
async def fetch(s):
    await asyncio.sleep(s)  # fetch
async def main():
    for s in [0.1] * 4:
        await fetch(s)
    await asyncio.sleep(0.6)  # sleep
""",
        {"fetch": 0.4, "sleep": 0.6},
    ),
    "gathered tasks share": (
        """
async def one(): await asyncio.sleep(0.8)  # one
async def other(): await asyncio.sleep(0.8)  # other
async def main():
    await asyncio.gather(one(), *[other() for _ in range(3)])  # gather
""",
        {"one": 0.2, "other": 0.6},
    ),
    "threads and plain futures": (
        """
async def main():
    await asyncio.to_thread(time.sleep, 0.4)  # thread
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, time.sleep, 0.4)  # executor
    await asyncio.gather(loop.run_in_executor(None, time.sleep, 0.4))  # gathered
""",
        {"thread": 0.4, "executor": 0.4, "gathered": 0.4},
    ),
    "a queue and an event": (
        """
async def main():
    queue, event = asyncio.Queue(), asyncio.Event()
    asyncio.get_running_loop().call_later(0.5, queue.put_nowait, 1)
    await queue.get()  # queue
    asyncio.get_running_loop().call_later(0.5, event.set)
    await event.wait()  # event
""",
        {"queue": 0.5, "event": 0.5},
    ),
    "who waits for tasks leaves it to them": (
        """
async def work(): await asyncio.sleep(0.3)  # work
async def main():
    await asyncio.create_task(work())
    await asyncio.wait([asyncio.create_task(work())])
    await asyncio.wait_for(work(), 5)
    async with asyncio.TaskGroup() as group:
        group.create_task(work())
    for each in asyncio.as_completed([work()]):
        await each
""",
        {"work": 1.5},
    ),
    "asynchronous generators and context managers": (
        """
import contextlib
async def numbers():
    for number in range(3):
        await asyncio.sleep(0.15)  # generator
        yield number
@contextlib.asynccontextmanager
async def opened():
    await asyncio.sleep(0.4)  # manager
    yield
async def main():
    async for _ in numbers(): pass
    async with opened(): pass
""",
        {"generator": 0.45, "manager": 0.4},
    ),
    "an awaitable of one's own, and a coroutine with many variables": (
        f"""
class Wanted:
    def __await__(self):
        yield from asyncio.sleep(0.4).__await__()  # awaitable
async def many():
    {"; ".join(f"x{n} = {n}" for n in range(60))}
    await asyncio.sleep(0.4)  # variables
async def main():
    await Wanted()
    await many()
""",
        {"awaitable": 0.4, "variables": 0.4},
    ),
    "tasks that are done, and not yet begun": (
        """
async def quick(): await asyncio.sleep(0.01)
async def main():
    done = [asyncio.create_task(quick()) for _ in range(50)]
    await asyncio.gather(*done)
    await asyncio.sleep(0.8)  # last
""",
        {"last": 0.8},
    ),
    "a loop in another thread": (
        """
import threading
async def elsewhere():
    for _ in range(8): await asyncio.sleep(0.1)  # elsewhere
async def main():
    threading.Thread(target=asyncio.run, args=(elsewhere(),)).start()
    await asyncio.sleep(0.8)  # here
""",
        {"here": 0.8},
    ),
    "a sleep that blocks": (
        """
async def idle(): await asyncio.sleep(0.4)  # idle
async def main():
    task = asyncio.create_task(idle())
    await asyncio.sleep(0)
    time.sleep(0.8)  # blocks
    await task
""",
        {"blocks": 0.8},
    ),
}


@every_python
def test_a_loop_waits_on_the_lines_of_its_tasks(profile, python):
    # One after another in one program, each in a function of its own.
    cases = [textwrap.indent(f"{program}\nasyncio.run(main())\n", "    ") for program, _ in WAITS.values()]
    functions = [f"def case_{number}():\n{text}\ncase_{number}()\n" for number, text in enumerate(cases)]
    run = profile("import asyncio, time\n" + "".join(functions), python=python, hz=100)
    found = waits_by_line(run)
    expected = {name: wait_s for _, waits in WAITS.values() for name, wait_s in waits.items()}
    whole_s = sum(expected.values())
    for name, wait_s in expected.items():
        assert found.pop(name, 0) * whole_s == pytest.approx(wait_s, abs=0.12 + 0.1 * wait_s), (name, found)
    assert sum(found.values()) < 0.05, found


@every_python
def test_the_stack_leads_from_the_program_through_the_loop_to_the_await(profile, python):
    run = profile(
        """import asyncio
async def inner(): await asyncio.sleep(0.6)
async def outer(): await inner()
asyncio.run(outer())
""",
        python=python,
        hz=100,
    )
    longest = max(run.samples, key=lambda sample: sample.wait_s).frames
    functions = [frame.function.rpartition(".")[2] for frame in longest]
    assert functions[0] == "<module>"
    assert functions[-4:] == ["_run_once", "outer", "inner", "sleep"]


@every_python
def test_thousands_of_tasks_cost_no_more_than_some(profile, python, monkeypatch):
    looked_at, follow = [], awaits.AwaitReader._follow

    def count(self, objects, layout, tasks):
        looked_at.append(len(tasks))
        follow(self, objects, layout, tasks)

    monkeypatch.setattr(awaits.AwaitReader, "_follow", count)
    run = profile(
        """import asyncio
async def client(): await asyncio.sleep(1)  # client
async def main(): await asyncio.gather(*[client() for _ in range(5000)])
asyncio.run(main())
""",
        python=python,
        hz=100,
    )
    assert max(looked_at) == awaits.MOST_TASKS
    found = waits_by_line(run)
    assert found["client"] > 0.8


@every_python
def test_tasks_that_are_written_in_python_leave_the_wait_on_the_loop(profile, python):
    run = profile(
        """import asyncio
asyncio.tasks._scheduled_tasks = asyncio.tasks._all_tasks = None
asyncio.tasks._register_task = asyncio.tasks._unregister_task = lambda task: None
asyncio.tasks.Task = asyncio.Task = asyncio.tasks._PyTask
async def main(): await asyncio.sleep(0.5)
loop = asyncio.new_event_loop()
loop.run_until_complete(main())  # loop
""",
        python=python,
        hz=100,
    )
    assert waits_by_line(run)["loop"] > 0.8
    assert not any("not sampled" in note for note in run.notes)


def test_what_is_laid_out_in_an_unknown_way_leaves_the_wait_on_the_loop(profile, monkeypatch):
    asked = []

    def refuse(*args):
        asked.append(args)
        raise UnknownObjects("nothing is where it should be")

    monkeypatch.setattr(awaits, "find_tasks", refuse)
    run = profile(
        """import asyncio
async def main():
    for _ in range(5): await asyncio.sleep(0.1)
asyncio.run(main())  # loop
""",
        hz=100,
    )
    assert len(asked) == 1
    assert waits_by_line(run)["loop"] > 0.8


def test_a_reading_during_which_the_loop_went_on_is_dropped(profile, monkeypatch):
    read, stacks = [], awaits.AwaitReader.stacks

    def went_on(self, loop_frame, _):
        found, is_now = stacks(self, loop_frame, lambda: False)
        read.append(self._tasks)
        return found, is_now

    monkeypatch.setattr(awaits.AwaitReader, "stacks", went_on)
    run = profile("import asyncio\nasyncio.run(asyncio.sleep(0.4))  # loop\n", hz=100)
    assert any(read)
    assert waits_by_line(run)["loop"] > 0.8
    assert {sample.frames[-1].function for sample in run.samples if sample.wait_s > 0.1} == {"EpollSelector.select"}


@every_python
def test_a_selector_of_the_programs_own_is_no_loop(profile, python):
    run = profile("import selectors\nselectors.DefaultSelector().select(0.5)  # select\n", python=python, hz=100)
    assert waits_by_line(run)["select"] > 0.8
    assert max(run.samples, key=lambda sample: sample.wait_s).frames[-1].function.endswith("select")


@pytest.fixture(scope="module")
def own_objects():
    """The objects of this very process."""
    code = os.path.join.__code__
    layout = SimpleNamespace(probe_code=id(code), code_type=id(type(code)), ascii_text=sys.getsizeof("") - 1)
    return Objects(Memory(os.getpid()), layout)


class Kept:
    pass


def test_objects_are_told_by_the_names_of_their_types(own_objects):
    kept, number = Kept(), 10**30
    objects = [kept, number, "text", [], {}, own_objects, Kept]
    own_objects.again()
    assert list(own_objects.kinds(map(id, objects)).values()) == [
        "Kept",
        "int",
        "str",
        "list",
        "dict",
        "Objects",
        "type",
    ]


def test_a_dict_is_read_by_name(own_objects):
    kept = Kept()
    names = {f"name{n}": object() for n in range(100)} | {"wanted": kept}
    mixed = {1: 2, "wanted": kept, (3,): 4}
    own_objects.again()
    assert own_objects.named(id(names), "wanted") == id(kept)
    assert own_objects.named(id(mixed), "wanted") == id(kept)
    assert own_objects.named(id(names), "want") == 0
    assert own_objects.named(id(names), "unheard of") == 0


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20), st.integers(1, 4096))
@settings(max_examples=100, deadline=None)
def test_what_is_no_address_is_no_object_and_no_error(own_objects, words, size):
    own_objects.again()
    own_objects.kinds(words)
    for word in words:
        assert len(own_objects.data(word, size)) in (0, size, 4096 - word % 4096)


@given(st.lists(st.lists(st.integers(0, 40), max_size=8), max_size=6))
@settings(max_examples=50, deadline=None)
def test_what_is_recalled_is_read_afresh(rounds):
    data = bytearray(48)
    start = ctypes.addressof((ctypes.c_ubyte * len(data)).from_buffer(data))
    memory = Recalled(Memory(os.getpid()))
    for turn, places in enumerate(rounds):
        data[:] = bytes((turn + place) % 256 for place in range(48))
        memory.again()
        addresses = [start + place for place in places] + [8]
        assert memory.read_each(addresses, 8) == [bytes(data[place : place + 8]) for place in places] + [b""]
