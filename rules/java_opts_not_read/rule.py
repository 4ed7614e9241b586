"""Options for a JVM in a variable that no JVM reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, replaced
from greenprof.lint.manifests.kubernetes import resources_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.kubernetes import Container

_NAMES = frozenset({"JAVA_OPTS", "JAVA_OPTIONS", "JVM_OPTS", "JAVA_ARGS"})
# Images whose start scripts pass them on.
_SCRIPTS = re.compile(
    r"tomcat|tomee|jboss|wildfly|keycloak|jetty|liberty|weblogic|logstash|kafka|zookeeper|cassandra|nexus|jenkins|sonarqube|"
    r"solr|activemq|artemis|neo4j|elasticsearch|opensearch|spark|flink|hadoop|nifi|jira|confluence|bitbucket|akhq|ubi\d*/openjdk"
)
_FLAG = re.compile(r"(?:^|\s)-(?:X|D|javaagent|server|ea)")


class JavaOptsNotRead(ManifestRule):
    """A JVM reads JAVA_TOOL_OPTIONS and JDK_JAVA_OPTIONS; JAVA_OPTS is a habit of start scripts."""

    name = "java-opts-not-read"
    message = "no JVM reads this variable itself: what is set here may have no effect"
    fix = "name it JAVA_TOOL_OPTIONS, or JDK_JAVA_OPTIONS since Java 9"
    cost = "cpu"
    mends = True
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Variables with options of a JVM, in containers that do not pass them on."""
        for container in (each for one in resources_in(manifest) for each in one.containers):
            names = {name for name, _ in container.environment}
            for name, entry in container.environment:
                value = entry.get("value")
                if name not in _NAMES or value is None or not _FLAG.search(value.text or ""):
                    continue
                if _is_passed_on(name, container) or not names.isdisjoint({"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"}):
                    continue
                key = entry.get("name")
                edits = () if key is None or key.is_alias else (replaced(key, "JAVA_TOOL_OPTIONS"),)
                confidence = "high" if container.words[:1] == ("java",) else "medium"
                yield ManifestHit(at=(key or entry).span, confidence=confidence, edits=edits)


def _is_passed_on(name: str, container: Container) -> bool:
    """Whether its command line puts the variable in, or its image is known to have a script that does."""
    said = " ".join(container.words)
    others = " ".join(each.text_at("value") or "" for _, each in container.environment)
    return name in said or f"$({name})" in others or bool(_SCRIPTS.search(container.image or ""))
