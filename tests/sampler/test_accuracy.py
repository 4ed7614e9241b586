"""Where the time goes, against what the programs know of themselves."""

import json
import math

import pytest

from greenprof.sampler.frames import MOST_FRAMES

# A program's own account of the CPU time in functions, and of all of it. What a thread does after the sampler's last
# look at it is lost, and on a busy machine that can be long ago: so it ends with a rest.
TRUTH = """
import json, time
truth = {}
def timed(name, function, *arguments):
    begin = time.thread_time()
    result = function(*arguments)
    truth[name] = truth.get(name, 0) + time.thread_time() - begin
    return result
"""


END = """
used_s = time.thread_time()
time.sleep(0.3)
print(json.dumps([truth, used_s]))
"""


def sampling_error(share, sightings):
    """Four standard errors of a share that was seen so many times, and a point for what else is inexact."""
    return 4 * math.sqrt(share * (1 - share) / sightings) + 0.01


def function_on_stack(*names):
    """Which of these functions a sample was in."""

    def key(sample):
        found = [frame.function for frame in sample.frames if frame.function in names]
        return found[-1] if found else None

    return key


def innermost_line(function):
    def key(sample):
        frame = sample.frames[-1]
        return frame.line if frame.function == function else None

    return key


def test_functions_get_the_share_that_they_used(profile):
    run = profile(
        TRUTH
        + """
def work(n):
    x = 0
    for i in range(n):
        x = x * 3 + i & 0xffff
    return x
def sixty(): work(6000)
def twentyfive(): work(2500)
def ten(): work(1000)
def five(): work(500)
while sum(truth.values()) < 2.5:
    for function in (sixty, twentyfive, ten, five):
        timed(function.__name__, function)
"""
        + END
    )
    truth, used_s = json.loads(run.stdout)
    # All CPU time is on stacks, whoever else is on the machine: but for what was before the hand-over.
    assert sum(run.cpu_s().values()) == pytest.approx(used_s, rel=0.05)
    found = run.cpu_s(function_on_stack(*truth))
    for name, cpu_s in truth.items():
        share, expected = found[name] / sum(found.values()), cpu_s / sum(truth.values())
        assert share == pytest.approx(expected, abs=sampling_error(expected, run.counted())), (name, found, truth)


def test_lines_of_a_loop_without_calls_get_their_share(profile):
    # The operands are large: what a line costs is its multiplications, and that is one, two and four of them.
    # The interpreter looks at signals and hands over the lock only where the loop jumps back.
    run = profile(
        """import time
def loop():
    a = 3 ** 3000
    b = 7 ** 2000
    for _ in range(21000):
        a * b
        a * b; a * b
        a * b; a * b; a * b; a * b
end = time.thread_time() + 2.5
while time.thread_time() < end:
    loop()
""",
    )
    found = run.cpu_s(innermost_line("loop"))
    whole = sum(found.values())
    assert whole > 1.5
    for line, expected in ((6, 1 / 7), (7, 2 / 7), (8, 4 / 7)):
        margin = sampling_error(expected, run.counted()) + 0.02  # the truth is known by the count of operations only
        assert found[line] / whole == pytest.approx(expected, abs=margin), dict(found)


def test_system_calls_do_not_draw_the_samples_to_them(profile):
    # thread_time() makes the scheduler think again: a sampler on the same processor would see little else.
    run = profile(
        """import time
def work():
    for i in range(1000): i * i
def main():
    end = time.thread_time() + 2
    while time.thread_time() < end:
        work()
main()
""",
    )
    found = run.cpu_s(lambda sample: sample.frames[-1].function)
    assert found["work"] > 0.75 * sum(found.values()), dict(found)


def test_c_code_that_calls_python_loses_nothing(profile):
    # Each call makes a frame on the stack of C, which is gone a moment later: what is read there may mean nothing.
    # (test_stacks.py shows it zeros there.) The control makes no such calls, and is disturbed by others alike.
    run = profile(
        TRUTH
        + """
def calls(): list(map(lambda n: sorted((n, -n), key=lambda x: -x), range(100_000)))
def control():
    for i in range(2_500_000): i * i
for turn in range(6):
    timed("calls", calls)
    timed("control", control)
"""
        + END
    )
    truth, _ = json.loads(run.stdout)
    found = run.cpu_s(function_on_stack("calls", "control"))
    share, expected = (cpu_s["calls"] / sum(cpu_s.values()) for cpu_s in (found, truth))
    assert share == pytest.approx(expected, abs=sampling_error(expected, run.counted()))


