"""Deletes what clusters have left on the shared file system, once it was kept for long enough."""
