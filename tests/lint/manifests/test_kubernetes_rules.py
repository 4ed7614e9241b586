"""What each rule about Kubernetes finds, and as many cases that it must leave alone.

A case is a rule, and what differs from a workload with which nothing is wrong: ``spec`` is that of the object,
``container`` that of its container, ``meta`` its metadata.
"""

import json

import pytest

RESOURCES = {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}}
NODE_AFFINITY = {"key": "energy", "operator": "In", "values": ["true"]}


def web(kind="Deployment", meta=None, spec=None, pod=None, version="apps/v1", **container):
    """An object in JSON, which is YAML too."""
    one = {"name": "web", "image": "registry.example/web:1.2.3", "resources": RESOURCES, **container}
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{key: value for key, value in one.items() if value is not None}], **(pod or {})},
    }
    if kind == "CronJob":
        body = {"schedule": "0 5 * * *", "jobTemplate": {"spec": {"activeDeadlineSeconds": 60, "template": template}}}
    elif kind == "Job":
        body = {"ttlSecondsAfterFinished": 60, "activeDeadlineSeconds": 60, "template": template}
    else:
        body = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    body = {key: value for key, value in {**body, **(spec or {})}.items() if value is not None}
    version = version if kind not in ("CronJob", "Job") else "batch/v1"
    whole = {"apiVersion": version, "kind": kind, "metadata": {"name": "web", **(meta or {})}, "spec": body}
    return "\n".join(f"{key}: {json.dumps(value)}" for key, value in whole.items()) + "\n"


def java(value, name="JAVA_TOOL_OPTIONS", **more):
    return web(env=[{"name": name, "value": value}], **more)


def limits(cpu=None, memory="1Gi"):
    given = {"cpu": cpu, "memory": memory}
    return {
        "requests": {"cpu": "100m", "memory": "512Mi"},
        "limits": {key: each for key, each in given.items() if each},
    }


def probe(seconds, kind="livenessProbe", **how):
    return {kind: {**(how or {"httpGet": {"path": "/", "port": 80}}), "periodSeconds": seconds}}


def execute(*command):
    return {"exec": {"command": [*command]}}


def affinity(kind="required", **more):
    terms = {"matchExpressions": [{**NODE_AFFINITY, **more}]}
    how = {"nodeSelectorTerms": [terms]} if kind == "required" else [{"weight": 1, "preference": terms}]
    return {"affinity": {"nodeAffinity": {f"{kind}DuringSchedulingIgnoredDuringExecution": how}}}


def other(kind, spec=None, name="web", version="v1", **meta):
    whole = {"apiVersion": version, "kind": kind, "metadata": {"name": name, **meta}, "spec": spec or {}}
    return "---\n" + "\n".join(f"{key}: {json.dumps(value)}" for key, value in whole.items()) + "\n"


HPA = other("HorizontalPodAutoscaler", {"scaleTargetRef": {"kind": "Deployment", "name": "web"}})
KEDA = other("ScaledObject", {"scaleTargetRef": {"name": "web"}})
CRON_TRIGGER = other("ScaledObject", {"triggers": [{"type": "cron"}]}, namespace="shop-test")
TEST = {"namespace": "shop-test"}