def test_a_sleeping_main_thread_waits_on_its_line(profile):
    run = profile("import time\ntime.sleep(1.2)\n")
    waited = run.wait_s(lambda sample: (sample.frames[-1].function, sample.frames[-1].line))
    assert waited["<module>", 2] == pytest.approx(1.2, abs=0.2)
    assert sum(run.cpu_s().values()) < 0.2


def test_waiting_worker_threads_are_not_counted(profile):
    run = profile(
        """import threading, time
def worker(): time.sleep(1)
threads = [threading.Thread(target=worker) for _ in range(5)]
for thread in threads: thread.start()
for thread in threads: thread.join()
""",
    )
    assert sum(run.wait_s(lambda sample: 0).values()) == pytest.approx(1, abs=0.3)
    assert not run.wait_s(function_on_stack("worker"))["worker"]


def test_two_threads_each_get_their_own_time(profile):
    run = profile(
        TRUTH
        + """
import hashlib, threading
def hashing(data=b"x" * (1 << 22)):
    end = time.thread_time() + 1.2
    while time.thread_time() < end:
        hashlib.sha256(data).digest()
def counting():
    end = time.thread_time() + 1.2
    while time.thread_time() < end:
        for i in range(1000): i * i
def thread():
    timed("hashing", hashing)
    time.sleep(0.3)
thread = threading.Thread(target=thread)
thread.start()
timed("counting", counting)
thread.join()
"""
        + END
    )
    (truth, _), found = json.loads(run.stdout), run.cpu_s(function_on_stack("hashing", "counting"))
    for name, cpu_s in truth.items():
        assert found[name] == pytest.approx(cpu_s, rel=0.08), (found, truth)


def test_the_time_of_a_coroutine_is_its_own(profile):
    run = profile(
        TRUTH
        + """
import asyncio
def burn(n):
    for i in range(n): i * i
async def step(name, n):
    timed(name, burn, n)
    await asyncio.sleep(0)
async def heavy():
    while sum(truth.values()) < 2: await step("heavy", 30000)
async def light():
    while sum(truth.values()) < 2: await step("light", 10000)
async def main(): await asyncio.gather(heavy(), light())
asyncio.run(main())
"""
        + END
    )
    (truth, _), found = json.loads(run.stdout), run.cpu_s(function_on_stack("heavy", "light"))
    share, expected = found["heavy"] / sum(found.values()), truth["heavy"] / sum(truth.values())
    assert share == pytest.approx(expected, abs=sampling_error(expected, run.counted())), (found, truth)


def test_generators_are_on_the_stack_of_who_asks_them(profile):
    run = profile(
        """import time
def numbers():
    end = time.thread_time() + 1.5
    while time.thread_time() < end:
        x = 0
        for i in range(2000): x += i
        yield x
def doubled(source):
    for x in source:
        yield 2 * x
def consume():
    return sum(doubled(numbers()))
consume()
""",
    )
    stacks = run.cpu_s(lambda sample: tuple(frame.function for frame in sample.frames))
    assert stacks["<module>", "consume", "doubled", "numbers"] > 0.75 * sum(stacks.values()), stacks


def test_c_functions_are_charged_to_the_line_that_calls_them(profile):
    run = profile(
        """import random, time
def main():
    numbers = [random.random() for _ in range(200000)]
    end = time.thread_time() + 1.5
    while time.thread_time() < end:
        sorted(numbers)
main()
""",
    )
    found = run.cpu_s(innermost_line("main"))
    assert found[6] > 0.8 * sum(run.cpu_s(lambda sample: 0).values()), dict(found)


def test_a_deep_recursion_keeps_its_innermost_frames(profile):
    run = profile(
        """import sys, time
sys.setrecursionlimit(20000)
def leaf():
    end = time.thread_time() + 1
    while time.thread_time() < end:
        for i in range(1000): i * i
def down(n):
    if n: down(n - 1)
    else: leaf()
down(10000)
""",
    )
    assert run.returncode == 0, run.stderr
    found = run.cpu_s(lambda sample: sample.frames[-1].function)
    assert found["leaf"] > 0.8, dict(found)
    deep = [sample for sample in run.samples if sample.frames[-1].function == "leaf"]
    assert {sample.frames[0].function for sample in deep} == {"<frames left out>"}
    assert {len(sample.frames) for sample in deep} == {MOST_FRAMES + 1}
    assert {frame.function for sample in deep for frame in sample.frames[1:-1]} == {"down"}


