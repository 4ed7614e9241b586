"""What a program sees, writes and ends with is the same under greenprof."""

import os

import pytest

PROGRAMS = {
    "is empty": "",
    "has a syntax error": "def f(:\n",
    "raises": "def f(n):\n    return 1 / n\n\nf(0)",
    "raises a chain": "try:\n    {}['x']\nexcept KeyError:\n    raise ValueError('y') from None",
    "raises in a thread": "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='t')\nt.start()\nt.join()",
    "recurses without end": "def f(n):\n    return f(n + 1)\n\nf(0)",
    "exits with a number": "import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)",
    "exits with a large number": "import sys\nsys.exit(256 + 7)",
    "exits with a text": "import sys\nsys.exit('no luck')",
    "exits at once": "import os, atexit\natexit.register(print, 'never')\nprint('lost')\nos._exit(9)",
    "has something to do at its end": "import atexit\natexit.register(print, 'bye')\nraise SystemExit(4)",
    "reads its input": "import sys\nprint(sys.stdin.read().upper())",
    "asks": "print(input('name? '))\nprint(input('again? '))",
    "dies by a signal": "import os, signal\nprint('before', flush=True)\nos.kill(os.getpid(), signal.SIGTERM)",
    "is killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "aborts": "import os\nprint('before', flush=True)\nos.abort()",
    "tells where it crashes": (
        "import faulthandler\nfaulthandler.enable()\n\ndef f():\n    faulthandler._sigsegv()\n\nf()"
    ),
    "is warned": "import warnings\nopen('app.py')\nwarnings.warn('x', DeprecationWarning)\n",
    "prints a lot of lines": "for n in range(200_000):\n    print(n)",
    "closes its standard streams": (
        "import os\nprint('buffered')\nfor n in (0, 1, 2):\n    os.close(n)\n"
        "open('log', 'w').write('on')\nprint('more')"
    ),
    "puts a file in the place of its output": (
        "import os\nos.dup2(os.open('log', os.O_RDWR | os.O_CREAT), 1)\nprint('in the file', flush=True)\n"
        "os.write(2, open('log', 'rb').read())"
    ),
    "becomes another program": (
        "import os\nprint('first', flush=True)\nos.execvp('sh', ['sh', '-c', 'echo $0; env | sort; cat; exit 5'])"
    ),
    "becomes another Python": (
        "import os, sys\nif len(sys.argv) < 9:\n"
        "    os.execv(sys.executable, [sys.executable, __file__, *'123456789'])\n"
        "print(sys.argv, sorted(os.environ), sys.path)"
    ),
    "opens as many files as it may": (
        "import resource\nresource.prlimit(0, resource.RLIMIT_NOFILE, (40, 40))\nfiles = []\ntry:\n    while True:\n"
        "        files.append(open('app.py'))\nexcept OSError as error:\n    print(len(files), error)"
    ),
    "becomes a leader of its own session": "import os\nos.setsid()\nprint(os.getsid(0) == os.getpid())",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_ends_as_natively(name, both):
    native, ours = both.run({"app.py": PROGRAMS[name]}, ["app.py", "-o", "x", "--", "-m"])
    assert not both.differences(native, ours)


def test_there_is_nothing_of_greenprof_in_what_a_program_sees(both):
    native, ours = both.run({"app.py": both.look_around}, ["app.py", "-o", "x"])
    assert native.code == 0, native.stderr
    assert b"greenprof" not in ours.stdout.replace(os.fsencode(both.folder.parent.parent), b"")
    assert not both.differences(native, ours)
