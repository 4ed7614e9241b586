"""Programs that work for a moment, and so are sampled, do the same under greenprof."""

import ctypes
import textwrap

import pytest

PR_CAPBSET_DROP, CAP_SYS_PTRACE = 24, 19  # prctl(2), capabilities(7)

WORKING = {
    "recurses deeply": """
        import sys
        sys.setrecursionlimit(20_000)

        def f(n):
            return spin() or 0 if n == 0 else 1 + f(n - 1)

        print(f(10_000))
        """,
    "uses its own profiling timer": """
        import signal
        seen = []
        signal.signal(signal.SIGPROF, lambda *_: seen.append(1))
        signal.setitimer(signal.ITIMER_PROF, 0.02, 0.02)
        spin()
        left = signal.setitimer(signal.ITIMER_PROF, 0)
        print(len(seen) > 2, left[1], signal.getitimer(signal.ITIMER_REAL))
        """,
    "uses an alarm": """
        import signal
        def wake(*_):
            raise TimeoutError
        signal.signal(signal.SIGALRM, wake)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        try:
            spin(30)
        except TimeoutError:
            print("woken", signal.alarm(0))
        """,
    "dies by its own profiling timer": """
        import signal
        signal.setitimer(signal.ITIMER_PROF, 0.3)
        spin(30)
        """,
    "sets a profile function": """
        import sys
        seen = []
        sys.setprofile(lambda frame, event, arg: seen.append((frame.f_code.co_name, event)))
        list(map(str, range(10)))
        (lambda: sorted([2, 1]))()
        sys.setprofile(None)
        print(seen)
        spin()
        """,
    "sets a trace function": """
        import sys
        lines = []
        def trace(frame, event, arg):
            lines.append((frame.f_code.co_name, event, frame.f_lineno))
            return trace
        def f(n):
            for i in range(n):
                yield i
        sys.settrace(trace)
        spin()
        found = sum(f(9))
        sys.settrace(None)
        print(found, [line for line in lines if line[0] != "spin"])
        """,
    "sets profile and trace functions of threads": """
        import sys, threading
        seen = []
        threading.setprofile(lambda frame, event, arg: seen.append((frame.f_code.co_name, event)))
        threading.settrace(lambda frame, event, arg: seen.append((frame.f_code.co_name, event)))
        def f():
            sum(map(abs, range(3)))
        thread = threading.Thread(target=f)
        thread.start()
        thread.join()
        threading.setprofile(None)
        threading.settrace(None)
        print(seen)
        spin()
        """,
    "profiles itself": """
        import cProfile, io, pstats
        profile = cProfile.Profile()
        profile.runcall(spin)
        stats = pstats.Stats(profile, stream=io.StringIO())
        print(sorted((function, calls[0] > 0) for (_, _, function), calls in stats.stats.items()))
        """,
    "has two hundred threads": """
        import threading
        gate, found = threading.Barrier(201), []
        def work(n):
            gate.wait()
            found.append(sum(range(n)))
        threads = [threading.Thread(target=work, args=(n,)) for n in range(200)]
        for thread in threads:
            thread.start()
        spin()
        gate.wait()
        for thread in threads:
            thread.join()
        print(sum(found), threading.active_count())
        """,
    "leaves a thread behind": """
        import threading, time
        def late():
            threading.main_thread().join()
            print("late")
        threading.Thread(target=late).start()
        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
        spin()
        print("main ends")
        """,
    "forks and never waits": """
        import os
        if os.fork() == 0:
            spin(0.1)
            os.write(1, b"child\\n")
            os._exit(1)
        spin()
        os.write(1, b"parent\\n")
        """,
    "forks a hundred times": """
        import os
        for n in range(100):
            if os.fork() == 0:
                os._exit(n)
        print(sorted(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(100)))
        try:
            os.wait()
        except ChildProcessError as error:
            print(error)
        spin()
        """,
    "closes everything": """
        import os
        os.closerange(0, 4096)
        spin()
        os.open("app.py", os.O_RDONLY)
        os._exit(os.open("app.py", os.O_RDONLY))
        """,
    "moves and deletes its folder": """
        import os, shutil, sys
        here = os.path.dirname(os.path.abspath(__file__))
        os.chdir("/")
        shutil.rmtree(here)
        spin()
        import decimal
        print(decimal.Decimal(1) / 3, os.getcwd(), __file__, os.path.exists(__file__))
        raise ValueError("its line is gone")
        """,
    "stands in a folder that is gone": """
        import os, shutil
        shutil.rmtree(os.getcwd())
        spin()
        try:
            print(os.getcwd())
        except FileNotFoundError as error:
            print(error)
        import subprocess
        """,
    "has a working pool": """
        import multiprocessing, sys
        def square(n):
            spin(0.02)
            return n * n
        if __name__ == "__main__":
            for how in ("fork", "spawn", "forkserver"):
                with multiprocessing.get_context(how).Pool(2) as pool:
                    print(how, pool.map(square, range(9)), len(multiprocessing.active_children()))
            spin()
        """,
    "runs other programs": """
        import subprocess, sys
        look = "import os, sys; print(sorted(os.environ), sys.path, os.listdir('/proc/self/fd'), sys.flags)"
        for options in ([], ["-I"], ["-E"], ["-S"], ["-B"]):
            print(subprocess.run([sys.executable, *options, "-c", look], capture_output=True, text=True).stdout)
        print(subprocess.run("env | sort; exit 3", shell=True, capture_output=True, text=True))
        print(subprocess.run([sys.executable, "-c", "print(1)"], env={}, capture_output=True, text=True))
        spin()
        """,
    "uses executors and coroutines": """
        import asyncio, concurrent.futures
        async def main():
            loop = asyncio.get_running_loop()
            with concurrent.futures.ThreadPoolExecutor(2) as threads:
                await asyncio.gather(*(loop.run_in_executor(threads, spin, 0.1) for _ in range(4)))
            made = await asyncio.create_subprocess_exec("echo", "x", stdout=-1)
            return await made.communicate(), await made.wait()
        print(asyncio.run(main()))
        """,
    "tells where its threads are": """
        import faulthandler, sys, threading
        event = threading.Event()
        def wait():
            event.wait()
        thread = threading.Thread(target=wait)
        thread.start()
        spin()
        with open("where", "w+") as where:
            faulthandler.dump_traceback(where)
            where.seek(0)
            print([line for line in where if "0x" not in line])
        event.set()
        faulthandler.dump_traceback_later(0.2, exit=True, file=open("late", "w"))
        spin(30)
        """,
    "catches an interrupt": """
        import os, signal
        try:
            os.kill(os.getpid(), signal.SIGINT)
            spin(30)
        except KeyboardInterrupt:
            print("caught")
        spin()
        raise KeyboardInterrupt
        """,
}


@pytest.mark.parametrize("name", WORKING)
def test_a_program_that_is_sampled_does_the_same(name, both):
    native, ours = both.run({"app.py": both.spin + textwrap.dedent(WORKING[name])})
    assert not both.differences(native, ours)
    assert both.seconds_on("app.py") > 0.05  # each works for longer than that, and is seen at it


def test_a_program_that_allows_nobody_to_look_is_left_alone(both):
    text = """
        import ctypes
        set_dumpable, get_dumpable = 4, 3
        print(ctypes.CDLL(None).prctl(set_dumpable, 0, 0, 0, 0), ctypes.CDLL(None).prctl(get_dumpable, 0, 0, 0, 0))
        spin(0.8)
        print("done")
        """

    def like_anybody():
        # root may look nevertheless, unless this capability is taken from it
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0)

    native, ours = both.run({"app.py": both.spin + textwrap.dedent(text)}, preexec_fn=like_anybody)
    assert native.stdout == b"0 0\ndone\n"
    assert not both.differences(native, ours)
    assert any("sampled" in note for note in both.report["notes"]), both.report["notes"]
