INTERNAL = ("test_", "conftest", "_", "docs/", "build/")


def run(n=10_000):
    files = [f"src/module_{i}.py" if i % 3 else f"test_{i}.py" for i in range(n)]
    public = []
    for file in files:
        if any(file.startswith(prefix) for prefix in INTERNAL):  # expect: startswith-per-prefix
            continue
        public.append(file)
    return public
