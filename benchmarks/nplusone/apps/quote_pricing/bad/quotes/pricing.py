from quotes import discounts


def net(line, customer_id):
    percent = discounts.percent_for(customer_id, line.category)
    return line.cents * (100 - percent) // 100


def with_vat(line, customer_id):
    return net(line, customer_id) * 121 // 100
