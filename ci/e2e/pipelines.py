#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays a pipeline file as its engine would, for ci/e2e/pipelines: the shell steps that are written in it, each job in
a folder of its own with what was checked out and the artifacts it asks for, with the engine's variables, and again what
the engine is told to try again. What it does not know it refuses. Exits as the last step did.

usage: pipelines.py gitlab|github|jenkins FILE WORK      WORK/kernels is what is checked out; /opt/refrag is REFRAG_ROOT
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml


class Player:
    def __init__(self, work):
        self.work, self.folder, self.code = work, work / "project", 0

    def fresh(self, checkout=True):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        if checkout:
            self.copy(self.work / "kernels", self.folder / "kernels")

    @staticmethod
    def copy(source, to):
        shutil.copytree(source, to, dirs_exist_ok=True, symlinks=True)

    def run(self, name, shell, script, env):
        script = script.replace("/opt/refrag/", os.environ["REFRAG_ROOT"] + "/")
        self.code = subprocess.run([*shell, "-c", script], cwd=self.folder, env={**os.environ, **env}, check=False).returncode
        print(f"{name}: exit {self.code}", flush=True)
        return self.code


def gitlab(player, text):
    document = yaml.safe_load(text)
    artifacts, failed = player.work / "artifacts", False
    artifacts.mkdir()
    for stage in document["stages"]:
        jobs = {name: job for name, job in document.items() if isinstance(job, dict) and job.get("stage") == stage}
        before = player.work / f"before-{stage}"  # only of earlier stages
        player.copy(artifacts, before)
        for name, job in jobs.items():
            if failed and job.get("when") != "always":
                continue
            total = job.get("parallel", 1)
            for index in range(1, total + 1):
                failed = gitlab_job(player, f"{name} {index}/{total}", job, index, total, before, artifacts) != 0 or failed


def gitlab_job(player, name, job, index, total, before, artifacts):
    retry = job.get("retry", {"max": 0, "exit_codes": None})
    for attempt in range(retry["max"] + 1):
        env = {"CI_RUNNER_ID": str(attempt + 1)}
        if "parallel" in job:
            env |= {"CI_NODE_INDEX": str(index), "CI_NODE_TOTAL": str(total)}
        env |= {key: re.sub(r"\$(\w+)", lambda m: env[m[1]], value) for key, value in job.get("variables", {}).items()}
        player.fresh()
        player.copy(before, player.folder)
        code = player.run(name, ["bash", "-eo", "pipefail"], "\n".join(job["script"]), env)
        if code != retry["exit_codes"]:
            break
    kept = job.get("artifacts", {})
    for path in kept.get("paths", []) if code == 0 or kept.get("when") == "always" else []:
        if (player.folder / path).exists():
            player.copy(player.folder / path, artifacts / path)
    return code


def github(player, text):
    document = yaml.safe_load(text)
    done = {}
    for name, job in document["jobs"].items():
        before = job.get("needs")
        assert before is None or before in done, f"{name} needs {before}, which is not before it"
        if before and not done[before] and job.get("if") != "always()":
            continue
        matrix = job.get("strategy", {}).get("matrix", {"": [None]})
        (key, values), = matrix.items()
        codes = [github_job(player, name, job, {f"matrix.{key}": str(v), "strategy.job-total": str(len(values))}) for v in values]
        done[name] = not any(codes)


def github_job(player, name, job, context):
    player.fresh(checkout=False)
    code = 0
    for step in job["steps"]:
        if code and step.get("if") != "always()":
            continue
        given = {key: github_value(str(value), context) for key, value in step.get("with", {}).items()}
        uses = step.get("uses", "").split("@")[0]
        if "run" in step:
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell") == "bash" else ["sh", "-e"]
            code = code or player.run(name, shell, github_value(step["run"], context), {})
        elif uses == "actions/checkout":
            player.copy(player.work / "kernels", player.folder / "kernels")
        elif uses == "actions/upload-artifact":
            player.copy(player.folder / given["path"], player.work / "artifacts" / given["name"])
        elif uses == "actions/download-artifact":
            assert "name" in given or given["merge-multiple"] == "True", "several artifacts would not be merged"
            for artifact in sorted((player.work / "artifacts").glob(given.get("name", "*"))):
                player.copy(artifact, player.folder / given["path"])
        else:
            sys.exit(f"cannot play {step}")
    return code


def github_value(text, context):
    return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda m: context[m[1]], text)


def jenkins(player, text):
    """A Jenkinsfile is a program; its steps are taken from it in their order: give, work by the matrix, report."""
    give, work, report = re.findall(r"\bsh\b\s*(?:'|.*script: ')(.*)'", text)
    assert work in re.search(r"matrix \{(.*?)\n  post", text, re.DOTALL)[1], "the second step is not the matrix'"
    values = re.findall(r"'(\d+)'", re.search(r"name 'I'\s*values (.*)", text)[1])
    night = player.work / "night"
    env = {"NIGHT": str(night), "PART": re.search(r"PART = '(.*)'", text)[1].replace("/opt/refrag", os.environ["REFRAG_ROOT"])}
    player.copy(player.work / "kernels", night / "builds")
    player.fresh(checkout=False)
    player.run("give", ["sh", "-xe"], give.replace("/night/", f"{night}/"), env)
    for value in values:
        for attempt in range(int(re.search(r"retry\((\d+)\)", text)[1])):
            if player.run(f"part {value}", ["sh", "-xe"], work, {**env, "I": value, "NODE_NAME": f"agent{attempt + 1}"}) == 0:
                break
    player.run("report", ["sh", "-xe"], report, env)


def main():
    engine, file, work = sys.argv[1:]
    player = Player(Path(work))
    {"gitlab": gitlab, "github": github, "jenkins": jenkins}[engine](player, Path(file).read_text())
    sys.exit(player.code)


main()
