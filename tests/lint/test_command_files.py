"""Which files `greenprof lint` looks at."""

import json
import os
import subprocess

import pytest

BUSY = "while not done.is_set():\n    pass\n"


@pytest.fixture
def linted(greenprof, project):
    """Writes files (each of them with a finding), runs `greenprof lint ARGUMENTS`, gives the paths with findings."""

    def run(files, *arguments, settings=""):
        project(dict.fromkeys(files, BUSY) | ({"pyproject.toml": settings} if settings else {}))
        done = greenprof("lint", "--no-cache", "-f", "json", *arguments)
        assert (done.code, done.err) in ((0, ""), (1, "")), done
        return [one["path"] for one in json.loads(done.out)["findings"]]

    return run


class TestUsualExcludes:
    FILES = ("a.py", ".venv/x.py", "venv/x.py", "lib/site-packages/x.py", "build/lib/x.py", "dist/x.py", ".git/x.py")

    def test_are_left_out(self, linted):
        assert linted([*self.FILES, "node_modules/x.py", "__pycache__/x.py", "app/builder/x.py"]) == [
            "a.py",
            "app/builder/x.py",
        ]

    @pytest.mark.parametrize(
        "folder", ["_vendor", "_vendored", "vendored", "third_party", "thirdparty", "node_modules", "site-packages"]
    )
    def test_code_of_others_is_left_out(self, linted, folder):
        files = ["app/a.py", f"app/{folder}/lib/b.py", f"{folder}/c.py", f"app/my_{folder}/d.py"]
        assert linted(files) == ["app/a.py", f"app/my_{folder}/d.py"]
        assert linted(files, f"app/{folder}") == [f"app/{folder}/lib/b.py"]

    def test_what_may_be_an_app_is_not(self, linted):
        files = ["extern/a.py", "party/b.py", "vendor/models.py", "vendored.py"]
        assert linted(files) == files

    def test_can_be_replaced(self, linted):
        assert linted(["a.py", "b.py", "venv/x.py"], "--exclude", "b.py") == ["a.py", "venv/x.py"]
        settings = '[tool.greenprof]\nexclude = ["a.py"]\n'
        assert linted(["a.py", "b.py", "venv/x.py"], settings=settings) == ["b.py", "venv/x.py"]

    def test_can_be_extended(self, linted):
        files = ["a.py", "b_pb2.py", "app/b.py", "app/c/d.py", "venv/x.py"]
        assert linted(files, "--extend-exclude", "*_pb2.py,app/c/") == ["a.py", "app/b.py"]
        assert linted(files, "--extend-exclude", "app") == ["a.py", "b_pb2.py"]
        assert linted(files, "--extend-exclude", "/b.py") == ["a.py", "app/b.py", "app/c/d.py", "b_pb2.py"]
        settings = '[tool.greenprof]\nextend-exclude = ["*.py", "!a.py"]\n'
        assert linted(files, settings=settings) == ["a.py"]

    def test_named_outright_are_linted(self, linted):
        assert linted(self.FILES, "build", ".venv/x.py") == [".venv/x.py", "build/lib/x.py"]
        assert linted([*self.FILES, "build/build/x.py"], "build") == ["build/lib/x.py"]

    def test_force(self, linted):
        options = ("--force-exclude", "a.py", "venv/x.py", "build", "tests/test_a.py")
        assert linted([*self.FILES, "tests/test_a.py"], *options) == ["a.py"]
        assert linted(self.FILES, "--force-exclude", "a.py", "--extend-exclude", "a.py") == []
        settings = '[tool.greenprof]\nforce-exclude = true\nextend-exclude = ["old/"]\n'
        assert linted(["old/deep/a.py"], "old/deep/a.py", "old", settings=settings) == []
        assert linted(["old/deep/a.py"], "--no-force-exclude", "old/deep/a.py", settings=settings) == ["old/deep/a.py"]

    def test_more_files_can_be_included(self, linted):
        files = ["a.py", "bin/tool", "bin/other.txt", "b.pyw", "c.pyi"]
        assert linted(files) == ["a.py", "b.pyw"]
        assert linted(files, "--extend-include", "bin/tool") == ["a.py", "b.pyw", "bin/tool"]