def test_two_hundred_threads(profile):
    run = profile(
        """import threading, time
done = threading.Event()
threads = [threading.Thread(target=done.wait) for _ in range(200)]
for thread in threads: thread.start()
def busy():
    end = time.thread_time() + 1
    while time.thread_time() < end:
        for i in range(1000): i * i
busy()
done.set()
for thread in threads: thread.join()
""",
        hz=100,
    )
    assert run.returncode == 0, run.stderr
    assert run.cpu_s(function_on_stack("busy"))["busy"] > 0.8


def test_threads_that_come_and_go(profile):
    run = profile(
        """import threading, time
def busy():
    end = time.thread_time() + 0.05
    while time.thread_time() < end:
        for i in range(1000): i * i
for _ in range(25):
    thread = threading.Thread(target=busy)
    thread.start()
    thread.join()
""",
    )
    assert run.cpu_s(function_on_stack("busy"))["busy"] == pytest.approx(25 * 0.05, rel=0.35)


def test_every_stack_is_one_that_can_be(profile):
    # Functions of some microseconds that call each other all the time: which line calls which function is known.
    run = profile(
        """import time
def low(x):
    for i in range(40): x = x * 3 & 255
    return x
def left(x):
    for i in range(30): x = x * 5 & 255
    return low(x)
def right(x):
    for i in range(30): x = x * 7 & 255
    return left(x) + low(x)
def again(n):
    if n: return again(n - 1)
    return low(n)
def main():
    end = time.thread_time() + 2
    while time.thread_time() < end:
        left(1)
        right(2)
        again(6)
main()
""",
    )
    may_call = {
        ("<module>", 20): {"main"},
        ("main", 17): {"left"},
        ("main", 18): {"right"},
        ("main", 19): {"again"},
        ("left", 7): {"low"},
        ("right", 10): {"left", "low"},
        ("again", 12): {"again"},
        ("again", 13): {"low"},
    }
    odd = total = 0
    for sample in run.samples:
        if sample.frames[0].path.endswith("program.py"):
            total += sample.count
            pairs = zip(sample.frames, sample.frames[1:], strict=False)
            if any(callee.function not in may_call.get((c.function, c.line), ()) for c, callee in pairs):
                odd += sample.count
    assert total > 200
    assert odd <= 0.03 * total


def test_code_that_is_made_and_thrown_away_is_told_apart(profile):
    run = profile(
        """import time
end, n = time.thread_time() + 2, 0
while time.thread_time() < end:
    n = (n + 1) % 7
    text = "\\n" * n + f"def made_{n}():\\n  x = 0\\n  for i in range(60000): x += i\\nmade_{n}()\\n"
    exec(compile(text, f"<made {n}>", "exec"), {})
""",
    )
    found = run.cpu_s(lambda s: s.frames[-1] if s.frames[-1].path.startswith("<made") else None)
    assert sum(found.values()) > 1
    for frame in found:
        number = int(frame.path.removeprefix("<made ").removesuffix(">"))
        assert frame.function in {f"made_{number}", "<module>"}
        assert number + 1 <= frame.line <= number + 4
        if frame.function != "<module>":
            assert frame.function_line == number + 1
    assert {frame.path for frame in found} == {f"<made {n}>" for n in range(7)}


def test_names_that_are_not_ascii(profile):
    run = profile(
        """import time
def größe():
    end = time.thread_time() + 0.4
    while time.thread_time() < end: pass
def 数():
    end = time.thread_time() + 0.4
    while time.thread_time() < end: pass
größe()
数()
text = "def 𠀀():\\n  end = time.thread_time() + 0.4\\n  while time.thread_time() < end: pass\\n𠀀()"
exec(compile(text, "<🌱>", "exec"))
""",
    )
    found = run.cpu_s(lambda sample: (sample.frames[-1].function, sample.frames[-1].path[0]))
    assert {("größe", "/"), ("数", "/"), ("𠀀", "<")} <= set(found)
