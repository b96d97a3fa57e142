"""The main job, whole: a cluster for a project, a scientist's job on it, and nothing left of it."""
