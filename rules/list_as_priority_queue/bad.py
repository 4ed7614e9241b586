def run(n=1500):
    waiting = [(i * 7919 % 10_007, i) for i in range(n)]
    done = []
    while waiting:
        task = min(waiting)  # expect: list-as-priority-queue
        waiting.remove(task)
        done.append(task)
        urgency, number = task
        if number % 3 == 1:
            waiting.append((urgency + 5, number - 1))
    return done
