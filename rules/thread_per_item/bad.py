from threading import Thread


def run(n=300):
    results = {}

    def price(article):
        results[article] = article * 7 % 101

    started = []
    for article in range(n):
        thread = Thread(target=price, args=(article,))  # expect: thread-per-item
        thread.start()
        started.append(thread)
    for thread in started:
        thread.join()
    return sorted(results.items())
