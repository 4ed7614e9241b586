import threading
import time


def run(n=100):
    """Wait `n` milliseconds for another thread."""
    done = threading.Event()

    def work():
        time.sleep(n / 1000)
        done.set()

    threading.Thread(target=work).start()
    while not done.is_set():  # expect: busy-wait
        pass
    return done.is_set()
