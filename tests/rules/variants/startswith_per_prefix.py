# --- variant: endswith in a comprehension
def images(files, suffixes):
    return [file for file in files if any(file.endswith(suffix) for suffix in suffixes)]  # expect: startswith-per-prefix
# --- variant: list inside of any
def internal(name: str):
    return any([name.startswith(prefix) for prefix in ("_", "test_", "tmp_")])  # expect: startswith-per-prefix
# --- variant: map of the bound method
def hidden(path: str, prefixes):
    return any(map(path.startswith, prefixes))  # expect: startswith-per-prefix
# --- variant: or of many
def is_source(file: str):
    return file.endswith(".py") or file.endswith(".pyi") or file.endswith(".pyx")  # expect: startswith-per-prefix
# --- variant: not any, in a while loop
def next_line(stream, comments):
    line = stream.readline()
    while line and not any(line.startswith(mark) for mark in comments):  # expect: startswith-per-prefix
        line = stream.readline()
    return line
# --- variant: loop that answers yes
def allowed(url, hosts):
    for host in hosts:  # expect: startswith-per-prefix
        if url.startswith(host):
            return True
    return False
# --- variant: flag and break
def skip(paths, excluded):
    for path in paths:
        found = False
        for prefix in excluded:  # expect: startswith-per-prefix
            if path.startswith(prefix):
                found = True
                break
        if not found:
            yield path
# --- variant: all not
def public(name, prefixes):
    return all(not name.startswith(prefix) for prefix in prefixes)  # expect: startswith-per-prefix
# --- variant: for and else
def keep(lines, noise):
    out = []
    for line in lines:
        for prefix in noise:  # expect: startswith-per-prefix
            if line.startswith(prefix):
                break
        else:
            out.append(line)
    return out
# --- variant: a slice compared
# not found: a slice that is compared is no call
def command(line: str, names):
    return any(line[: len(name)] == name for name in names)  # expect: startswith-per-prefix
# --- variant: attribute of an object, class constant
class Router:
    PREFIXES = ["/api", "/static", "/admin"]

    def known(self, request):
        return any(request.path.startswith(prefix) for prefix in self.PREFIXES)  # expect: startswith-per-prefix
# --- variant: lambda in filter
def modules(names, packages):
    return list(filter(lambda name: any(name.startswith(package) for package in packages), names))  # expect: startswith-per-prefix
# --- variant: count of hits over zero
# not found: a count over zero is not read as any
def matches(name: str, prefixes):
    return sum(name.startswith(prefix) for prefix in prefixes) > 0  # expect: startswith-per-prefix
# --- variant: next with a default
def tagged(line: str, tags):
    return next((True for tag in tags if line.startswith(tag)), False)  # expect: startswith-per-prefix
# --- quiet: which one
def prefix_of(name, prefixes):
    for prefix in prefixes:
        if name.startswith(prefix):
            return prefix
    return None
# --- quiet: another text each time
def any_hidden(names):
    return any(name.startswith(".") for name in names)
# --- quiet: different questions
def special(name: str):
    return name.startswith("_") or name.endswith("_")
