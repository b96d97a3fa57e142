"""What makes a configured node what its users expect: users, paths, mounts.

It runs on the node itself, as root, with the Python 3.9 of Amazon Linux 2023 and nothing but its
standard library: so no `match`, no keyword-only dataclasses, no `X | None` outside annotations.
"""
