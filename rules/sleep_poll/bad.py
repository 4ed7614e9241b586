import threading
import time


def run(n=30):
    asked, answered = threading.Event(), threading.Event()
    answers = []

    def work():
        for number in range(n):
            asked.wait()
            asked.clear()
            answers.append(number * number)
            answered.set()

    worker = threading.Thread(target=work)
    worker.start()
    for _ in range(n):
        asked.set()
        while not answered.is_set():  # expect: sleep-poll
            time.sleep(0.01)
        answered.clear()
    worker.join()
    return answers
