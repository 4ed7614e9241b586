def run(n=3000):
    cache = {}
    evicted = []
    for page in range(n):
        cache[f"page {page}"] = page
        if len(cache) > 1000:
            oldest = next(iter(cache))
            evicted.append(cache.pop(oldest))
    return evicted, next(reversed(cache.values()))
