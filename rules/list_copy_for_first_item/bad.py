def run(n=3000):
    cache = {}
    evicted = []
    for page in range(n):
        cache[f"page {page}"] = page
        if len(cache) > 1000:
            oldest = list(cache)[0]  # expect: list-copy-for-first-item
            evicted.append(cache.pop(oldest))
    return evicted, list(cache.values())[-1]  # expect: list-copy-for-first-item
