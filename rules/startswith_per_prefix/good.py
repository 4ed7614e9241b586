INTERNAL = ("test_", "conftest", "_", "docs/", "build/")


def run(n=10_000):
    files = [f"src/module_{i}.py" if i % 3 else f"test_{i}.py" for i in range(n)]
    public = []
    for file in files:
        if file.startswith(INTERNAL):
            continue
        public.append(file)
    return public