class TestGitignore:
    def test_is_respected(self, linted, project):
        project({".gitignore": "generated.py\n/only_top.py\n*_pb2.py\n!keep_pb2.py\nout/\n# note\n\n"})
        files = ["a.py", "generated.py", "only_top.py", "sub/only_top.py", "x_pb2.py", "keep_pb2.py", "sub/out/b.py"]
        assert linted(files) == ["a.py", "keep_pb2.py", "sub/only_top.py"]
        assert linted(files, "--no-respect-gitignore") == sorted(files)
        settings = "[tool.greenprof]\nrespect-gitignore = false\n"
        assert linted(files, settings=settings) == sorted(files)

    def test_of_inner_folders_goes_first(self, linted, project):
        project({".gitignore": "*.py\n", "app/.gitignore": "!b.py\nc.py\n"})
        assert linted(["a.py", "app/a.py", "app/b.py", "app/c.py", "app/d/b.py"]) == ["app/b.py", "app/d/b.py"]

    def test_of_the_repository_holds_in_its_folders(self, linted, project, tmp_path):
        (tmp_path / ".git").mkdir()
        project({".gitignore": "app/generated/\nold.py\n"})
        files = ["app/a.py", "app/generated/b.py", "app/old.py"]
        assert linted(files, "app") == ["app/a.py"]
        assert linted(files, "app/generated", "app/old.py") == ["app/generated/b.py", "app/old.py"]
        assert linted(files, "--force-exclude", "app/generated", "app/generated/b.py", "app/old.py") == []

    def test_agrees_with_git(self, linted, project, tmp_path):
        if subprocess.run(["git", "--version"], capture_output=True, check=False).returncode:
            pytest.skip("needs git")
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
        project(
            {
                ".gitignore": "/a*/\n!/ab/\n**/deep/x.py\nb/**/y.py\n[cd]?.py\n\\!odd.py\ntrailing.py   \n",
                "s/.gitignore": "*\n!*/\n!z.py\n",
            }
        )
        files = [
            "a1/x.py",
            "ab/x.py",
            "q/deep/x.py",
            "b/y.py",
            "b/1/2/y.py",
            "c1.py",
            "d22.py",
            "!odd.py",
            "trailing.py",
        ]
        files += ["s/a.py", "s/z.py", "s/t/z.py", "s/t/a.py", "e/c1.py", "ok.py"]
        found = linted(files)
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert sorted(found) == sorted(listed.stdout.split())
        assert 3 < len(found) < len(files)


class TestTestsAndMigrations:
    QUIET = (
        "tests/helpers.py",
        "app/tests.py",
        "app/test_x.py",
        "app/x_test.py",
        "conftest.py",
        "test/x.py",
        "app/migrations/0001_initial.py",
        "alembic/versions/1a2b_add.py",
        "migrations/versions/1a2b.py",
    )
    LOUD = (
        "app/latest.py",
        "app/contests.py",
        "app/testing.py",
        "db/migrations/writer.py",
        "versions/x.py",
        "attest/x.py",
    )

    def test_are_quiet(self, linted):
        assert linted([*self.QUIET, *self.LOUD]) == sorted(self.LOUD)

    def test_unless_asked_for(self, linted):
        assert linted([*self.QUIET, *self.LOUD], "--tests") == sorted([*self.QUIET, *self.LOUD])
        settings = "[tool.greenprof]\ntests = true\n"
        assert len(linted(self.QUIET, settings=settings)) == len(self.QUIET) + len(self.LOUD)
        assert linted(self.QUIET, "--no-tests", settings=settings) == sorted(self.LOUD)

    def test_named_outright(self, linted):
        assert linted(self.QUIET, *self.QUIET) == sorted(self.QUIET)
        assert linted([*self.QUIET, "tests/unit/test_y.py"], "tests", "app/migrations") == [
            "tests/helpers.py",
            "tests/unit/test_y.py",
        ]
        assert linted([*self.QUIET, "tests/unit/test_y.py"], "tests/unit") == ["tests/unit/test_y.py"]

    def test_from_inside_the_folder(self, linted, project, monkeypatch, greenprof, tmp_path):
        project({"pyproject.toml": "", "tests/test_a.py": BUSY})
        monkeypatch.chdir(tmp_path / "tests")
        done = greenprof("lint", "--no-cache")
        assert done.out.startswith("test_a.py:1:7: busy-wait")


class TestOddFolders:
    def test_links_in_a_circle(self, linted, tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "again").symlink_to(tmp_path)
        (tmp_path / "a" / "self.py").symlink_to(tmp_path / "a" / "self.py")
        (tmp_path / "a" / "gone.py").symlink_to(tmp_path / "nowhere")
        (tmp_path / "a" / "same.py").symlink_to(tmp_path / "b.py")
        assert linted(["b.py", "a/x.py"]) == ["a/x.py", "b.py"]

    def test_pipe(self, linted, tmp_path):
        os.mkfifo(tmp_path / "pipe.py")
        assert linted(["a.py"]) == ["a.py"]

    def test_folder_that_cannot_be_listed(self, greenprof, tmp_path, bound_by_modes):
        (tmp_path / "a.py").write_text(BUSY)
        (tmp_path / "secret").mkdir(mode=0o000)
        (tmp_path / "secret.py").write_text(BUSY)
        (tmp_path / "secret.py").chmod(0o000)
        with bound_by_modes():
            done = greenprof("lint", "--no-cache")
        (tmp_path / "secret").chmod(0o700)
        assert done.code == 2
        assert done.err.splitlines() == [
            "greenprof: secret: Permission denied",
            "greenprof: secret.py: Permission denied",
        ]
        assert done.out.startswith("a.py:1:7: busy-wait")

    def test_name_that_is_no_text(self, greenprof, tmp_path):
        name = os.fsdecode(b"odd\xff\n.py")
        (tmp_path / name).write_text(BUSY)
        for format_ in ("text", "concise", "json", "sarif", "github", "gitlab", "junit"):
            done = greenprof("lint", "-f", format_)
            assert (done.code, "Traceback" in done.err) == (1, False), done

    def test_folder_without_python(self, greenprof, project):
        project({"notes.txt": ""})
        done = greenprof("lint")
        assert (done.code, done.out, done.err) == (0, "no findings in 0 files (0 lines)\n", "")
