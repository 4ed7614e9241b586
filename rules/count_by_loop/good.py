def run(n=20_000):
    text = "10;20;35;" * n
    fields = text.count(";") + 1
    zeros = text.count("0")
    return fields, zeros
