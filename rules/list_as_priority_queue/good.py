import heapq


def run(n=1500):
    waiting = [(i * 7919 % 10_007, i) for i in range(n)]
    heapq.heapify(waiting)
    done = []
    while waiting:
        task = heapq.heappop(waiting)
        done.append(task)
        urgency, number = task
        if number % 3 == 1:
            heapq.heappush(waiting, (urgency + 5, number - 1))
    return done
