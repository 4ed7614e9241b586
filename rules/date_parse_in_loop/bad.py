from datetime import datetime


def run(n=5000):
    lines = [f"2024-{i % 12 + 1:02}-{i % 28 + 1:02} {i % 24:02}:30:00;{i}" for i in range(n)]
    days = 0
    for line in lines:
        text, _, _ = line.partition(";")
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # expect: date-parse-in-loop
        days += moment.toordinal()
    return days
