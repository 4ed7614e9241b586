from projects.models import Project


class Dashboard:
    def get_projects(self):
        return Project.objects.prefetch_related("tasks").order_by("name")

    def cards(self):
        for project in self.get_projects():
            done = project.tasks.filter(done=True).count()  # n+1: prefetch-discarded
            following = project.tasks.order_by("due").first()  # n+1: prefetch-discarded
            yield {
                "project": project.name,
                "all": len(project.tasks.all()),
                "done": done,
                "next": following.title if following else None,
            }
