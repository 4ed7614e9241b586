from typing import Any

from blog.models import Post


class FrontPage:
    """The newest posts, each with what was said about it."""

    size = 50

    def posts(self):
        return Post.objects.all()[: self.size]

    def context(self) -> dict[str, Any]:
        entries = []
        for post in self.posts():
            comments = [comment.text for comment in post.comment_set.all()]  # n+1: lazy-reverse
            entries.append({"title": post.title, "comments": comments})
        return {"entries": entries}
