from projects.models import Project


class Dashboard:
    def get_projects(self):
        return Project.objects.prefetch_related("tasks").order_by("name")

    def cards(self):
        for project in self.get_projects():
            tasks = project.tasks.all()
            done = sum(task.done for task in tasks)
            following = min(tasks, key=lambda task: task.due, default=None)
            yield {
                "project": project.name,
                "all": len(project.tasks.all()),
                "done": done,
                "next": following.title if following else None,
            }