FOUND = [
    ("affinity-may-match-nothing", web(pod=affinity())),
    ("affinity-may-match-nothing", web(pod=affinity(operator="Exists"))),
    ("affinity-may-match-nothing", web(pod=affinity(key="example.org/pool"))),
    ("collector-on-small-container", java("-XX:+UseG1GC", resources=limits("1"))),
    ("collector-on-small-container", java("-Xms1m -XX:+UseZGC", name="JAVA_OPTS", resources=limits("500m"))),
    ("collector-on-small-container", java("-XX:+UseParallelGC", resources=limits(memory="1791Mi"))),
    ("collector-on-small-container", web(command=["java", "-XX:+UseShenandoahGC"], resources=limits("0.5"))),
    ("cron-every-minute", web("CronJob", spec={"schedule": "* * * * *"})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "*/1 * * * *"})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "0-59/3 * * * *"})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "TZ=Europe/Amsterdam */2 * * * *"})),
    ("event-work-always-on", web(command=["celery", "-A", "shop", "worker"])),
    ("event-work-always-on", web(args=["php artisan queue:work"])),
    ("event-work-always-on", web(meta={"name": "mail-consumer"})),
    ("image-pulled-each-start", web(image="web")),
    ("image-pulled-each-start", web(image="registry.example:5000/web")),
    ("image-pulled-each-start", web(image="web:latest", imagePullPolicy="Always")),
    ("image-pulled-each-start", web("CronJob", image="web:latest")),
    ("java-opts-not-read", java("-Xmx256m", name="JAVA_OPTS")),
    ("java-opts-not-read", java("-Dspring.profiles.active=acc", name="JVM_OPTS", command=["java", "-jar", "a.jar"])),
    (
        "job-without-deadline",
        web(
            "CronJob",
            spec={"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b:1"}]}}}}},
        ),
    ),
    ("job-without-deadline", web("Job", spec={"activeDeadlineSeconds": None})),
    ("jobs-never-removed", web("Job", spec={"ttlSecondsAfterFinished": None})),
    ("jobs-never-removed", web("CronJob", spec={"failedJobsHistoryLimit": 11})),
    ("jvm-heap-at-limit", java("-Xmx1g", resources=limits())),
    ("jvm-heap-at-limit", java("-XX:MaxHeapSize=2000m", resources=limits())),
    ("jvm-heap-at-limit", java("-XX:MaxRAMPercentage=95.0", resources=limits())),
    ("jvm-heap-at-limit", java("-XX:MaxRAMPercentage=75", resources={"requests": {"cpu": 1, "memory": "1Gi"}})),
    ("jvm-heap-at-limit", web(args=["java", "-Xmx1024M", "-jar", "a.jar"], resources=limits())),
    ("limit-far-above-request", web(resources=limits(memory="2Gi"))),
    ("limit-far-above-request", web(resources=limits(cpu=1))),
    ("memory-unlimited", web(resources={"requests": RESOURCES["requests"]})),
    ("object-refused", web(spec={"selector": None})),
    ("object-refused", web(spec={"selector": {"matchLabels": {"app": "other"}}})),
    ("object-refused", web(version="apps/v1beta2")),
    ("object-refused", web("StatefulSet", spec={"selector": {"matchLabels": {"app": "web", "tier": "x"}}})),
    ("object-refused", other("HorizontalPodAutoscaler", version="autoscaling/v2beta2")),
    ("probe-every-second", web(**probe(1))),
    ("probe-every-second", web(**probe("2", "readinessProbe"))),
    ("probe-every-second", web(**probe(15, **execute("python", "check.py")))),
    ("probe-every-second", web(**probe(5, "readinessProbe", **execute("sh", "-c", "/usr/bin/java -version")))),
    ("replicas-in-test", web(meta=TEST, spec={"replicas": 2})),
    ("replicas-in-test", web(meta={"labels": {"environment": "acceptance"}}, spec={"replicas": 2})),
    ("replicas-in-test", other("HorizontalPodAutoscaler", {"minReplicas": 3}, namespace="dev")),
    ("replicas-without-autoscaler", web(spec={"replicas": 3})),
    ("replicas-without-autoscaler", web(spec={"replicas": 3}) + other("HorizontalPodAutoscaler", name="other")),
    ("request-over-limit", web(resources={"requests": {"cpu": 2}, "limits": {"cpu": "1999m"}})),
    ("request-over-limit", web(resources={"requests": {"memory": "1Gi"}, "limits": {"memory": "1G"}})),
    ("request-over-limit", web(resources={"requests": {"nvidia.com/gpu": 2}, "limits": {"nvidia.com/gpu": 1}})),
    ("requests-missing", web(resources=None)),
    ("requests-missing", web(resources={"requests": {"memory": "1Gi"}})),
    ("requests-missing", web("CronJob", resources={})),
    ("test-never-sleeps", web(meta=TEST)),
    ("test-never-sleeps", web("StatefulSet", meta={"namespace": "web-uat"})),
]

