"""Rules about models and pools: what they must and must not flag."""

import pytest

PREDICT_FLAGGED = {
    "list": "def f(model, xs):\n    for x in xs:\n        use(model.predict([x]))  # <-\n",
    "reshape": "def f(m, xs):\n    return [m.predict_proba(x.reshape(1, -1))[0] for x in xs]  # <-\n",
    "reshape, a tuple": "def f(m, xs):\n    for x in xs:\n        use(m.predict(x.reshape((1, 8))))  # <-\n",
    "new axis": "def f(m, xs):\n    for x in xs:\n        use(m.predict(x[None, :]))  # <-\n",
    "array": "import numpy as np\ndef f(self, xs):\n    for x in xs:\n"
    "        use(self.m.predict(np.array([x])))  # <-\n",
    "frame": "import pandas as pd\ndef f(m, xs):\n    for x in xs:\n        use(m.predict(pd.DataFrame([x])))  # <-\n",
    "keras": "import numpy as np\ndef f(m, xs):\n    for x in xs:\n"
    "        use(m.predict(np.expand_dims(x, 0)))  # <-\n",
}
PREDICT_QUIET = {
    "all at once": "def f(m, xs):\n    return m.predict(xs)\n",
    "once": "def f(m, x):\n    return m.predict([x])\n",
    "batches": "def f(m, batches):\n    for batch in batches:\n        use(m.predict(batch))\n",
    "one of several models": "def f(models, x):\n    for model in models:\n        use(model.predict([x]))\n",
    "a model of each item": "def f(estimator, xs):\n    for x in xs:\n        model = estimator.train([x])\n"
    "        use(model.predict([x]))\n",
    "a few": "def f(m):\n    for x in (1, 2, 3):\n        use(m.predict([x]))\n",
    "two items": "def f(m, xs):\n    for x in xs:\n        use(m.predict([x, -x]))\n",
    "spread": "def f(m, xs):\n    for x in xs:\n        use(m.predict([*x]))\n",
    "depends on the last": "def f(m, x):\n    while x < 9:\n        x = m.predict([x])[0]\n",
    "own function": "def f(xs):\n    for x in xs:\n        use(predict([x]))\n",
}
LOAD_FLAGGED = {
    "tokenizer": "from transformers import AutoTokenizer\ndef f(xs):\n    for x in xs:\n"
    "        use(AutoTokenizer.from_pretrained('b')(x))  # <-\n",
    "joblib": "import joblib\ndef f(xs):\n    for x in xs:\n        model = joblib.load('m.bin')  # <-\n"
    "        use(model, x)\n",
    "spacy": "import spacy\ndef f(xs):\n    return [spacy.load('en')(x) for x in xs]  # <-\n",
    "request": "import joblib\n@app.post('/a')\ndef f(x):\n    model = joblib.load('m.bin')  # <-\n"
    "    return model.predict(x)\n",
    "called in a loop": "import torch\ndef f(x):\n    model = torch.load('m.pt')  # <-\n    return model(x).sum()\n"
    "def g(xs):\n    for x in xs:\n        use(f(x))\n",
}
LOAD_QUIET = {
    "before the loop": "import joblib\ndef f(xs):\n    m = joblib.load('m.bin')\n    for x in xs:\n        use(m, x)\n",
    "other models": "import joblib\ndef f(paths):\n    return [joblib.load(path) for path in paths]\n",
    "module": "import spacy\nnlp = spacy.load('en')\n",
    "cached": "import functools, joblib\n@functools.cache\ndef model():\n    return joblib.load('m')\n"
    "def g(xs):\n    for x in xs:\n        use(model())\n",
    "kept": "import joblib\ndef f(request):\n    global model\n    model = joblib.load('m')\n    return 1\n",
    "another load": "import json, torch\ndef f(xs):\n    for x in xs:\n        use(json.load(x))\n",
    "main": "import torch\ndef main():\n    model = torch.load('m')\n    return model\n",
}
POOL = "from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor\nimport multiprocessing\n"
POOL_FLAGGED = {
    "with": "def f(xs):\n    for x in xs:\n        with ThreadPoolExecutor() as p:  # <-\n"
    "            use(p.map(g, x))\n",
    "processes": "def f(xs):\n    for x in xs:\n        with ProcessPoolExecutor(4) as p:  # <-\n"
    "            use(p, x)\n",
    "multiprocessing": "def f(xs):\n    for x in xs:\n        p = multiprocessing.Pool(2)  # <-\n        use(p, x)\n",
}
POOL_QUIET = {
    "around the loop": "def f(xs):\n    with ThreadPoolExecutor() as p:\n"
    "        for x in xs:\n            p.submit(g, x)\n",
    "another size": "def f(sizes):\n    for n in sizes:\n"
    "        with ThreadPoolExecutor(n) as p:\n            use(p)\n",
    "a few": "def f():\n    for x in (1, 2):\n        with ThreadPoolExecutor() as p:\n            use(p, x)\n",
    "own class": "class Pool: ...\ndef f(xs):\n    for x in xs:\n        use(Pool(), x)\n",
}


def cases(**by_rule):
    return [
        pytest.param(rule.replace("_", "-"), code, id=f"{rule}: {name}")
        for rule, codes in by_rule.items()
        for name, code in codes.items()
    ]


@pytest.mark.parametrize(
    ("rule", "code"),
    cases(predict_per_item=PREDICT_FLAGGED, model_loaded_in_loop=LOAD_FLAGGED)
    + cases(predict_per_item=PREDICT_QUIET, model_loaded_in_loop=LOAD_QUIET),
)
def test_model_rules(rule, code, assert_flagged):
    assert_flagged(rule, code)


@pytest.mark.parametrize(("rule", "code"), cases(pool_in_loop=POOL_FLAGGED) + cases(pool_in_loop=POOL_QUIET))
def test_pool_in_loop(rule, code, assert_flagged):
    assert_flagged(rule, code, POOL)
