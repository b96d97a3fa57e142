"""Nodes that boot on this machine, and Slurm on them: what a cluster's head node really runs.

It needs root and the root file system that `tools/node_root.py` makes. Nothing but the standard
library is used, since more than one environment imports it.
"""