LEFT_ALONE = [
    ("affinity-may-match-nothing", web(pod=affinity("preferred"))),
    ("affinity-may-match-nothing", web(pod=affinity(key="kubernetes.io/arch"))),
    ("affinity-may-match-nothing", web(pod=affinity(key="node.kubernetes.io/instance-type"))),
    ("affinity-may-match-nothing", web(pod=affinity(operator="NotIn"))),
    ("affinity-may-match-nothing", web(meta={"namespace": "kube-system"}, pod=affinity())),
    ("collector-on-small-container", java("-XX:+UseG1GC", resources=limits("2", "4Gi"))),
    ("collector-on-small-container", java("-XX:+UseG1GC", resources=limits("1500m", "1792Mi"))),
    ("collector-on-small-container", java("-XX:+UseSerialGC", resources=limits("1"))),
    ("collector-on-small-container", java("-XX:-UseG1GC", resources=limits("1"))),
    ("collector-on-small-container", java("-XX:+UseG1GC", resources={})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "*/5 * * * *"})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "* 6 * * *"})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "* * * * *", "suspend": True})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "@hourly"})),
    ("cron-every-minute", web("CronJob", spec={"schedule": "every minute"})),
    ("event-work-always-on", web(command=["celery", "-A", "shop", "worker"]) + KEDA),
    ("event-work-always-on", web(command=["celery", "-A", "shop", "worker"], spec={"replicas": 0})),
    ("event-work-always-on", web(command=["gunicorn", "shop.wsgi", "--workers=2"])),
    ("event-work-always-on", web(meta={"name": "mail-consumer"}, ports=[{"containerPort": 80}])),
    ("event-work-always-on", web(meta={"name": "networker"})),
    ("image-pulled-each-start", web(image="web:latest", imagePullPolicy="IfNotPresent")),
    ("image-pulled-each-start", web(image="registry.example:5000/web:1")),
    ("image-pulled-each-start", web(image="web@sha256:" + "0" * 64)),
    ("image-pulled-each-start", web(image="web:latest@sha256:" + "0" * 64, imagePullPolicy="Always")),
    ("image-pulled-each-start", web(image="${IMAGE}")),
    (
        "image-pulled-each-start",
        web(image="shop/web") + "---\nkind: Kustomization\nimages: [{name: shop/web, newTag: '3'}]\n",
    ),
    (
        "image-pulled-each-start",
        web(image="a:5/web:latest") + "---\nkind: Kustomization\nimages: [{name: 'a:5/web'}]\n",
    ),
    ("java-opts-not-read", java("-Xmx256m")),
    ("java-opts-not-read", java("-Xmx256m", name="JAVA_OPTS", command=["sh", "-c", "java $JAVA_OPTS -jar a.jar"])),
    ("java-opts-not-read", java("-Xmx256m", name="JAVA_OPTS", image="docker.io/library/tomcat:10")),
    ("java-opts-not-read", java("yes", name="JAVA_OPTS")),
    (
        "java-opts-not-read",
        web(env=[{"name": "JAVA_OPTS", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b"}}}]),
    ),
    ("job-without-deadline", web("CronJob")),
    ("job-without-deadline", web()),
    (
        "jobs-never-removed",
        web("Job", spec={"ttlSecondsAfterFinished": None}, meta={"annotations": {"helm.sh/hook": "x"}}),
    ),
    ("jobs-never-removed", web("Job", spec={"ttlSecondsAfterFinished": 0})),
    ("jobs-never-removed", web("CronJob")),
    ("jobs-never-removed", web("CronJob", spec={"failedJobsHistoryLimit": 3})),
    ("jvm-heap-at-limit", java("-Xmx700m", resources=limits())),
    ("jvm-heap-at-limit", java("-XX:MaxRAMPercentage=75", resources=limits())),
    ("jvm-heap-at-limit", java("-XX:MaxHeapFreeRatio=99", resources=limits())),
    ("jvm-heap-at-limit", java("-Xmx4g", resources={})),
    ("jvm-heap-at-limit", java("-Xmx${HEAP}", resources=limits())),
    ("limit-far-above-request", web(resources=limits(memory="1Gi"))),
    ("limit-far-above-request", web(resources={"limits": {"memory": "8Gi"}})),
    ("limit-far-above-request", web(resources=limits(memory="lots"))),
    ("memory-unlimited", web()),
    ("memory-unlimited", web(resources={})),
    ("memory-unlimited", web(resources={"requests": RESOURCES["requests"]}) + other("LimitRange")),
    ("object-refused", web()),
    ("object-refused", web(image=None, spec={"selector": None})),
    ("object-refused", web(spec={"selector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}})),
    ("object-refused", web("DaemonSet")),
    ("object-refused", web("CronJob")),
    ("object-refused", web(version="argoproj.io/v1alpha1", spec={"selector": None})),
    ("probe-every-second", web(**probe(10))),
    ("probe-every-second", web(**probe(1, "startupProbe"))),
    ("probe-every-second", web(**probe(10, **execute("pg_isready")))),
    ("probe-every-second", web(**probe(60, **execute("java", "-version")))),
    ("probe-every-second", web(**probe(10, **execute("cat", "/tmp/java")))),
    ("replicas-in-test", web(meta=TEST, spec={"replicas": 1})),
    ("replicas-in-test", web(meta={"namespace": "latest-news"}, spec={"replicas": 3})),
    ("replicas-in-test", web(meta={"namespace": "prod-contest"}, spec={"replicas": 3})),
    ("replicas-in-test", web("DaemonSet", meta=TEST)),
    ("replicas-in-test", web(meta={"namespace": "code-review"}, spec={"replicas": 3})),
    ("replicas-in-test", web(meta={"namespace": "opentelemetry-demo"}, spec={"replicas": 3})),
    ("replicas-without-autoscaler", web(spec={"replicas": 3}) + HPA),
    ("replicas-without-autoscaler", web(spec={"replicas": 3}) + KEDA),
    ("replicas-without-autoscaler", web(spec={"replicas": 1})),
    ("replicas-without-autoscaler", web("StatefulSet", spec={"replicas": 3})),
    ("replicas-without-autoscaler", web(meta={"namespace": "kube-system"}, spec={"replicas": 3})),
    ("request-over-limit", web(resources={"requests": {"cpu": 1}, "limits": {"cpu": "1000m"}})),
    ("request-over-limit", web(resources={"requests": {"memory": "1G"}, "limits": {"memory": "1Gi"}})),
    ("request-over-limit", web(resources={"requests": {"memory": "a lot"}, "limits": {"memory": "1Gi"}})),
    ("requests-missing", web()),
    ("requests-missing", web(resources={"limits": {"cpu": 1, "memory": "1Gi"}})),
    ("requests-missing", web(image=None, resources=None)),
    ("requests-missing", web(resources=None, meta={"namespace": "a"}) + other("LimitRange", namespace="a")),
    ("requests-missing", web(resources=None, meta={"namespace": "kube-system"})),
    ("test-never-sleeps", web()),
    ("test-never-sleeps", web(meta={**TEST, "annotations": {"downscaler/uptime": "Mon-Fri 07:00-19:00 CET"}})),
    ("test-never-sleeps", web(meta=TEST) + CRON_TRIGGER),
    ("test-never-sleeps", web(meta=TEST) + other("SleepInfo", namespace="shop-test")),
    ("test-never-sleeps", web("CronJob", meta=TEST)),
]


@pytest.mark.parametrize(("rule", "text"), FOUND, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(FOUND)])
def test_is_found(rule, text, found):
    assert [name for _, name in found(text, only=rule)] == [rule]


@pytest.mark.parametrize(("rule", "text"), LEFT_ALONE, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(LEFT_ALONE)])
def test_is_left_alone(rule, text, found):
    assert found(text, only=rule) == []


def test_every_rule_about_kubernetes_has_cases_of_both_kinds(rules):
    names = {rule.name for rule in rules if rule.is_about_manifests and rule.reads == {"kubernetes"}}
    assert names == {rule for rule, _ in FOUND} == {rule for rule, _ in LEFT_ALONE}


def test_a_workload_with_which_nothing_is_wrong_is_clean(found):
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"):
        assert found(web(kind)) == []


def test_lists_and_lists_of_lists_are_opened(found):
    one = web(spec={"replicas": 4}).replace("\n", ", ").rstrip(", ")
    inner = f"{{apiVersion: v1, kind: DeploymentList, items: [{{{one}}}]}}"
    text = f"apiVersion: v1\nkind: List\nitems:\n- {{{one}}}\n- {inner}\n"
    assert found(text, only="replicas-without-autoscaler") == [
        (4, "replicas-without-autoscaler"),
        (5, "replicas-without-autoscaler"),
    ]
