def net(line, percents):
    return line.cents * (100 - percents.get(line.category, 0)) // 100


def with_vat(line, percents):
    return net(line, percents) * 121 // 100
