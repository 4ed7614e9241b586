def run(n=20_000):
    text = "10;20;35;" * n
    fields = sum(1 for char in text if char == ";") + 1  # expect: count-by-loop

    zeros = 0
    for char in text:  # expect: count-by-loop
        if char == "0":
            zeros += 1
    return fields, zeros
